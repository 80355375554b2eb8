//go:build soak

package soak

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

const patience = 30 * time.Second

// program is one that runs, in a home of its own.
type program struct {
	cmd  *exec.Cmd
	said *text
	done chan error
}

// launch starts a program in that home with more variables; it ends with the test. A
// data folder needs the same home each time, for the key to its secrets lies there.
func launch(t *testing.T, home string, env []string, binary string, args ...string) *program {
	t.Helper()
	cmd := exec.CommandContext(context.Background(), binary, args...)
	cmd.Env = append(os.Environ(), "HOME="+home, "LC_ALL=C.UTF-8",
		"XDG_DATA_HOME="+filepath.Join(home, "data"), "XDG_CONFIG_HOME="+filepath.Join(home, "config"), "XDG_CACHE_HOME="+filepath.Join(home, "cache"))
	cmd.Env = append(cmd.Env, env...)
	p := &program{cmd: cmd, said: &text{}, done: make(chan error, 1)}
	cmd.Stderr = p.said
	done(t, cmd.Start())
	go func() { p.done <- cmd.Wait() }()
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // it has ended already if all went well
	return p
}

// quit ends the program and waits for it.
func (p *program) quit(t *testing.T) {
	t.Helper()
	done(t, p.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case err := <-p.done:
		if err != nil {
			t.Errorf("%s ended with %v:\n%s", p.cmd.Path, err, p.said)
		}
	case <-time.After(patience):
		t.Fatalf("%s did not end:\n%s", p.cmd.Path, p.said)
	}
}

// text is what a program writes, while it writes it.
type text struct {
	mu  sync.Mutex // guards all
	all bytes.Buffer
}

var _ io.Writer = (*text)(nil)

func (t *text) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all.Write(p)
}

func (t *text) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all.String()
}

// traced has the Go runtime write a line at each collection, at least every two
// minutes: the size of the heap before, after, and of what lives, in MB. So the
// program as it is shipped tells it, without any door for it.
const traced = "GODEBUG=gctrace=1"

var collection = regexp.MustCompile(`(?m)^gc \d+ @.* (\d+)->(\d+)->(\d+) MB,`)

// heap is the largest heap among the collections since the text had that length, or
// at the last one before. ok is false when there was none at all.
func heap(said string, since int) (mb int, ok bool) {
	last := 0
	for _, at := range collection.FindAllStringSubmatchIndex(said, -1) {
		size, _ := strconv.Atoi(said[at[2]:at[3]]) // the pattern takes digits only
		if at[0] >= since {
			mb = max(mb, size)
		}
		last, ok = size, true
	}
	if mb == 0 {
		mb = last
	}
	return mb, ok
}
