//go:build window

package app_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestWindow_EightScreensForAScreenReader walks the shipped program in its real
// window as somebody would who cannot see it, under the locales that have broken
// windows before: none at all, one written from the right with digits of its own,
// one with another clock and other decimals.
func TestWindow_EightScreensForAScreenReader(t *testing.T) {
	binary, made := shipped(t), locales(t, "ar_EG", "he_IL", "de_DE")
	for name, env := range map[string][]string{
		"no locale":                   {"LC_ALL=C"},
		"Arabic, from right to left":  {"LC_ALL=ar_EG.UTF-8", "LANGUAGE=ar", "LOCPATH=" + made},
		"Hebrew, from right to left":  {"LC_ALL=he_IL.UTF-8", "LANGUAGE=he", "LOCPATH=" + made},
		"German, a clock of 24 hours": {"LC_ALL=de_DE.UTF-8", "LANGUAGE=de", "LOCPATH=" + made},
	} {
		t.Run(name, func(t *testing.T) {
			program := launchIn(t, t.TempDir(), binary, env, "--demo")
			d := openDesk(t)
			window := d.wait("the program", func() (node, bool) { return d.program("oura-streaming") })
			for _, screen := range []string{"Stream", "Today", "Trends", "Night", "Sync", "Connection", "Export", "Settings"} {
				link := d.wait("the way to "+screen, func() (node, bool) {
					return d.find(window, func(n node) bool { return n.role() == roleLink && n.name() == screen })
				})
				link.click(t)
				d.wait("the page "+screen, func() (node, bool) {
					return d.find(window, func(n node) bool {
						return n.role() == roleDocument && strings.HasPrefix(n.name(), screen+" ")
					})
				})
				d.wait("the heading of "+screen, func() (node, bool) {
					return d.find(window, func(n node) bool { return n.role() == roleHeading && n.attribute("level") == "1" && n.name() != "" })
				})
				for _, mistake := range mistakes(d.survey(window)) {
					t.Errorf("%s: %s", screen, mistake)
				}
				if slices.Contains([]string{"Today", "Trends", "Night"}, screen) {
					d.readTable(window, screen)
				}
			}
			program.quit(t)
		})
	}
}

// readTable opens the table of the first chart that is there and wants rows in it.
func (d *desk) readTable(window node, screen string) {
	d.t.Helper()
	opener := d.wait("a chart of "+screen+" with a table", func() (node, bool) {
		return d.find(window, func(n node) bool {
			return (n.isButton() || n.role() == roleToggleButton) && strings.HasPrefix(n.name(), "Table")
		})
	})
	opener.click(d.t)
	d.wait("the table of "+screen, func() (node, bool) {
		return d.find(window, func(n node) bool { return n.role() == roleTable && len(n.children()) > 1 })
	})
}

// sight is one thing of the window as a screen reader is told of it.
type sight struct {
	role  uint32
	name  string
	text  string
	roles string // of ARIA
	level string
}

// survey lists all that is on the screen.
func (d *desk) survey(from node) []sight {
	var out []sight
	d.find(from, func(n node) bool {
		s := sight{role: n.role(), name: n.name(), roles: n.attribute("xml-roles"), level: n.attribute("level")}
		if n.offers("Text") {
			_ = n.call("Text.GetText", int32(0), int32(-1)).Store(&s.text) // it may have gone from the screen
		}
		out = append(out, s)
		return false
	})
	return out
}

// named are roles that mean nothing to a person without a name.
var named = map[uint32]string{
	rolePushButton: "button", roleToggleButton: "button", roleLink: "link", roleHeading: "heading", roleTextBox: "text field", roleImage: "picture", roleTable: "table",
}

// ownDigits are digits and marks that belong to the locale and not to the words of
// the window, which are English; halfClock is a time without a clock of 24 hours.
var (
	ownDigits = regexp.MustCompile("[\u0660-\u0669\u06f0-\u06f9]")
	halfClock = regexp.MustCompile(`(?i)\b\d{1,2}:\d\d(:\d\d)?\s?[ap]\.?m\b`)
)

// mistakes lists what a person would miss.
func mistakes(seen []sight) []string {
	var out []string
	landmarks, titles := map[string]int{}, 0
	for _, s := range seen {
		if what, ok := named[s.role]; ok && strings.TrimSpace(s.name) == "" && strings.Trim(s.text, "\ufffc ") == "" {
			out = append(out, "a "+what+" without a name: "+s.text)
		}
		if s.role == roleLandmark {
			landmarks[s.roles]++
		}
		if s.role == roleHeading && s.level == "1" {
			titles++
		}
		for _, text := range []string{s.name, s.text} {
			if ownDigits.MatchString(text) || halfClock.MatchString(text) {
				out = append(out, "written in the habits of another language: "+text)
			}
		}
	}
	if titles != 1 {
		out = append(out, "not one title")
	}
	for _, landmark := range []string{"main", "navigation", "region"} {
		if landmarks[landmark] == 0 {
			out = append(out, "no "+landmark)
		}
	}
	return out
}

// locales makes the named locales in a folder of their own, for LOCPATH: few
// computers have them.
func locales(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		cmd := exec.CommandContext(t.Context(), "localedef", "--no-archive", "-i", name, "-f", "UTF-8", filepath.Join(dir, name+".UTF-8"))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("the package locales is needed: %v\n%s", err, out)
		}
	}
	return dir
}

// attribute is one of those that the page's engine hands on.
func (n node) attribute(name string) string {
	var all map[string]string
	if err := n.call("Accessible.GetAttributes").Store(&all); err != nil {
		return "" // it has gone from the screen
	}
	return all[name]
}

// offers reports whether n has that interface of the bus.
func (n node) offers(name string) bool {
	var all []string
	if err := n.call("Accessible.GetInterfaces").Store(&all); err != nil {
		return false // it has gone from the screen
	}
	return slices.Contains(all, "org.a11y.atspi."+name)
}

// frames are the windows of the program.
func (d *desk) frames(program node) int {
	count := 0
	for _, n := range program.children() {
		if n.role() == roleFrame {
			count++
		}
	}
	return count
}

// middleClick presses the middle button of a real mouse on n.
func (n node) middleClick(t *testing.T) bool {
	t.Helper()
	var at struct{ X, Y, W, H int32 }
	if err := n.call("Component.GetExtents", uint32(0)).Store(&at); err != nil || at.W <= 0 || at.H <= 0 || at.X < 0 || at.Y < 0 {
		return false // scrolled out of view
	}
	move := exec.CommandContext(t.Context(), "xdotool", "mousemove", fmt.Sprint(at.X+at.W/2), fmt.Sprint(at.Y+at.H/2), "click", "2")
	if out, err := move.CombinedOutput(); err != nil {
		t.Fatalf("xdotool: %v\n%s", err, out)
	}
	<-time.After(50 * time.Millisecond) // the click goes its way through the display
	return true
}
