//go:build soak

package soak

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	screenWidth, screenHeight = 1280, 800

	// settled is how long a start is watched: far longer than any may take.
	settled = 4 * time.Second
	look    = 4 * time.Millisecond // between two pictures
	most    = 0.95                 // of what changes: then a picture counts as the last one
)

// screen is a display whose picture lies in memory that we share.
type screen struct {
	display string
	pixels  []byte
	line    int // bytes
}

func openScreen(t *testing.T) *screen {
	t.Helper()
	dir := t.TempDir()
	from, to, err := os.Pipe()
	done(t, err)
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", screenWidth, screenHeight), "-fbdir", dir, "-nolisten", "tcp")
	cmd.ExtraFiles = []*os.File{to}
	done(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // the test is over
		_ = cmd.Wait()
	})
	_ = to.Close() // the display has its own
	number, err := bufio.NewReader(from).ReadString('\n')
	done(t, err)
	f, err := os.Open(filepath.Join(dir, "Xvfb_screen0"))
	done(t, err)
	defer func() { _ = f.Close() }() // what is mapped stays
	info, err := f.Stat()
	done(t, err)
	mapped, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	done(t, err)
	t.Cleanup(func() { _ = syscall.Munmap(mapped) })                              // as above
	word := func(n int) int { return int(binary.BigEndian.Uint32(mapped[4*n:])) } // of an XWD file's head
	return &screen{":" + strings.TrimSpace(number), mapped[word(0)+word(19)*12:], word(12)}
}

// picture is what stood on the screen from that moment on, in green: every second
// pixel of every second line.
type picture struct {
	at   time.Time
	grey []byte
}

func (s *screen) shot(into []byte) []byte {
	into = into[:0]
	for y := 0; y < screenHeight; y += 2 {
		line := s.pixels[y*s.line:]
		for x := 0; x < screenWidth; x += 2 {
			into = append(into, line[4*x+1])
		}
	}
	return into
}

// watch keeps each picture that differs from the one before, until stop.
func (s *screen) watch(stop <-chan struct{}) (all []picture) {
	tick := time.NewTicker(look)
	defer tick.Stop()
	var last, now []byte
	for {
		at := time.Now()
		if now = s.shot(now); !bytes.Equal(now, last) {
			last = bytes.Clone(now)
			all = append(all, picture{at, last})
		}
		select {
		case <-stop:
			return all
		case <-tick.C:
		}
	}
}

func isDark(p []byte) bool { return len(bytes.Trim(p, "\x00")) == 0 }

// empty waits until no window is on the screen, which is black then.
func (s *screen) empty(t *testing.T) {
	t.Helper()
	until(t, "the screen is empty", func() bool { return isDark(s.shot(nil)) })
}

// judge tells when the first picture with a window came, and when one that is the
// last but for a twentieth of what changes in between.
func judge(began time.Time, all []picture) (start, error) {
	for len(all) > 0 && isDark(all[0].grey) {
		all = all[1:]
	}
	if len(all) < 2 {
		return start{}, errors.New("no window came, or it stayed empty")
	}
	first, last := all[0], all[len(all)-1]
	lacks := float64(differ(first.grey, last.grey))
	filled := last.at
	for i := len(all) - 1; i >= 0 && float64(differ(all[i].grey, last.grey)) <= (1-most)*lacks; i-- {
		filled = all[i].at
	}
	return start{first.at.Sub(began), filled.Sub(began)}, nil
}

// differ counts the points in which two pictures do.
func differ(a, b []byte) (n int) {
	for i := range a {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}
