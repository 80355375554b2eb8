package app

import (
	"slices"
	"testing"
	"time"

	"oura-streaming/internal/backup"
	"oura-streaming/internal/engine"
)

// restore makes a backup and asks for it to be brought back.
func restore(t *testing.T, e *engine.Engine) {
	t.Helper()
	made, err := e.BackUp(t.Context(), backup.ByHand)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.StageRestore(t.Context(), made.Name); err != nil {
		t.Fatal(err)
	}
}

// another waits for an engine other than e.
func (b *backend) another(t *testing.T, e *engine.Engine) *engine.Engine {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		if next, err := b.live(); err == nil && next != e {
			return next
		}
		<-time.After(5 * time.Millisecond)
	}
	t.Fatal("the engine was not opened again")
	return nil
}

func TestRestart_TheNextEngineTakesItsPlace(t *testing.T) {
	data := home(t)
	opt := engineOptions(t, data+"/mine", false)
	b, window := begin(t, opt)
	first := b.side(t, data+"/mine", false)
	address := first.APIURL()
	for range 2 {
		window.mu.Lock()
		window.messages = nil
		window.mu.Unlock()
		restore(t, first)
		next := b.another(t, first)
		if next.DataDir() != first.DataDir() || next.APIURL() != address {
			t.Errorf("the next engine has %s at %s, want %s at %s", next.DataDir(), next.APIURL(), first.DataDir(), address)
		}
		held(t, next.DataDir(), window)
		b.swap.Lock() // announced under it
		window.mu.Lock()
		for _, msg := range []string{msgStatus, msgSetup, msgConnection, msgSync, msgEvents} {
			if !slices.Contains(window.messages, msg) {
				t.Errorf("the page was not told %s", msg)
			}
		}
		window.mu.Unlock()
		b.swap.Unlock()
		first = next
	}
}

// A stop, or a swap to the sample data, may come at any moment of a restart.
func TestRestart_StoppedMeanwhile(t *testing.T) {
	for n := range 6 {
		data := home(t)
		b, _ := begin(t, engineOptions(t, data+"/mine", false))
		restore(t, b.side(t, data+"/mine", false))
		<-time.After(time.Duration(n) * 15 * time.Millisecond)
		ended := make(chan error, 1)
		go func() { ended <- b.stop() }()
		select {
		case err := <-ended:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("the program does not end")
		}
		if _, err := b.live(); err == nil {
			t.Error("an engine lives on")
		}
		free(t, data+"/mine")
	}
}
