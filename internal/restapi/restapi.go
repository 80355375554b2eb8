package restapi

import (
	"log/slog"
	"net/http"
	"time"
)

// Options are the facts of the listener.
type Options struct {
	Port    int             // the port that requests must name in Host
	Closing <-chan struct{} // closed when the program begins to end: streams end then. nil: never
}

// service answers the calls; its methods stand in the files named after them.
type service struct {
	Services
	streams chan struct{} // one token per open stream
	reading chan struct{} // one token for the stream that asks the store
	closing <-chan struct{}
}

// New returns the handler for the loopback listeners. Around every call lie, in
// this order: answer headers and panics, Host, Origin, token, body. The sign-in
// callback is a handler of its own behind the Host check only, because the
// browser comes to it from Oura's page and carries no token.
func New(s Services, o Options) http.Handler {
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	if s.Callback == nil {
		s.Callback = http.HandlerFunc(notFound)
	}
	calls := routes(&service{Services: s, streams: make(chan struct{}, maxStreams), reading: make(chan struct{}, 1), closing: o.Closing})
	calls = jsonOnly(calls)
	calls = requireToken(s.Tokens, calls)
	calls = sameOrigin(calls)
	return answer(s.Log, allowHosts(o.Port, split(s.Callback, calls)))
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
