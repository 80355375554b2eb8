//go:build !race

// Without the race detector, which now and then finds one inside the agent
// library: its multiplexer closes a stream whose last write a dying connection
// still holds.

package ngroktest_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"oura-streaming/internal/ngroktest"
)

// Each request is answered by the handler, by 404 or by 502, or is cut off in the
// middle of an answer, however often the connection is lost under it.
func TestDrop_UnderLoad(t *testing.T) {
	e := start(t, ngroktest.Options{})
	newAgent(t, e).listen(t, echo)
	ctx, cancel := context.WithTimeout(t.Context(), 4*patience) // each loss costs the agent a pause
	defer cancel()
	body := strings.Repeat("a body ", 2000)
	var answered, lost atomic.Int64
	var stop atomic.Bool
	var load sync.WaitGroup
	for range 8 {
		load.Go(func() {
			via := &http.Transport{}
			defer via.CloseIdleConnections()
			for !stop.Load() && ctx.Err() == nil {
				r, err := http.NewRequestWithContext(ctx, "POST", e.URL()+"/", strings.NewReader(body))
				if err != nil {
					t.Error(err)
					return
				}
				resp, err := via.RoundTrip(r)
				if err != nil && ctx.Err() == nil {
					t.Errorf("no answer: %v", err)
				}
				if err != nil {
					return
				}
				text, err := io.ReadAll(resp.Body)
				_ = resp.Body.Close()
				switch {
				case resp.StatusCode == http.StatusOK && err == nil && strings.HasSuffix(string(text), body):
					answered.Add(1)
				case resp.StatusCode == http.StatusOK && err != nil, resp.StatusCode == http.StatusNotFound, resp.StatusCode == http.StatusBadGateway:
					lost.Add(1)
				default:
					t.Errorf("answered %s with %d bytes, %v", resp.Status, len(text), err)
				}
			}
		})
	}
	for range 3 {
		was := answered.Load()
		until(t, e, "the agent", func() bool { return e.Online() == 1 })
		for answered.Load() < was+20 && ctx.Err() == nil {
			public(t, e, "GET", e.URL(), "", "", nil) // one more, and a pause for this loop
		}
		e.Drop()
	}
	stop.Store(true)
	load.Wait()
	if ctx.Err() != nil || answered.Load() < 60 {
		t.Errorf("%d answered, %d lost", answered.Load(), lost.Load())
	}
}
