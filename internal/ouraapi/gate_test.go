package ouraapi

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"oura-streaming/internal/oura"
)

func TestF31_StormOf429GetsFewProbesAndItsPauseIsObeyed(t *testing.T) {
	for _, seconds := range []int{0, 1, 60} {
		t.Run(strconv.Itoa(seconds)+" s asked", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				storm := time.Now().Add(15 * time.Minute)
				var mu sync.Mutex // guards the following
				requests, served := 0, 0
				var last time.Time
				client := offline(func(*http.Request) (*http.Response, error) {
					mu.Lock()
					defer mu.Unlock()
					if time.Now().After(storm) {
						served++
						return respond(200, `{"id":"a"}`), nil
					}
					requests++ // the first four may be under way at once
					if gap := time.Since(last); requests > 4 && gap < time.Duration(seconds)*time.Second {
						t.Errorf("asked again after %v, told to wait %d s", gap, seconds)
					}
					last = time.Now()
					resp := respond(429, "")
					if seconds > 0 {
						resp.Header.Set("Retry-After", strconv.Itoa(seconds))
					}
					return resp, nil
				})
				ctx, stop := context.WithTimeout(t.Context(), 21*time.Minute)
				defer stop()
				var workers sync.WaitGroup
				for range 4 { // that never tire
					workers.Go(func() { keepAsking(ctx, client) })
				}
				workers.Wait()
				if requests > 40 || served == 0 {
					t.Errorf("%d requests in the storm, %d served after it", requests, served)
				}
			})
		})
	}
}

func keepAsking(ctx context.Context, c *Client) {
	for ctx.Err() == nil {
		_, err := c.Document(ctx, oura.Sleep, "a")
		wait := time.Second
		if e, ok := errors.AsType[*oura.Error](err); ok && e.RetryAfter > 0 {
			wait = e.RetryAfter
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

func TestF31_NoFiveMinutesHoldMoreThanFourThousandRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Time
		client := offline(func(*http.Request) (*http.Response, error) {
			at = append(at, time.Now())
			return respond(200, `{"id":"a"}`), nil
		})
		ctx, cancel := context.WithTimeout(t.Context(), 16*time.Minute)
		defer cancel()
		for ctx.Err() == nil {
			if _, err := client.Document(ctx, oura.Sleep, "a"); err != nil {
				break
			}
		}
		first := 0
		for i, now := range at {
			for now.Sub(at[first]) >= 5*time.Minute {
				first++
			}
			if n := i - first + 1; n > 4000 {
				t.Fatalf("%d requests within 5 minutes", n)
			}
		}
		if len(at) < 9000 {
			t.Errorf("only %d requests in 16 minutes: the budget is not used", len(at))
		}
	})
}

func TestF32_OutageClosesTheGateAndOneAnswerOpensIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down, requests := true, 0
		client := offline(func(*http.Request) (*http.Response, error) {
			requests++
			if down {
				return nil, errors.New("connection reset")
			}
			return respond(200, `{"id":"a"}`), nil
		})
		ask := func() error { _, err := client.Document(t.Context(), oura.Sleep, "a"); return err }
		for range 100 {
			if err := ask(); oura.CodeOf(err) != oura.CodeUnavailable {
				t.Fatalf("got %v", err)
			}
		}
		if requests != outageThreshold {
			t.Errorf("%d requests, want %d", requests, outageThreshold)
		}
		time.Sleep(2 * time.Second)
		for range 10 {
			_ = ask() // one of them probes
		}
		if requests != outageThreshold+1 {
			t.Errorf("%d requests, want one probe more than %d", requests, outageThreshold)
		}
		down = false
		time.Sleep(longestOutage)
		for range 10 {
			if err := ask(); err != nil {
				t.Fatalf("after the outage: %v", err)
			}
		}
	})
}

func TestGate_FailedSubscriptionsAreNoOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := offline(func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodPost {
				return respond(504, "<html>"), nil
			}
			return respond(200, `{"id":"a"}`), nil
		})
		for range 2 * outageThreshold {
			_, err := client.Subscribe(t.Context(), NewSubscription{})
			if oura.CodeOf(err) != oura.CodeCallbackFailed {
				t.Fatalf("got %v", err)
			}
		}
		if _, err := client.Document(t.Context(), oura.Sleep, "a"); err != nil {
			t.Errorf("a document after them: %v", err)
		}
	})
}

func TestF33_HangingBodyEndsAfterThirtySecondsAndAtOnceOnExit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := offline(func(r *http.Request) (*http.Response, error) {
			resp := respond(200, "")
			resp.Body = hanging{r.Context()}
			return resp, nil
		})
		started := time.Now()
		_, err := client.Document(t.Context(), oura.Sleep, "a")
		if took := time.Since(started); oura.CodeOf(err) != oura.CodeUnavailable || took != callLimit {
			t.Errorf("%v after %v", err, took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		started = time.Now()
		if _, err := client.Document(ctx, oura.Sleep, "a"); !errors.Is(err, context.DeadlineExceeded) || time.Since(started) != time.Second {
			t.Errorf("on exit: %v after %v", err, time.Since(started))
		}
	})
}

type hanging struct{ ctx context.Context }

func (h hanging) Read([]byte) (int, error) { <-h.ctx.Done(); return 0, h.ctx.Err() }
func (h hanging) Close() error             { return nil }

func TestGate_OneProbeAtATime(t *testing.T) {
	g := &gate{now: time.Now}
	leave, _ := g.enter()
	leave(throttled, 0)
	g.until = time.Now()
	var passed atomic.Int32
	leave, err := g.enter()
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if _, err := g.enter(); err == nil {
			passed.Add(1)
		}
	}
	leave(unknown, 0) // given up: the next one probes
	if _, err := g.enter(); err != nil || passed.Load() != 0 {
		t.Errorf("%d passed beside the probe; after it: %v", passed.Load(), err)
	}
}
