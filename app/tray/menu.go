package tray

import (
	"strings"
	"unicode"

	"oura-streaming/internal/status"
)

// Name is the program's, as the desktop reads it.
const Name = "Oura Streaming"

// Action is what a row of the menu does.
type Action string

// The actions. A click on the icon itself is Open.
const (
	Open          Action = "open"
	Sync          Action = "sync"
	PauseHour     Action = "pause_hour"
	PauseTomorrow Action = "pause_tomorrow"
	Resume        Action = "resume"
	CopyURL       Action = "copy_url"
	Settings      Action = "settings"
	Quit          Action = "quit"
)

// Look is all that the tray shows.
type Look struct {
	State                    status.State // decides the icon
	Word                     string       // status line, e.g. "Live since 07:12"
	Next                     string       // "" or what to do next
	LastEvent                string       // e.g. "Sleep period, 4 min ago"
	Paused, CanSync, CanCopy bool
	HasScreens               bool // the window is past its setup: Settings can be shown
}

// row is one line of the menu. Those that only tell something have no action, and
// those that do not fit the state are hidden.
type row struct {
	action Action
	title  string
	hidden bool
}

// parted are the rows after which a line is drawn.
const partedAfterNews, partedAfterDeeds = 1, 7

// rows are the menu of l: always the same rows in the same order, of which at most
// nine are shown.
func rows(l Look) []row {
	return []row{
		{title: l.line()},
		{title: clean(l.LastEvent, longestRow), hidden: l.LastEvent == ""},
		{action: Open, title: "Open " + Name},
		{action: Sync, title: "Sync now", hidden: !l.CanSync || l.Paused},
		{action: PauseHour, title: "Pause for 1 hour", hidden: !l.CanSync || l.Paused},
		{action: PauseTomorrow, title: "Pause until tomorrow", hidden: !l.CanSync || l.Paused},
		{action: Resume, title: "Resume", hidden: !l.Paused},
		{action: CopyURL, title: "Copy webhook URL", hidden: !l.CanCopy},
		{action: Settings, title: "Settings", hidden: !l.HasScreens},
		{action: Quit, title: "Quit"},
	}
}

// Longest texts, in runes: a menu stays narrow, and Windows shows 127 characters
// of a tooltip.
const (
	longestRow     = 80
	longestTooltip = 100
)

// line is the status line.
func (l Look) line() string {
	word := l.Word
	if word == "" {
		word = "Starting"
	}
	if l.Next != "" {
		word += " · " + l.Next
	}
	return clean(word, longestRow)
}

func (l Look) tooltip() string { return clean(Name+" · "+l.line(), longestTooltip) }

// picture names the icon of l.
func (l Look) picture() string {
	switch l.State {
	case status.Live, status.Polling, status.CatchingUp, status.Offline, status.Paused:
		return string(l.State)
	case status.NeedsYou, status.Setup:
		return string(status.NeedsYou)
	}
	return string(status.CatchingUp) // nothing is known yet
}

// clean makes text fit for one line of a menu or a tooltip, which some desktops
// read as markup.
func clean(text string, longest int) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '<':
			return '‹'
		case r == '>':
			return '›'
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r) || unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, text)
	runes := []rune(text)
	if len(runes) > longest {
		runes = append(runes[:longest-1], '…')
	}
	return string(runes)
}
