package ingress

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

// unread is a body that nobody may look at.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

// oddRequests are what is refused for its shape, by the status of a single one.
func oddRequests() map[int]func() *http.Request {
	return map[int]func() *http.Request{
		http.StatusRequestEntityTooLarge: func() *http.Request {
			return unsigned(vectorTime, strings.Repeat("x", MaxBody+1), vectorMAC)
		},
		http.StatusUnsupportedMediaType: func() *http.Request {
			r := unsigned(vectorTime, vectorBody, vectorMAC)
			r.Header.Set("Content-Encoding", "gzip")
			return r
		},
		http.StatusBadRequest: func() *http.Request {
			r := unsigned(vectorTime, vectorBody, vectorMAC)
			r.Body = io.NopCloser(io.MultiReader(strings.NewReader("{"), broken{}))
			return r
		},
	}
}

// broken is a body that ends early.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the sender is gone") }

// S-31 and S-35: what the header says is enough to refuse.
func TestS35_RefusedByTheHeaderAloneIsNotRead(t *testing.T) {
	for status, change := range map[int]func(*http.Request){
		http.StatusUnsupportedMediaType:  func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip"); r.ContentLength = -1 },
		http.StatusRequestEntityTooLarge: func(r *http.Request) { r.ContentLength = MaxBody + 1 },
	} {
		g := newRig(t, nil)
		r := httptest.NewRequest(http.MethodPost, path, unread{t})
		change(r)
		w := g.do(t, r)
		wantStatus(t, "an odd header", w, status)
		if w.Header().Get("Connection") != "close" {
			t.Errorf("%d: the connection stays open, so that the server reads the body after all", status)
		}
	}
}

// Refusals for the shape are charged like those for the signature: five of one
// source are told what is wrong, then it is told to wait.
func TestS33_OddRequestsAreCharged(t *testing.T) {
	for status, odd := range oddRequests() {
		g := newRig(t, nil, func(o *Options) { o.Limits = DefaultLimits() })
		for i := range 20 {
			w := g.do(t, odd())
			if i < 5 {
				wantStatus(t, "one of the first five", w, status)
				continue
			}
			wantStatus(t, fmt.Sprintf("one more after five of %d", status), w, http.StatusTooManyRequests)
			if w.Header().Get("Retry-After") != "1" {
				t.Errorf("Retry-After %q", w.Header().Get("Retry-After"))
			}
		}
		wantStatus(t, "a forgery from the same source", g.do(t, unsigned(vectorTime, vectorBody, strings.Repeat("0", 64))), http.StatusTooManyRequests)
		wantStatus(t, "a good one from the same source", g.post(t, body(oura.Sleep, "good"), secret), http.StatusOK)
		g.forward(time.Second)
		wantStatus(t, "a single one a second later", g.do(t, odd()), status)
	}
}

func TestS33_OddHandshakesAreCharged(t *testing.T) {
	g := newRig(t, nil, func(o *Options) { o.Limits = DefaultLimits() })
	for i := range 10 {
		want := http.StatusBadRequest
		if i >= 5 {
			want = http.StatusTooManyRequests
		}
		wantStatus(t, "an odd challenge", ask(t, g, query(token.Reveal(), "<script>")), want)
	}
	if w := ask(t, g, query(token.Reveal(), "abc")); w.Code != http.StatusOK {
		t.Errorf("a good one got %d", w.Code)
	}
}

// From many sources, odd requests share the allowance of all.
func TestS33_OddRequestsCountTogether(t *testing.T) {
	g := newRig(t, nil, func(o *Options) { o.Limits = DefaultLimits() })
	odd, inFull := oddRequests(), 0
	for i := range 600 {
		for status, request := range odd {
			r := request()
			r.RemoteAddr = fmt.Sprintf("198.51.%d.%d:%d", i/250, i%250, status)
			if g.do(t, r).Code == status {
				inFull++
			}
		}
	}
	if inFull != 400 {
		t.Errorf("%d of 1800 at once answered in full, want 400", inFull)
	}
}

// S-02 wants 404 and 405 however often somebody asks.
func TestS33_OtherPathsAndMethodsAreNotCharged(t *testing.T) {
	g := newRig(t, nil, func(o *Options) { o.Limits = DefaultLimits() })
	for range 500 {
		wantStatus(t, "another path", g.do(t, httptest.NewRequest(http.MethodGet, "/x", nil)), http.StatusNotFound)
		wantStatus(t, "another method", g.do(t, httptest.NewRequest(http.MethodPut, path, nil)), http.StatusMethodNotAllowed)
	}
	wantStatus(t, "a forgery afterwards", g.do(t, unsigned(vectorTime, vectorBody, "")), http.StatusUnauthorized)
}
