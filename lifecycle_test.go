package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// child is the program without a window on sample data, in a home of its own.
type child struct {
	cmd   *exec.Cmd
	ended chan error
	ready string // the line that tells it is, "" if it ended without
	diag  *bytes.Buffer
}

// startHeadless starts the program and waits until it is ready or has ended.
func startHeadless(t *testing.T, binary, dir string, port int) *child {
	t.Helper()
	return startBy(t, []string{binary}, dir, port)
}

// startBy starts it by another program, which it takes the place of.
func startBy(t *testing.T, command []string, dir string, port int) *child {
	t.Helper()
	args := append(slices.Clone(command[1:]), "--headless", "--demo", "--data-dir", dir, "--port", fmt.Sprint(port))
	h := &child{cmd: exec.CommandContext(context.Background(), command[0], args...), ended: make(chan error, 1), diag: &bytes.Buffer{}}
	h.cmd.Env = []string{"HOME=" + filepath.Dir(dir), "PATH=" + os.Getenv("PATH"), "OURA_STREAMING_API_TOKEN=" + canaryAPI}
	h.cmd.Stderr = h.diag
	out, err := h.cmd.StdoutPipe()
	if err == nil {
		err = h.cmd.Start()
	}
	if err != nil {
		t.Error(err)
		h.ended <- err
		return h
	}
	h.ready, _ = bufio.NewReader(out).ReadString('\n') // the end of it is told by Wait
	go func() { h.ended <- h.cmd.Wait() }()
	t.Cleanup(func() { _ = h.cmd.Process.Kill() }) // it has ended already if all went well
	return h
}

// term ends the program by signal and wants it gone within 5 s, with status 0.
func (h *child) term(t *testing.T) {
	t.Helper()
	h.endBy(t, syscall.SIGTERM)
}

func (h *child) endBy(t *testing.T, sig os.Signal) {
	t.Helper()
	began := time.Now()
	if err := h.cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-h.ended:
		if err != nil {
			t.Errorf("ended with %v: %s", err, h.diag)
		}
		t.Logf("ended after %v", time.Since(began))
	case <-time.After(5 * time.Second):
		t.Error("did not end within 5 s")
	}
}

func anyPort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }() // the program takes it
	return l.Addr().(*net.TCPAddr).Port
}

func builds(t *testing.T) string {
	t.Helper()
	if testing.Short() || runtime.GOOS != "linux" {
		t.Skip("builds the program and ends it by signal")
	}
	return program(t)
}

func TestF11_TwentyStartsAreOneProgram(t *testing.T) {
	binary, dir, port := builds(t), filepath.Join(t.TempDir(), "data"), anyPort(t)
	var (
		wg  sync.WaitGroup
		mu  sync.Mutex
		all []*child
	)
	for range 20 {
		wg.Go(func() {
			h := startHeadless(t, binary, dir, port)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, h)
		})
	}
	wg.Wait()
	var first *child
	for _, h := range all {
		if strings.Contains(h.ready, `"ready":true`) {
			if first != nil {
				t.Error("two programs are ready on one folder")
			}
			first = h
			continue
		}
		select {
		case err := <-h.ended:
			if err != nil || !strings.Contains(h.diag.String(), "already runs") {
				t.Errorf("a later start ended with %v: %s", err, h.diag)
			}
		case <-time.After(10 * time.Second):
			t.Error("a later start neither is ready nor ends")
		}
	}
	if first == nil {
		t.Fatal("none of them runs")
	}
	first.term(t)
}

func TestF80_SIGTERMUnderLoadEndsWithin5s(t *testing.T) {
	binary, dir, port := builds(t), filepath.Join(t.TempDir(), "data"), anyPort(t)
	for round := range 3 {
		h := startHeadless(t, binary, dir, port)
		if h.ready == "" {
			t.Fatalf("round %d is not ready: %s", round, h.diag)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var (
			wg       sync.WaitGroup
			answered atomic.Int64
		)
		for i := range 24 {
			wg.Go(func() { press(ctx, port, i, &answered) })
		}
		for late := time.Now().Add(time.Minute); answered.Load() < 50; <-time.After(50 * time.Millisecond) {
			if time.Now().After(late) {
				t.Fatalf("only %d answers: this is no load", answered.Load())
			}
		}
		h.term(t)
		cancel()
		wg.Wait()
	}
}

// TestF80_LogOffEndsLikeQuitting closes the terminal, or logs off: SIGHUP.
func TestF80_LogOffEndsLikeQuitting(t *testing.T) {
	binary, dir, port := builds(t), filepath.Join(t.TempDir(), "data"), anyPort(t)
	h := startHeadless(t, binary, dir, port)
	if h.ready == "" {
		t.Fatalf("not ready: %s", h.diag)
	}
	h.endBy(t, syscall.SIGHUP)
	if again := startHeadless(t, binary, dir, port); again.ready == "" {
		t.Fatalf("the next start is not ready: %s", again.diag)
	} else {
		again.term(t)
	}
}

// TestF80_NohupOutlivesTheTerminal starts it as those do who want it to go on.
func TestF80_NohupOutlivesTheTerminal(t *testing.T) {
	binary, dir, port := builds(t), filepath.Join(t.TempDir(), "data"), anyPort(t)
	h := startBy(t, []string{"nohup", binary}, dir, port)
	if h.ready == "" {
		t.Fatalf("not ready: %s", h.diag)
	}
	if err := h.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-h.ended:
		t.Fatalf("ended with the terminal: %v, %s", err, h.diag)
	case <-time.After(time.Second):
	}
	h.term(t)
}

// press asks the program without pause: some read all events again and again, some
// listen to the stream and never read on.
func press(ctx context.Context, port, i int, answered *atomic.Int64) {
	paths := []string{"/events?limit=200", "/events/stream", "/documents/sleep?limit=100", "/status"}
	for ctx.Err() == nil {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d%s", port, paths[i%len(paths)]), nil)
		if err != nil {
			return
		}
		req.Header.Set("Authorization", "Bearer "+canaryAPI)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			select {
			case <-ctx.Done():
			case <-time.After(10 * time.Millisecond):
			}
			continue
		}
		if resp.StatusCode == http.StatusOK {
			answered.Add(1)
		}
		if i%len(paths) == 1 {
			<-ctx.Done()
		} else {
			_, _ = io.Copy(io.Discard, resp.Body) // it ends with the program
		}
		_ = resp.Body.Close() // as above
	}
}
