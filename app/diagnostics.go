package app

import (
	"os"
	"strings"
	"sync"

	"oura-streaming/app/autostart"
	"oura-streaming/internal/diagnose"
	"oura-streaming/internal/engine"
)

// looked is the text that the user has seen last.
type looked struct {
	mu   sync.Mutex // guards text
	text string
}

func (l *looked) keep(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = text
}

func (l *looked) last() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text
}

// diagnostics is what the program knows of itself, with or without an engine.
func (b *backend) diagnostics() string {
	desktop := b.desktopSection()
	e, err := b.live()
	if err != nil {
		b.mu.Lock()
		former := b.former
		b.mu.Unlock()
		return engine.DiagnosticsWithout(b.options(), err, former, desktop)
	}
	return e.Diagnostics(b.ctx, desktop)
}

// desktopSection tells where the window stands and what the desktop offers it.
func (b *backend) desktopSection() diagnose.Section {
	s := diagnose.Section{Title: "Desktop"}
	s.Add("system", "%s", orUnknown(systemName()))
	for _, v := range []struct{ name, variable string }{{"desktop", "XDG_CURRENT_DESKTOP"}, {"session", "XDG_SESSION_TYPE"}, {"toolkit draws on", "GDK_BACKEND"}} {
		if value := shortWord(os.Getenv(v.variable)); value != "" {
			s.Add(v.name, "%s", value)
		}
	}
	s.Add("draws the window", "%s", orUnknown(webViewVersion()))
	s.Add("window", "%s", map[bool]string{true: "shown", false: "hidden"}[b.ui.IsShown()])
	s.Add("tray", "%s", map[bool]string{true: "shown", false: "none"}[b.tray().Hosted()])
	shown, why := b.notices.System()
	s.Add("notifications", "%s", map[bool]string{true: "shown", false: "not shown. " + why}[shown])
	switch at, err := autostart.Read(b.login); {
	case err != nil:
		s.Add("starts at sign-in", "not readable: %v", err)
	default:
		s.Add("starts at sign-in", "%v, without its window %v, another copy %v", at.On, at.Hidden, at.On && !sameProgram(at.Path, b.login.Path))
	}
	return s
}

func orUnknown(text string) string {
	if text == "" {
		return "not known"
	}
	return text
}

// shortWord is a word from the environment if it looks like one.
func shortWord(text string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(":;-_., ", r)
	}
	if len(text) > 40 || strings.ContainsFunc(text, func(r rune) bool { return !plain(r) }) {
		return "something else"
	}
	return text
}
