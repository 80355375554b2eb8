package subscribe

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"oura-streaming/internal/oura"
)

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// shake answers the cloud's handshakes.
func (w *sky) shake(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	w.shakes++
	took := w.latency(w.shakes)
	w.mu.Unlock()
	if err := rest(r.Context(), took); err != nil {
		return nil, err
	}
	q := r.URL.Query()
	r.URL.RawQuery = ""
	w.mu.Lock()
	here := r.URL.String() == w.address
	if !here {
		w.unready++
	}
	w.mu.Unlock()
	res := &http.Response{StatusCode: http.StatusBadGateway, Header: http.Header{}, Body: http.NoBody, Request: r}
	if here && q.Get("verification_token") == "verify" {
		body, err := json.Marshal(map[string]string{"challenge": q.Get("challenge")})
		if err != nil {
			return nil, err
		}
		res.StatusCode, res.Body = http.StatusOK, io.NopCloser(bytes.NewReader(body))
		res.Header.Set("Content-Type", "application/json")
	}
	return res, nil
}

func rest(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// carry takes a request of the program to the cloud.
func (w *sky) carry(r *http.Request) (*http.Response, error) {
	w.note(r)
	if r.Method == http.MethodPost {
		defer w.oneAtATime()()
	}
	if err := rest(r.Context(), w.way); err != nil {
		return nil, err
	}
	return w.sim.Memory().RoundTrip(r)
}

// oneAtATime fails the test when a subscription is asked for while the program
// still waits for another one: Oura wants them one after another.
func (w *sky) oneAtATime() (end func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.posting++; w.posting > 1 {
		w.t.Errorf("%d subscriptions are being made at once", w.posting)
	}
	return func() { w.set(func() { w.posting-- }) }
}

func (w *sky) note(r *http.Request) {
	q := request{at: time.Now(), method: r.Method}
	if rest, ok := strings.CutPrefix(r.URL.Path, "/v2/webhook/subscription/"); ok {
		q.id = strings.TrimPrefix(rest, "renew/")
	}
	if r.Method == http.MethodPost {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.t.Error(err)
		}
		q.cell = cell{oura.DataType(field(body, "data_type")), oura.Operation(field(body, "event_type"))}
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	w.mu.Lock()
	w.requests = append(w.requests, q)
	w.begun++
	before, n := w.before, w.begun
	w.mu.Unlock()
	if before != nil {
		before(n)
	}
}

func field(body []byte, name string) string {
	var all map[string]string
	_ = json.Unmarshal(body, &all) // an empty map then
	return all[name]
}
