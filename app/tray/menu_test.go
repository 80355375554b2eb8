package tray

import (
	"strings"
	"testing"

	"oura-streaming/internal/status"
)

// shown are the titles a look's menu shows.
func shown(l Look) (titles []string) {
	for _, r := range rows(l) {
		if !r.hidden {
			titles = append(titles, r.title)
		}
	}
	return titles
}

func TestU04_MenuShowsOnlyWhatFitsTheState(t *testing.T) {
	for name, tc := range map[string]struct {
		look Look
		want string
	}{
		"live with an address": {
			Look{State: status.Live, Word: "Live since 07:12", LastEvent: "Sleep period, 4 min ago", CanSync: true, CanCopy: true, HasScreens: true},
			"Live since 07:12|Sleep period, 4 min ago|Open Oura Streaming|Sync now|Pause for 1 hour|Pause until tomorrow|Copy webhook URL|Settings|Quit",
		},
		"polling without an address": {
			Look{State: status.Polling, Word: "Polling since 07:12", LastEvent: "No event yet", CanSync: true, HasScreens: true},
			"Polling since 07:12|No event yet|Open Oura Streaming|Sync now|Pause for 1 hour|Pause until tomorrow|Settings|Quit",
		},
		"paused": {
			Look{State: status.Paused, Word: "Paused since 07:12", Next: "Resumes at 15:30", LastEvent: "Tag, 3 h ago", Paused: true, CanSync: true, CanCopy: true, HasScreens: true},
			"Paused since 07:12 · Resumes at 15:30|Tag, 3 h ago|Open Oura Streaming|Resume|Copy webhook URL|Settings|Quit",
		},
		"nobody signed in": {
			Look{State: status.Setup, Word: "Needs you", Next: "Set up"},
			"Needs you · Set up|Open Oura Streaming|Quit",
		},
		"nothing known yet": {Look{}, "Starting|Open Oura Streaming|Quit"},
	} {
		got := shown(tc.look)
		if strings.Join(got, "|") != tc.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, strings.Join(got, "|"), tc.want)
		}
	}
}

func TestU04_MenuHasNineRowsAtMost(t *testing.T) {
	for i := range 16 {
		l := Look{State: status.Live, Word: "Live", LastEvent: "x", Paused: i&1 > 0, CanSync: i&2 > 0, CanCopy: i&4 > 0, HasScreens: i&8 > 0}
		if got := shown(l); len(got) > 9 {
			t.Errorf("%d rows: %q", len(got), got)
		}
	}
}

func TestU04_TextOfOthersStaysOneShortPlainLine(t *testing.T) {
	l := Look{Word: "a\nb\x00\u202ec<b>&", Next: strings.Repeat("long ", 100), LastEvent: strings.Repeat("é", 500)}
	if got := shown(l); !strings.HasPrefix(got[0], "a bc‹b›& · long") || len([]rune(got[0])) != longestRow || len([]rune(got[1])) != longestRow {
		t.Errorf("rows %q", got[:2])
	}
	if got := l.tooltip(); len([]rune(got)) > longestTooltip || !strings.HasPrefix(got, "Oura Streaming · a bc") {
		t.Errorf("tooltip %q", got)
	}
}
