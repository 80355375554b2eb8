package restapi

import (
	"cmp"
	"log/slog"
	"net/http"
	"time"

	"oura-streaming/internal/hub"
)

// Options are the facts of the listener.
type Options struct {
	Port    int             // the port that requests must name in Host
	Closing <-chan struct{} // closed when the program begins to end: streams end then. nil: never

	RequestsPerSecond int // of one token, in the long run; 0: 100
}

// service answers the calls; its methods stand in the files named after them.
type service struct {
	Services
	streams chan struct{} // one token per open stream
	reading chan struct{} // one token for the stream that asks the store
	closing <-chan struct{}

	throttle *throttle
	call     func(*http.Request) string // which call a request asks for, "" for none
}

// New returns the handler for the loopback listeners. Around every call lie, in
// this order: answer headers and panics, Host, Origin, token and its rate, body,
// and, once it is known which call it is, the token's scope. The sign-in
// callback is a handler of its own behind the Host check only, because the
// browser comes to it from Oura's page and carries no token.
func New(s Services, o Options) http.Handler {
	s = withDefaults(s)
	svc := &service{
		Services: s, closing: o.Closing, throttle: newThrottle(cmp.Or(o.RequestsPerSecond, tokenRate)),
		streams: make(chan struct{}, maxStreams), reading: make(chan struct{}, 1),
	}
	mux := svc.mux()
	svc.call = func(r *http.Request) string { _, pattern := mux.Handler(r); return pattern }
	calls := jsonOnly(routes(mux))
	calls = svc.requireToken(calls)
	calls = sameOrigin(docsPage(calls))
	return answer(s.Log, allowHosts(o.Port, split(s.Callback, calls)))
}

func withDefaults(s Services) Services {
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	if s.Callback == nil {
		s.Callback = http.HandlerFunc(notFound)
	}
	if s.TokenNews == nil {
		s.TokenNews = &hub.Bell{}
	}
	if s.TokenUsed == nil {
		s.TokenUsed = func(int64) {}
	}
	if s.TokensLocked == nil {
		s.TokensLocked = func() bool { return false }
	}
	return s
}

// split sends the sign-in callback to its own handler; the two share no mux.
func split(callback, calls http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/auth/callback", "/auth/callback/":
			callback.ServeHTTP(w, r)
		default:
			calls.ServeHTTP(w, r)
		}
	})
}
