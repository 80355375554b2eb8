package app

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"oura-streaming/app/tray"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/hub"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/status"
)

// fakeTray is a tray that only remembers, and by whom its rows are clicked.
type fakeTray struct {
	do   func(tray.Action)
	bell hub.Bell

	mu     sync.Mutex // guards the fields below
	looks  []tray.Look
	times  []time.Time
	hosted bool
	ends   int
}

func (f *fakeTray) Show(l tray.Look) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.looks) == 0 || f.looks[len(f.looks)-1] != l {
		f.looks, f.times = append(f.looks, l), append(f.times, time.Now())
	}
}

func (f *fakeTray) Hosted() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.hosted
}

func (f *fakeTray) host(on bool) {
	f.mu.Lock()
	f.hosted = on
	f.mu.Unlock()
	f.bell.Ring()
}

func (f *fakeTray) Listen() (<-chan struct{}, func()) { return f.bell.Listen() }

func (f *fakeTray) End() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ends++
}

func (f *fakeTray) look() tray.Look {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.looks) == 0 {
		return tray.Look{}
	}
	return f.looks[len(f.looks)-1]
}

// until waits until the tray shows something that fits.
func (f *fakeTray) until(t *testing.T, what string, fits func(tray.Look) bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); <-time.After(10 * time.Millisecond) {
		if fits(f.look()) {
			return
		}
	}
	t.Fatalf("%s: the tray shows %+v", what, f.look())
}

