//go:build window

package app_test

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestU15_TheWindowOpensWithoutAFlash watches the very first pictures of the window,
// some hundred a second: from the moment it is on the screen it is light or dark,
// as the page will be, whatever the desktop is.
func TestU15_TheWindowOpensWithoutAFlash(t *testing.T) {
	const light, dark = "Adwaita", "Adwaita:dark"
	for _, tc := range []struct {
		name, desktop, chosen string
		wantDark              bool
	}{
		{"dark on a light desktop", light, "dark", true},
		{"light on a dark desktop", dark, "light", false},
		{"as the desktop, which is dark", dark, "system", true},
		{"as the desktop, which is light", light, "system", false},
		{"the first time, on a dark desktop", dark, "", true},
		{"the first time, on a light desktop", light, "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			screen := openScreen(t)
			home := t.TempDir()
			env := []string{"LC_ALL=C.UTF-8", "GTK_THEME=" + tc.desktop, "DISPLAY=" + screen.display}
			if tc.chosen != "" {
				choose(t, home, env, tc.chosen)
			}
			screen.empty(t)
			addr := freeAddr(t)
			program := launchIn(t, home, shipped(t), append(env, "WEBKIT_INSPECTOR_HTTP_SERVER="+addr))
			stop, seen := make(chan struct{}), make(chan []float64, 1)
			go func() { seen <- screen.watch(stop) }()
			page := inspect(t, addr)
			page.until(t, "the wizard", `document.querySelector("h1")?.textContent ?? ""`, func(v string) bool { return v != "" })
			<-time.After(500 * time.Millisecond) // what would come late
			close(stop)
			wrong, shares := 0, <-seen
			for _, share := range shares {
				if (share < 0.5) != tc.wantDark {
					wrong++
				}
			}
			t.Logf("%d pictures of the window", len(shares))
			if len(shares) < 20 {
				t.Fatalf("only %d pictures of the window were seen", len(shares))
			}
			if wrong > 0 {
				t.Errorf("%d of %d pictures have the other look; the share of light, picture by picture: %.2f", wrong, len(shares), shares[:min(len(shares), 200)])
			}
			if got := page.eval(t, `document.documentElement.dataset.theme`); (got == "dark") != tc.wantDark {
				t.Errorf("the page is %s", got)
			}
			program.quit(t)
		})
	}
}

// choose starts the program once, chooses a theme in it and ends it.
func choose(t *testing.T, home string, env []string, theme string) {
	t.Helper()
	addr := freeAddr(t)
	program := launchIn(t, home, shipped(t), append(env, "WEBKIT_INSPECTOR_HTTP_SERVER="+addr))
	page := inspect(t, addr)
	page.until(t, "the wizard", `document.querySelector("h1")?.textContent ?? ""`, func(v string) bool { return v != "" })
	// As Settings does it, whose screen the wizard hides.
	page.eval(t, fmt.Sprintf(`window.go.app.SettingsAPI.SetTheme(%q).then(() => location.reload()); ""`, theme))
	want := theme
	if theme == "system" {
		want = "light"
		for _, v := range env {
			if strings.HasPrefix(v, "GTK_THEME=") && strings.HasSuffix(v, ":dark") {
				want = "dark"
			}
		}
	}
	path := filepath.Join(home, "data", "oura-streaming", "window.look")
	for deadline := time.Now().Add(patience); ; <-time.After(50 * time.Millisecond) {
		if text, err := os.ReadFile(path); err == nil && strings.TrimSpace(string(text)) == want {
			break
		}
		if time.Now().After(deadline) {
			text, err := os.ReadFile(path)
			t.Fatalf("the program keeps the look %q, %v; want %s", text, err, want)
		}
	}
	program.quit(t)
}

// screen is a display whose picture lies in a file.
type screen struct {
	display string
	file    *os.File
	start   int64 // of the pixels
	line    int   // bytes
}

const screenWidth, screenHeight = 1280, 800

func openScreen(t *testing.T) *screen {
	t.Helper()
	dir := t.TempDir()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", screenWidth, screenHeight), "-fbdir", dir, "-nolisten", "tcp")
	cmd.ExtraFiles = []*os.File{write}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // the test is over
		_ = cmd.Wait()
	})
	_ = write.Close() // the display has its own
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatalf("no display: %v", err)
	}
	s := &screen{display: ":" + strings.TrimSpace(number)}
	if s.file, err = os.Open(filepath.Join(dir, "Xvfb_screen0")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.file.Close() }) // only read
	head := make([]byte, 100)                // of an XWD file
	if _, err := s.file.ReadAt(head, 0); err != nil {
		t.Fatal(err)
	}
	word := func(n int) int { return int(binary.BigEndian.Uint32(head[4*n:])) }
	s.start, s.line = int64(word(0)+word(19)*12), word(12)
	return s
}

// light counts the light pixels in a grid over the screen, those that are not black,
// and all of them. An empty screen is black to the last pixel; a window is not.
func (s *screen) light() (lights, painted, grid int) {
	line := make([]byte, s.line)
	for y := 8; y < screenHeight; y += 40 {
		if _, err := s.file.ReadAt(line, s.start+int64(y*s.line)); err != nil {
			return 0, 0, 0
		}
		for x := 8; x < screenWidth; x += 40 {
			b, g, r := int(line[4*x]), int(line[4*x+1]), int(line[4*x+2])
			grid++
			if r+g+b > 0 {
				painted++
			}
			if 2*r+5*g+b > 8*128 {
				lights++
			}
		}
	}
	return lights, painted, grid
}

// empty waits until no window is on the screen.
func (s *screen) empty(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-time.After(20 * time.Millisecond) {
		if _, painted, _ := s.light(); painted == 0 {
			return
		}
	}
	t.Fatal("the screen does not empty")
}

// watch looks at the screen again and again until stop, from the first picture with
// a window on it, and returns the share of light in each. The display fills the screen
// line by line: until it has once, what is still empty does not count.
func (s *screen) watch(stop <-chan struct{}) []float64 {
	var out []float64
	full := false
	tick := time.NewTicker(4 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return out
		case <-tick.C:
			lights, painted, grid := s.light()
			full = full || painted == grid && grid > 0
			switch {
			case full:
				out = append(out, float64(lights)/float64(grid))
			case painted > 0:
				out = append(out, float64(lights)/float64(painted))
			}
		}
	}
}
