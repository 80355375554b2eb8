package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
)

func TestEnter_ThereAndBack(t *testing.T) {
	named := filepath.Join(t.TempDir(), "mine")
	for name, c := range map[string]struct {
		named string
		demo  bool
	}{
		"started on the usual folder":                {"", false},
		"started with sample data in a named folder": {named, true},
	} {
		t.Run(name, func(t *testing.T) {
			data := home(t)
			b, window := begin(t, engineOptions(t, c.named, c.demo))
			first, second := filepath.Join(data, "oura-streaming"), filepath.Join(data, "oura-streaming-demo")
			if c.demo {
				first, second = named, filepath.Join(data, "oura-streaming")
			}
			e := b.side(t, first, c.demo)
			if err := e.Config().Set(t.Context(), config.Theme, "dark"); err != nil {
				t.Fatal(err)
			}
			held(t, first, window)

			if err := b.enter(!c.demo); err != nil {
				t.Fatalf("enter the other side: %v", err)
			}
			if got := b.side(t, second, !c.demo).Config().Get(config.Theme); got != "system" {
				t.Errorf("the other side has the theme %q of the first one", got)
			}
			if _, err := e.Store().LastSeq(t.Context()); err == nil {
				t.Error("the first engine's store is still open")
			}
			held(t, second, window)
			free(t, first)

			if err := b.enter(c.demo); err != nil {
				t.Fatalf("come back: %v", err)
			}
			if got := b.side(t, first, c.demo).Config().Get(config.Theme); got != "dark" {
				t.Errorf("the theme is %q after coming back, want dark", got)
			}
			held(t, first, window)
			free(t, second)
		})
	}
}

func TestEnter_AFolderThatIsTakenLeavesThePresentSideAlone(t *testing.T) {
	for name, demo := range map[string]bool{"sample data is open elsewhere": false, "the real data is open elsewhere": true} {
		t.Run(name, func(t *testing.T) {
			home(t)
			b, window := begin(t, engineOptions(t, "", demo))
			next, err := b.other(!demo)
			if err != nil {
				t.Fatal(err)
			}
			elsewhere, err := engine.Claim(next.DataDir)
			if err != nil {
				t.Fatal(err)
			}
			before := b.side(t, b.began.DataDir, demo)
			err = b.enter(!demo)
			if !strings.HasPrefix(oura.MessageOf(err), "Another window of Oura Streaming") {
				t.Errorf("err = %v, want the sentence about another window", err)
			}
			if b.side(t, b.began.DataDir, demo) != before {
				t.Error("the present engine was started anew")
			}
			held(t, b.began.DataDir, window)
			if err := elsewhere.Release(); err != nil {
				t.Fatal(err)
			}
			if err := b.enter(!demo); err != nil {
				t.Errorf("after the other window has gone: %v", err)
			}
			b.side(t, next.DataDir, !demo)
		})
	}
}

func TestEnter_ASideThatDoesNotStartBringsTheFormerOneBack(t *testing.T) {
	for name, demo := range map[string]bool{"broken sample data": false, "broken real data": true} {
		t.Run(name, func(t *testing.T) {
			home(t)
			b, window := begin(t, engineOptions(t, "", demo))
			next, err := b.other(!demo)
			if err != nil {
				t.Fatal(err)
			}
			broken := filepath.Join(next.DataDir, "oura_streaming.db")
			folder(t, broken)
			err = b.enter(!demo)
			if oura.CodeOf(err) != oura.CodeStorage {
				t.Errorf("err = %v, want code storage", err)
			}
			b.side(t, b.began.DataDir, demo)
			held(t, b.began.DataDir, window)
			free(t, next.DataDir)
			if err := os.Remove(broken); err != nil {
				t.Fatal(err)
			}
			if err := b.enter(!demo); err != nil {
				t.Errorf("after the repair: %v", err)
			}
			b.side(t, next.DataDir, !demo)
			free(t, b.began.DataDir)
		})
	}
}

func TestEnter_FromASideThatNeverStarted(t *testing.T) {
	data := home(t)
	write(t, filepath.Join(data, "oura-streaming"), "a file in the folder's place")
	b, _ := begin(t, engineOptions(t, "", false))
	if _, err := b.live(); oura.CodeOf(err) != oura.CodeStorage {
		t.Fatalf("live: %v, want code storage", err)
	}
	sample := filepath.Join(data, "oura-streaming-demo")
	folder(t, filepath.Join(sample, "oura_streaming.db"))
	if err := b.enter(true); oura.CodeOf(err) != oura.CodeStorage {
		t.Errorf("err = %v, want code storage", err)
	}
	view, err := (&StatusAPI{b}).Snapshot()
	if err != nil || view.Demo || view.DataDir != b.began.DataDir || len(view.Troubles) != 1 {
		t.Errorf("the window is told %+v, %v; want the trouble of the real data", view, err)
	}
	if err := os.Remove(filepath.Join(sample, "oura_streaming.db")); err != nil {
		t.Fatal(err)
	}
	if err := b.enter(true); err != nil {
		t.Fatalf("sample data while the real data is broken: %v", err)
	}
	b.side(t, sample, true)
}

