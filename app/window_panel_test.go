//go:build window

package app_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// panelSettings are those of a panel across the top of the screen that holds nothing
// but the tray.
const panelSettings = `<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array"><value type="int" value="1"/>
    <property name="dark-mode" type="bool" value="%t"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="size" type="uint" value="30"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/></property>
    </property>
  </property>
  <property name="plugins" type="empty"><property name="plugin-1" type="string" value="systray"/></property>
</channel>
`

// panelHeight is that of panelSettings, in pixels.
const panelHeight = 30

// TestU04_TheRealWindowBesideARealPanel starts the program hidden beside a panel as desktops
// have it, and uses it as a person does: with the mouse on the icon and the keys in
// its menu. The session and its bus are its own, for the panel keeps its settings
// there.
func TestU04_TheRealWindowBesideARealPanel(t *testing.T) {
	for _, tool := range []string{"xfce4-panel", "import", "dbus-daemon"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed: apt install xfce4-panel imagemagick", tool)
		}
	}
	for _, dark := range []bool{false, true} {
		t.Run(fmt.Sprintf("dark %t", dark), func(t *testing.T) {
			home := t.TempDir()
			settings := filepath.Join(home, "config", "xfce4", "xfconf", "xfce-perchannel-xml")
			if err := os.MkdirAll(settings, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(settings, "xfce4-panel.xml"), fmt.Appendf(nil, panelSettings, dark), 0o600); err != nil {
				t.Fatal(err)
			}
			env := append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+filepath.Join(home, "config"), "XDG_CACHE_HOME="+filepath.Join(home, "cache"), "LC_ALL=C.UTF-8")
			bus := ownBus(t, env)
			running(t, append(env, bus), "xfce4-panel", "--disable-wm-check")

			addr := freeAddr(t)
			program := launchIn(t, home, shipped(t), []string{bus, "LC_ALL=C.UTF-8", "WEBKIT_INSPECTOR_HTTP_SERVER=" + addr}, "--demo", "--hidden")
			var icon image.Point
			wait(t, "the icon in the panel", func() (shows bool) {
				icon, shows = iconIn(picture(t))
				return shows
			})
			if program.shownWindow(t) != "" {
				t.Error("the window shows though it was started hidden and a panel shows the program")
			}
			mouse := func(button string) {
				xdo(t, "mousemove", strconv.Itoa(icon.X), strconv.Itoa(icon.Y), "sleep", "0.2", "click", button)
			}
			// choose opens the menu and goes to a row with the keys; the disabled ones are passed over.
			choose := func(key, name string) {
				t.Helper()
				before := picture(t)
				mouse("3")
				wait(t, "the menu", func() bool { return differ(before, picture(t)) > 100*100 })
				<-time.After(300 * time.Millisecond) // for the toolkit to take the keyboard
				keepPicture(t, name)
				xdo(t, "key", key, "sleep", "0.2", "key", "Return")
			}
			choose("Down", fmt.Sprintf("panel-dark-%t.png", dark))
			wait(t, "the window by its row in the menu", func() bool { return program.shownWindow(t) != "" })
			page := inspect(t, addr)
			page.until(t, "the screens", `String(document.querySelectorAll("nav a").length)`, func(v string) bool { return v == "8" })
			xdo(t, "windowmove", "--sync", program.shownWindow(t), "0", "60") // off the panel
			page.close(t)
			wait(t, "the window to hide", func() bool { return program.shownWindow(t) == "" })
			mouse("1")
			wait(t, "the window by a click on the icon", func() bool { return program.shownWindow(t) != "" })
			xdo(t, "windowmove", "--sync", program.shownWindow(t), "0", "60")
			choose("Up", fmt.Sprintf("panel-quit-dark-%t.png", dark))
			program.ends(t)
		})
	}
}

// ownBus starts a session bus that ends with the test, and returns the variable that
// names it. What the bus starts by itself has env.
func ownBus(t *testing.T, env []string) string {
	t.Helper()
	select {
	case address := <-running(t, env, "dbus-daemon", "--session", "--nofork", "--print-address"):
		return "DBUS_SESSION_BUS_ADDRESS=" + strings.TrimSpace(address)
	case <-time.After(patience):
		t.Fatal("the session bus does not come")
	}
	return ""
}

// running starts a program that ends with the test; said gets the first line it prints.
func running(t *testing.T, env []string, name string, args ...string) (said <-chan string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = env
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	first := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(out).ReadString('\n') // it ends with the program
		first <- line
	}()
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // it was killed
	})
	return first
}

// picture is what the screen shows.
func picture(t *testing.T) image.Image {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "import", "-silent", "-window", "root", "png:-").Output()
	if err != nil {
		t.Fatalf("no picture of the screen: %v", err)
	}
	img, err := png.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// keepPicture keeps what the screen shows for a person to look at, where
// OURA_STREAMING_PICTURES names a folder.
func keepPicture(t *testing.T, name string) {
	t.Helper()
	folder := os.Getenv("OURA_STREAMING_PICTURES")
	if folder == "" {
		return
	}
	var b bytes.Buffer
	err := png.Encode(&b, picture(t))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name), b.Bytes(), 0o600)
	}
	if err != nil {
		t.Error(err)
	}
}

// stateColours are those of the icons; see build/icons/traydraw.
var stateColours = []color.RGBA{
	{0x1f, 0x9d, 0x61, 0xff}, {0x3b, 0x82, 0xf6, 0xff}, {0x8b, 0x6c, 0xf0, 0xff}, {0xe5, 0x48, 0x4d, 0xff}, {0xc0, 0x7a, 0x1a, 0xff}, {0x7f, 0x89, 0x94, 0xff},
}

// iconIn finds the middle of the icon in the panel: enough points of one state's colour.
func iconIn(img image.Image) (middle image.Point, ok bool) {
	for _, c := range stateColours {
		var sum image.Point
		n := 0
		for y := range panelHeight {
			for x := range img.Bounds().Dx() {
				if near(color.RGBAModel.Convert(img.At(x, y)).(color.RGBA), c) {
					sum = sum.Add(image.Pt(x, y))
					n++
				}
			}
		}
		if n >= 40 {
			return sum.Div(n), true
		}
	}
	return image.Point{}, false
}

func near(a, b color.RGBA) bool {
	apart := func(x, y uint8) bool { return max(x, y)-min(x, y) > 6 }
	return !apart(a.R, b.R) && !apart(a.G, b.G) && !apart(a.B, b.B)
}

// differ counts the points in which two pictures of the screen differ.
func differ(a, b image.Image) (n int) {
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if a.At(x, y) != b.At(x, y) {
				n++
			}
		}
	}
	return n
}
