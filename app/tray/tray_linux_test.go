//go:build !notray

package tray

import (
	"bytes"
	"image/png"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"oura-streaming/app/tray/traytest"
	"oura-streaming/internal/status"
)

var live = Look{State: status.Live, Word: "Live since 07:12", LastEvent: "Sleep period, 4 min ago", CanSync: true, CanCopy: true, HasScreens: true}

func TestU04_IconTooltipAndMenuAreThereForTheDesktop(t *testing.T) {
	bus := bus(t)
	w := traytest.OpenWatcher(t, bus, true)
	p := startProgram(t, bus)
	p.show(live)
	item := w.Item()
	p.waitFor("hosted", "true")
	traytest.Until(t, "the title", func() bool { return item.Title() == "Oura Streaming" })
	var id, category string
	var isMenu bool
	item.Property("Id", &id)
	item.Property("Category", &category)
	item.Property("ItemIsMenu", &isMenu)
	if id != "oura-streaming" || category != "ApplicationStatus" || isMenu {
		t.Errorf("id %q, category %q, is a menu only: %v", id, category, isMenu)
	}
	traytest.Until(t, "the status in the tooltip", func() bool { return item.Tooltip() == "Oura Streaming · Live since 07:12" })
	wantIcon(t, item, "live")
	want := "Live since 07:12|Sleep period, 4 min ago|Open Oura Streaming|Sync now|Pause for 1 hour|Pause until tomorrow|Copy webhook URL|Settings|Quit"
	if got := strings.Join(item.Labels(), "|"); got != want {
		t.Errorf("menu\n%s\nwant\n%s", got, want)
	}
	for _, r := range item.Menu() {
		if told := r.Label == "Live since 07:12" || r.Label == "Sleep period, 4 min ago"; !r.Line && r.Enabled == told {
			t.Errorf("row %q enabled: %v", r.Label, r.Enabled)
		}
	}
}

func TestU04_EachRowDoesWhatItSays(t *testing.T) {
	bus := bus(t)
	w := traytest.OpenWatcher(t, bus, true)
	p := startProgram(t, bus)
	p.show(live)
	item := w.Item()
	p.waitFor("hosted", "true")
	traytest.Until(t, "the menu", func() bool { return slices.Contains(item.Labels(), "Sync now") })
	item.Activate()
	p.waitForAll("action", "open")
	want := []string{"open"}
	for _, c := range []struct{ row, action string }{
		{"Open Oura Streaming", "open"}, {"Sync now", "sync"}, {"Pause for 1 hour", "pause_hour"}, {"Pause until tomorrow", "pause_tomorrow"},
		{"Copy webhook URL", "copy_url"}, {"Settings", "settings"}, {"Quit", "quit"},
	} {
		item.Click(c.row)
		want = append(want, c.action)
		p.waitForAll("action", want...)
	}
	paused := live
	paused.State, paused.Paused = status.Paused, true
	p.show(paused)
	traytest.Until(t, "Resume in the menu", func() bool { return slices.Contains(item.Labels(), "Resume") })
	item.Click("Resume")
	p.waitForAll("action", append(want, "resume")...)
}

func TestU04_IconTooltipAndMenuFollowTheState(t *testing.T) {
	bus := bus(t)
	w := traytest.OpenWatcher(t, bus, true)
	p := startProgram(t, bus)
	p.show(live)
	item := w.Item()
	traytest.Until(t, "live", func() bool { return item.Tooltip() == "Oura Streaming · Live since 07:12" })
	for _, tc := range []struct {
		look          Look
		icon, tooltip string
	}{
		{Look{State: status.NeedsYou, Word: "Needs you since 08:00", Next: "Sign in"}, "needs_you", "Needs you since 08:00 · Sign in"},
		{Look{State: status.Paused, Word: "Paused since 08:01", Next: "Resumes at 09:01", Paused: true, CanSync: true}, "paused", "Paused since 08:01 · Resumes at 09:01"},
		{live, "live", "Live since 07:12"},
	} {
		p.show(tc.look)
		traytest.Until(t, tc.tooltip, func() bool { return item.Tooltip() == "Oura Streaming · "+tc.tooltip })
		wantIcon(t, item, tc.icon)
		traytest.Until(t, "the rows of "+tc.tooltip, func() bool { return slices.Equal(item.Labels(), shown(tc.look)) })
	}
	if n := w.Registered(); n != 1 {
		t.Errorf("registered %d times", n)
	}
}