func TestRetry_AnUnusableFolderThatWasRepaired(t *testing.T) {
	data := home(t)
	file := filepath.Join(data, "oura-streaming")
	write(t, file, "a file in the folder's place")
	b, window := begin(t, engineOptions(t, "", false))
	status := &StatusAPI{b}
	view, err := status.Snapshot()
	if err != nil || len(view.Troubles) != 1 || view.Troubles[0].Code != "storage" || view.Troubles[0].RemedyAction != "retry" {
		t.Fatalf("snapshot %+v, %v", view, err)
	}
	if err := status.Retry(); oura.CodeOf(err) != oura.CodeStorage {
		t.Errorf("retry: %v, want code storage", err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := status.Retry(); err != nil {
		t.Fatalf("retry after the repair: %v", err)
	}
	b.side(t, file, false)
	held(t, file, window)
}

func TestRetry_AFolderWithAFileThatIsNotUnderstood(t *testing.T) {
	data := home(t)
	dir := filepath.Join(data, "oura-streaming")
	write(t, filepath.Join(dir, ".env"), "OURA_STREAMING_LOG=loud")
	b, window := begin(t, engineOptions(t, "", false))
	if _, err := b.live(); oura.CodeOf(err) != oura.CodeInvalid {
		t.Fatalf("live: %v, want code invalid", err)
	}
	held(t, dir, window) // a second start shows the window that tells the trouble
	if err := os.Remove(filepath.Join(dir, ".env")); err != nil {
		t.Fatal(err)
	}
	if err := b.reopen(); err != nil {
		t.Fatal(err)
	}
	e := b.side(t, dir, false)
	if err := b.reopen(); err != nil {
		t.Fatal(err)
	}
	if b.side(t, dir, false) != e {
		t.Error("a running engine was started anew")
	}
}

func TestRetry_TriesTheSideThatIsShown(t *testing.T) {
	data := home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	if err := b.enter(true); err != nil {
		t.Fatal(err)
	}
	b.swap.Lock()
	b.halt()
	b.swap.Unlock()
	if err := b.reopen(); err != nil {
		t.Fatal(err)
	}
	b.side(t, filepath.Join(data, "oura-streaming-demo"), true)
}

func TestTake_ASecondStartHandsOver(t *testing.T) {
	home(t)
	opt := engineOptions(t, "", false)
	_, window := begin(t, opt)
	second := newBackend(t.Context(), Options{Engine: opt})
	if second.take() {
		t.Error("two windows on one folder")
	}
	<-window.shown
	if err := second.stop(); err != nil {
		t.Errorf("stop what holds nothing: %v", err)
	}
}

func TestStop_EndsEverything(t *testing.T) {
	home(t)
	ctx, cancel := context.WithCancel(t.Context())
	b := newBackend(ctx, Options{Engine: engineOptions(t, "", false)})
	window := newFakeUI()
	b.ui, b.open = window, func(context.Context) {}
	if !b.take() {
		t.Fatal("the folder is taken")
	}
	b.startup(t.Context())
	e := b.side(t, b.began.DataDir, false)
	cancel()
	select {
	case <-window.quit:
	case <-time.After(5 * time.Second):
		t.Fatal("a signal does not end the window")
	}
	b.shutdown()
	if err := b.stop(); err != nil {
		t.Errorf("second stop: %v", err)
	}
	free(t, b.began.DataDir)
	if _, err := e.Store().LastSeq(t.Context()); err == nil {
		t.Error("the store is still open")
	}
	ran := false
	b.background(func() { ran = true })
	b.tasks.Wait()
	for what, err := range map[string]error{"enter": b.enter(true), "reopen": b.reopen()} {
		if oura.CodeOf(err) != oura.CodeUnavailable {
			t.Errorf("%s after the end: %v, want code unavailable", what, err)
		}
	}
	if _, err := b.live(); err == nil || ran {
		t.Error("something runs after the end")
	}
	free(t, b.began.DataDir)
}

func TestShutdown_ByTheUserQuitsNoWindowThatHasGone(t *testing.T) {
	home(t)
	b, window := begin(t, engineOptions(t, "", false))
	b.shutdown()
	if len(window.quit) != 0 {
		t.Error("the window was ended twice")
	}
}

func TestSnapshot_WhileSidesAreSwapped(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	ctx, stop := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for ctx.Err() == nil {
				_, _ = (&StatusAPI{b}).Snapshot() // an engine that ends in between is no failure here
				_, _ = (&SetupAPI{b}).Get()
			}
		})
	}
	for _, demo := range []bool{true, false} {
		if err := b.enter(demo); err != nil {
			t.Error(err)
		}
	}
	stop()
	readers.Wait()
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// folder makes a folder where no program can have its database.
func folder(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(path, 0o700); err != nil {
		t.Fatal(err)
	}
}