// beginInTray starts a backend as Run does, with a window and a tray that only
// remember.
func beginInTray(t *testing.T, opt engine.Options) (*backend, *fakeUI, *fakeTray) {
	t.Helper()
	b, window, icon := newBackend(t.Context(), Options{Engine: opt}), newFakeUI(), &fakeTray{hosted: true}
	b.ui, b.open = window, func(context.Context) {}
	b.newTray = func(_ *slog.Logger, do func(tray.Action)) trayIcon {
		icon.do = do
		return icon
	}
	t.Cleanup(func() {
		if err := b.stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	if !b.take() {
		t.Fatal("the folder is taken")
	}
	if tray.OnMainThread {
		b.enterTray()
	}
	b.startup(t.Context())
	return b, window, icon
}

func TestU04_TrayTellsWhatTheStatusLineTells(t *testing.T) {
	home(t)
	b, _, icon := beginInTray(t, engineOptions(t, "", false))
	icon.until(t, "a first start", func(l tray.Look) bool {
		return l.State == status.Setup && strings.HasPrefix(l.Word, "Needs you since ") && l.Next != "" && l.LastEvent == "No event yet" && !l.CanSync && !l.CanCopy
	})
	if err := b.enter(true); err != nil {
		t.Fatal(err)
	}
	icon.until(t, "the sample data", func(l tray.Look) bool {
		return strings.HasPrefix(l.Word, "Sample data: ") && l.CanSync && strings.Contains(l.LastEvent, ", ")
	})
	e, err := b.live()
	if err != nil {
		t.Fatal(err)
	}
	e.Status().Raise(status.Trouble{Code: "probe", Title: "A trouble", Text: "x", Severity: status.Error, Remedy: status.Remedy{Label: "Press me", Action: status.Retry}})
	icon.until(t, "a trouble", func(l tray.Look) bool {
		snap := e.Status().Snapshot()
		return l.State == status.NeedsYou && strings.HasPrefix(l.Word, "Sample data: Needs you since ") && l.Next == snap.NextStep && l.Next == "Press me"
	})
	e.Status().Clear("probe")
	icon.until(t, "no trouble", func(l tray.Look) bool { return l.State != status.NeedsYou })
}

func TestU04_TrayActionsAreCarriedOut(t *testing.T) {
	home(t)
	b, window, icon := beginInTray(t, engineOptions(t, "", true))
	e, err := b.live()
	if err != nil {
		t.Fatal(err)
	}
	icon.until(t, "an account", func(l tray.Look) bool { return l.CanSync && !l.Paused })

	icon.do(tray.PauseHour)
	icon.until(t, "an hour's pause", func(l tray.Look) bool {
		return l.Paused && l.State == status.Paused && strings.HasPrefix(l.Next, "Resumes ")
	})
	if until, _ := e.Paused(); time.Until(until) > time.Hour || time.Until(until) < 59*time.Minute {
		t.Errorf("paused until %v", until)
	}
	icon.do(tray.Sync) // not while paused, and no harm
	icon.do(tray.Resume)
	icon.until(t, "no pause", func(l tray.Look) bool { return !l.Paused && l.State != status.Paused })
	icon.do(tray.PauseTomorrow)
	if until, on := e.Paused(); !on || until.Hour() != wakeHour || until.Before(time.Now()) {
		t.Errorf("paused until %v, %v", until, on)
	}
	icon.do(tray.Resume)
	icon.do(tray.Sync)

	icon.do(tray.CopyURL)
	window.mu.Lock()
	if want := e.Address().URL; window.clipboard != want {
		t.Errorf("copied %q, want %q", window.clipboard, want)
	}
	window.mu.Unlock()

	for _, a := range []tray.Action{tray.Open, tray.Settings} {
		icon.do(a)
		select {
		case <-window.shown:
		default:
			t.Errorf("%s does not show the window", a)
		}
	}
	window.mu.Lock()
	if n := len(window.messages); n == 0 || !strings.Contains(strings.Join(window.messages, " "), msgNavigate) {
		t.Errorf("the page was told %v", window.messages)
	}
	window.mu.Unlock()
	icon.do(tray.Quit)
	select {
	case <-window.quit:
	case <-time.After(time.Minute):
		t.Error("Quit does not quit")
	}
	icon.do("something else")
}

func TestU04_TrayIsAskedForNothingMoreThanOnceASecond(t *testing.T) {
	home(t)
	b, _, icon := beginInTray(t, engineOptions(t, "", true))
	icon.until(t, "an account", func(l tray.Look) bool { return l.CanSync })
	e, err := b.live()
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(2500 * time.Millisecond); time.Now().Before(end); <-time.After(5 * time.Millisecond) {
		e.Status().Raise(status.Trouble{Code: "probe", Title: time.Now().String(), Severity: status.Error, Remedy: status.Remedy{Label: time.Now().String(), Action: status.Retry}})
	}
	icon.mu.Lock()
	defer icon.mu.Unlock()
	span := icon.times[len(icon.times)-1].Sub(icon.times[0])
	if most := int(span/time.Second) + 4; len(icon.times) > most { // the start announces everything once more
		t.Errorf("%d looks within %v, want %d at most", len(icon.times), span, most)
	}
}

func TestU04_PageHearsOfTheTray(t *testing.T) {
	home(t)
	b, window, icon := beginInTray(t, engineOptions(t, "", false))
	api := &SettingsAPI{b}
	if view, err := api.Tray(); err != nil || view.Tray != "shown" || view.Hint != "" {
		t.Errorf("%+v, %v", view, err)
	}
	icon.host(false)
	for deadline := time.Now().Add(10 * time.Second); ; <-time.After(10 * time.Millisecond) {
		window.mu.Lock()
		heard := strings.Contains(strings.Join(window.messages, " "), msgTray)
		window.mu.Unlock()
		if heard {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the page was not told")
		}
	}
	view, err := api.Tray()
	if err != nil || view.Tray != "none" || view.Hint == "" {
		t.Errorf("%+v, %v", view, err)
	}
}

func TestF83_HintNamesWhatGnomeNeeds(t *testing.T) {
	if trayView(noTray{}).Hint != tray.Hint {
		t.Error("no hint where there is no tray")
	}
	if strings.Contains(tray.Hint, "GNOME") && !strings.Contains(tray.Hint, "AppIndicator") {
		t.Errorf("hint %q", tray.Hint)
	}
}

func TestF83_TrayEndsWithTheProgramAndOnlyThen(t *testing.T) {
	home(t)
	b, _, icon := beginInTray(t, engineOptions(t, "", false))
	if err := b.enter(true); err != nil {
		t.Fatal(err)
	}
	if icon.ends != 0 {
		t.Error("the tray ended with the engine")
	}
	b.shutdown()
	if icon.ends != 1 {
		t.Errorf("ended %d times", icon.ends)
	}
}

func TestTrayWords_AgesChangeWhenTheySay(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 30, 0, time.UTC)
	for _, tc := range []struct {
		age, holds time.Duration
		want       string
	}{
		{-time.Hour, time.Minute, "just now"},
		{0, time.Minute, "just now"},
		{59 * time.Second, time.Second, "just now"},
		{time.Minute, time.Minute, "1 min ago"},
		{4*time.Minute + 10*time.Second, 50 * time.Second, "4 min ago"},
		{time.Hour, time.Hour, "1 h ago"},
		{47*time.Hour + 30*time.Minute, 30 * time.Minute, "47 h ago"},
		{50 * time.Hour, 22 * time.Hour, "2 days ago"},
	} {
		got, until := ago(now.Add(-tc.age), now)
		if got != tc.want || until.Sub(now) != tc.holds {
			t.Errorf("%v: %q for %v, want %q for %v", tc.age, got, until.Sub(now), tc.want, tc.holds)
		}
		if later, _ := ago(now.Add(-tc.age), until); later == got && tc.age >= 0 {
			t.Errorf("%v: still %q when it should have changed", tc.age, later)
		}
	}
	for at, want := range map[string]string{
		"2026-11-22T07:12:00Z": "07:12", "2026-11-21T23:59:00Z": "yesterday 23:59", "2026-11-02T07:12:00Z": "2 Nov, 07:12", "2025-11-22T07:12:00Z": "22 Nov 2025, 07:12",
	} {
		then, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := moment(then, now); got != want {
			t.Errorf("%s: %q, want %q", at, got, want)
		}
	}
	if got := nextDay(now).Sub(now); got != 12*time.Hour-30*time.Second {
		t.Errorf("midnight in %v", got)
	}
}

func TestTypeNames_AreThoseOfThePage(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "frontend", "src", "lib", "text.ts"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\n  types: {")
	block, _, _ := strings.Cut(rest, "}")
	page := map[oura.DataType]string{}
	for _, m := range regexp.MustCompile(`(\w+): '([^']+)'`).FindAllStringSubmatch(block, -1) {
		page[oura.DataType(m[1])] = m[2]
	}
	for _, info := range oura.Catalogue() {
		if got := typeName(info.Type); got != page[info.Type] {
			t.Errorf("%s is %q, for the page %q", info.Type, got, page[info.Type])
		}
	}
	if got := typeName("new_type"); got != "New type" {
		t.Errorf("an unknown type is %q", got)
	}
}
