//go:build !notray

package tray

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"oura-streaming/app/tray/traytest"
)

// A process has one tray in its life, so each test has a process of its own: this
// test binary, which TestMain turns into a program with a tray.
const asProgram = "TRAY_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "" {
		os.Exit(m.Run())
	}
	runProgram()
}

// order is what a test asks of the program, one line of JSON each.
type order struct {
	Show *Look
	End  bool
}

func runProgram() {
	var out sync.Mutex
	say := func(format string, args ...any) {
		out.Lock()
		defer out.Unlock()
		fmt.Printf(format+"\n", args...)
	}
	began := time.Now()
	t := Start(slog.New(slog.NewTextHandler(os.Stderr, nil)), func(a Action) { say("action %s", a) })
	hosted, stop := t.Listen()
	defer stop()
	say("started %v", time.Since(began) < time.Second)
	go func() {
		for range hosted {
			say("hosted %v", t.Hosted())
		}
	}()
	say("hosted %v", t.Hosted())
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var o order
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			panic(err)
		}
		if o.Show != nil {
			t.Show(*o.Show)
		}
		if o.End {
			began := time.Now()
			t.End()
			say("ended %v", time.Since(began) < endTime)
			t.End()
			t.Show(Look{Word: "after the end"})
			say("twice %v", t.Hosted())
		}
	}
}

// program is such a process.
type program struct {
	t  *testing.T
	in io.Writer

	mu   sync.Mutex // guards said
	said []string
}

// startProgram starts it on that bus; "" for none.
func startProgram(t *testing.T, bus string) *program {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.Background(), exe)
	cmd.Env = append(os.Environ(), asProgram+"=1", "DBUS_SESSION_BUS_ADDRESS="+bus, "PATH=/nonexistent") // nor can it start one
	cmd.Env = append(cmd.Env, "GORACE=exitcode=0")                                                       // see ownRaces
	var diag bytes.Buffer
	cmd.Stderr = &diag
	p := &program{t: t}
	if p.in, err = cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			p.mu.Lock()
			p.said = append(p.said, lines.Text())
			p.mu.Unlock()
		}
	}()
	t.Cleanup(func() {
		_ = p.in.(io.Closer).Close() // its end
		<-read
		if err := cmd.Wait(); err != nil {
			t.Errorf("the program ended with %v", err)
		}
		if t.Failed() || strings.Contains(diag.String(), "panic") || ownRaces(diag.String()) {
			t.Errorf("the program said:\n%s", &diag)
		}
	})
	return p
}

// ownRaces reports whether the race detector found anything but the one in the
// library: its menu's revision is counted up by refresh under one lock and read by
// GetLayout under another. It is a number that only ever grows.
func ownRaces(diag string) bool {
	for _, race := range strings.Split(diag, "WARNING: DATA RACE")[1:] {
		known := strings.Contains(race, "fyne.io/systray.refresh()\n") && strings.Contains(race, "fyne.io/systray.(*tray).GetLayout()\n")
		if !known {
			return true
		}
	}
	return false
}

func (p *program) tell(o order) {
	p.t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.in.Write(append(text, '\n')); err != nil {
		p.t.Fatal(err)
	}
}

func (p *program) show(l Look) {
	p.t.Helper()
	p.tell(order{Show: &l})
}

// heard is all the program has said that begins with this word.
func (p *program) heard(word string) (out []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, line := range p.said {
		if rest, ok := strings.CutPrefix(line, word+" "); ok {
			out = append(out, rest)
		}
	}
	return out
}

// waitFor waits until the newest of what it said about word is what.
func (p *program) waitFor(word, what string) {
	p.t.Helper()
	traytest.Until(p.t, word+" "+what, func() bool {
		all := p.heard(word)
		return len(all) > 0 && all[len(all)-1] == what
	})
}

// waitForAll waits until it has said just these about word.
func (p *program) waitForAll(word string, what ...string) {
	p.t.Helper()
	traytest.Until(p.t, word+" "+strings.Join(what, ", "), func() bool { return slices.Equal(p.heard(word), what) })
}

// bus starts a session bus that ends with the test and returns its address. The
// test is skipped only where no bus can be had.
func bus(t *testing.T) (address string) {
	t.Helper()
	address, _ = busUntil(t)
	return address
}

// busUntil starts one that stop ends before the test does.
func busUntil(t *testing.T) (address string, stop func()) {
	t.Helper()
	if _, err := exec.LookPath("dbus-daemon"); err != nil {
		t.Skip("dbus-daemon is not installed: build/setup.sh test")
	}
	cmd := exec.CommandContext(context.Background(), "dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address", "--address=unix:dir="+t.TempDir())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		_ = cmd.Process.Kill() // nobody needs it any longer
		_ = cmd.Wait()
	})
	t.Cleanup(stop)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("dbus-daemon: %v", err)
	}
	return strings.TrimSpace(line), stop
}
