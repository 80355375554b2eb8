package auth

import (
	"context"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"
)

// stopwatch measures from the last byte of a token answer to its commit.
type stopwatch struct {
	Store
	begun time.Time
	took  []time.Duration
}

func (s *stopwatch) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := http.DefaultTransport.RoundTrip(req)
	if err == nil {
		res.Body = &endOfBody{res.Body, s}
	}
	return res, err
}

type endOfBody struct {
	io.ReadCloser
	watch *stopwatch
}

func (b *endOfBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.watch.begun = time.Now()
	return n, err
}

func (s *stopwatch) PutSecrets(ctx context.Context, put map[string][]byte) error {
	err := s.Store.PutSecrets(ctx, put)
	if put[rowAnswer] != nil {
		s.took = append(s.took, time.Since(s.begun))
	}
	return err
}

func TestF47_WindowBetweenAnswerAndCommitIsTiny(t *testing.T) {
	watch := &stopwatch{}
	r := newRig(t, rigOptions{change: func(o *Options) {
		watch.Store, o.Store, o.HTTP = o.Store, watch, &http.Client{Transport: watch}
	}})
	r.signIn(t)
	var p99 time.Duration
	for range 3 { // a neighbour on the same disk may spoil a round, not three
		watch.took = nil
		if err := refreshOften(t.Context(), r.Auth, 100); err != nil {
			t.Fatal(err)
		}
		slices.Sort(watch.took)
		if p99 = watch.took[len(watch.took)*99/100]; p99 <= 50*time.Millisecond {
			break
		}
	}
	t.Logf("answer to commit: median %v, p99 %v of %d", watch.took[len(watch.took)/2], p99, len(watch.took))
	if p99 > 50*time.Millisecond {
		t.Errorf("p99 %v, want at most 50 ms", p99)
	}
}