func TestU04_AWatcherOrHostThatComesLaterIsPickedUp(t *testing.T) {
	bus := bus(t)
	p := startProgram(t, bus)
	p.show(live)
	p.waitFor("hosted", "false")
	w := traytest.OpenWatcher(t, bus, false)
	item := w.Item()
	traytest.Until(t, "the tooltip", func() bool { return strings.HasSuffix(item.Tooltip(), "Live since 07:12") })
	if got := p.heard("hosted"); slices.Contains(got, "true") {
		t.Errorf("hosted %v before there was a host", got)
	}
	w.Host(true)
	p.waitFor("hosted", "true")
	w.Host(false)
	p.waitFor("hosted", "false")
	w.Host(true)
	p.waitFor("hosted", "true")
	w.Close() // the panel crashes
	p.waitFor("hosted", "false")
	again := traytest.OpenWatcher(t, bus, true)
	item = again.Item() // and comes back
	p.waitFor("hosted", "true")
	if item.Tooltip() != "Oura Streaming · Live since 07:12" {
		t.Errorf("tooltip %q", item.Tooltip())
	}
	item.Activate()
	p.waitFor("action", "open")
}

func TestF83_WithoutASessionBusThereIsNoTrayAndNoHarm(t *testing.T) {
	silent, err := net.Listen("unix", filepath.Join(t.TempDir(), "silent"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }() // the test is over
	for name, bus := range map[string]string{
		"none named":             "",
		"nobody there":           "unix:path=" + filepath.Join(t.TempDir(), "nothing"),
		"no address":             "nonsense",
		"one that never answers": "unix:path=" + silent.Addr().String(),
		"one to be started":      "autolaunch:",
	} {
		t.Run(name, func(t *testing.T) {
			p := startProgram(t, bus)
			p.waitFor("started", "true")
			p.show(live)
			p.tell(order{End: true})
			p.waitFor("ended", "true")
			p.waitFor("twice", "false")
			if got := p.heard("hosted"); slices.Contains(got, "true") {
				t.Errorf("hosted %v", got)
			}
		})
	}
}

func TestF83_EndTakesTheIconAwayAndMayBeCalledTwice(t *testing.T) {
	bus := bus(t)
	w := traytest.OpenWatcher(t, bus, true)
	p := startProgram(t, bus)
	p.show(live)
	w.Item()
	p.waitFor("hosted", "true")
	p.tell(order{End: true})
	p.waitFor("ended", "true")
	p.waitFor("twice", "false")
	conn := traytest.Connect(t, bus)
	traytest.Until(t, "the icon gone", func() bool {
		var names []string
		err := conn.BusObject().Call("org.freedesktop.DBus.ListNames", 0).Store(&names)
		return err == nil && !slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, "org.kde.StatusNotifierItem-") })
	})
}

func TestF83_ALostBusEndsTheTrayOnly(t *testing.T) {
	bus, stop := busUntil(t)
	w := traytest.OpenWatcher(t, bus, true)
	p := startProgram(t, bus)
	p.show(live)
	w.Item()
	p.waitFor("hosted", "true")
	stop()
	p.waitFor("hosted", "false")
	p.show(Look{State: status.Offline, Word: "Offline"})
	p.tell(order{End: true})
	p.waitFor("ended", "true")
	p.waitFor("twice", "false")
}

// wantIcon compares what the desktop is given with the committed picture.
func wantIcon(t *testing.T, item *traytest.Item, name string) {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(picture(name)))
	if err != nil {
		t.Fatal(err)
	}
	var want []byte
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			r, g, b, a := img.At(x, y).RGBA()
			want = append(want, byte(a), byte(r), byte(g), byte(b))
		}
	}
	traytest.Until(t, "the icon "+name, func() bool { return bytes.Equal(item.Icon().Points, want) })
}
