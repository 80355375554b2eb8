package tunnel

import (
	"cmp"
	"context"
	"crypto/x509"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"oura-streaming/internal/oura"
)

// NgrokAddr is where the library finds ngrok's service; it goes by the nearest
// region and keeps the name.
const NgrokAddr = "connect.ngrok-agent.com:443"

const (
	startWithin = 30 * time.Second
	slowPause   = 3 * time.Minute // after a refusal that may pass by itself
	usualBody   = 64 << 10
)

// NgrokOptions describe a tunnel through the user's ngrok account.
type NgrokOptions struct {
	Authtoken oura.Secret
	Domain    string // host name, "" lets the service choose the account's own
	Path      string // the only path the service lets through
	MaxBody   int64  // bytes; longer bodies stay outside; 0: 64 KiB
	Version   string // of the program, shown in the account's dashboard

	Addr string         // host:port of the service, tests only; "": ngrok's
	CAs  *x509.CertPool // who vouches for the service, tests only; nil: ngrok's own

	Server      func(http.Handler) *http.Server // sets limits; nil: safe ones
	Seen        func(addr string)               // hears when something is said to the service, often, and must not block; nil: nobody
	Heartbeat   time.Duration                   // 0: the library's 10 s
	Tolerance   time.Duration                   // for its answer; 0: the library's 15 s
	StartWithin time.Duration                   // 0: 30 s
	Now         func() time.Time                // nil: time.Now
	Log         *slog.Logger                    // nil: discarded

	slow time.Duration // 0: slowPause
}

// ngrokTunnel serves through an ngrok agent inside this process.
type ngrokTunnel struct {
	*machine
	opt    NgrokOptions
	redact redactor
	judge  judgement
}

// Ngrok returns a tunnel through the user's ngrok account. A lost connection
// comes back by itself, and so does one refused for a reason that may pass. Serve
// ends with an *oura.Error: codes tunnel_token, tunnel_refused, tunnel_address,
// tunnel_outdated and internal last until the user changes something (Permanent);
// unavailable is worth another Serve. The authtoken stands in no error, state or
// log record. ngrok is reached directly: HTTPS_PROXY and its like do not count.
func Ngrok(opt NgrokOptions) Tunnel {
	opt.StartWithin = cmp.Or(opt.StartWithin, startWithin)
	opt.MaxBody = cmp.Or(opt.MaxBody, usualBody)
	opt.slow = cmp.Or(opt.slow, slowPause)
	opt.Log = cmp.Or(opt.Log, slog.New(slog.DiscardHandler))
	if opt.Server == nil {
		opt.Server = func(h http.Handler) *http.Server { return plainServer(h, opt.MaxBody) }
	}
	redact := redactor{strings.TrimSpace(opt.Authtoken.Reveal())}
	return &ngrokTunnel{
		machine: newMachine(KindNgrok, opt.Now),
		opt:     opt,
		redact:  redact,
		judge:   judgement{redact, opt.slow},
	}
}

// Serve opens the address and answers with h until ctx ends or the address is
// lost for good.
func (n *ngrokTunnel) Serve(ctx context.Context, h http.Handler) error {
	n.set(State{Word: Starting})
	err := n.serve(ctx, h)
	switch {
	case ctx.Err() != nil:
		n.set(State{Word: Off})
		return ctx.Err()
	case Permanent(err):
		n.set(State{Word: Refused, Err: err})
	default:
		n.set(State{Word: Reconnecting, Err: err}) // by the caller, with another Serve
	}
	return err
}

// serve runs one agent after the other, each new: one that was refused or lost
// is of no further use.
func (n *ngrokTunnel) serve(ctx context.Context, h http.Handler) error {
	if n.redact.token == "" {
		return &oura.Error{Code: oura.CodeTunnelToken,
			Message: "There is no ngrok authtoken yet. Copy it from dashboard.ngrok.com and enter it under Connection."}
	}
	for filtered := true; ; {
		end := n.run(ctx, h, filtered)
		switch {
		case ctx.Err() != nil || end.reaction == giveUp || end.reaction == again:
			return end.err
		case end.reaction == unfiltered && filtered:
			n.opt.Log.WarnContext(ctx, "ngrok refuses the traffic policy and is asked without", "err", end.err)
			filtered = false
		default:
			n.opt.Log.WarnContext(ctx, "ngrok refuses and is asked again later", "err", end.err, "retry_in", n.opt.slow)
			n.change(func(s *State) { s.Word, s.Err = Reconnecting, end.err })
			if !pause(ctx, lengthen(n.opt.slow)) {
				return ctx.Err()
			}
		}
	}
}

// pause waits and reports whether ctx let it.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
