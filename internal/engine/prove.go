package engine

import (
	"context"
	"crypto/tls"
	"net/http"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/status"
	"oura-streaming/internal/tunnel"
)

const (
	probeSoon = time.Second      // first wait after a look that failed
	probeLate = 30 * time.Second // longest wait after one
	reachEach = 24 * time.Hour   // between looks at what else can be reached

	// freshAddress is how long a new address of ngrok's may lead nowhere, and
	// staleAddress after how long the agent is made anew: its library keeps the
	// address it was first given, though the service may have given out another.
	freshAddress = 10 * time.Second
	staleAddress = 25 * time.Second
)

// probeEvery is how often an address that is well is looked at. A look through
// ngrok draws on the month's allowance of its free plan (20,000 requests), and
// its own heartbeats tell of most losses.
var probeEvery = map[tunnel.Kind]time.Duration{tunnel.KindOwnURL: time.Minute, tunnel.KindNgrok: 10 * time.Minute}

// prove looks at the public address from outside: soon after it opens, often
// while it fails, now and then while all is well, and when asked to.
func (e *Engine) prove(ctx context.Context, t tunnel.Tunnel) {
	wake, stop := t.Listen()
	defer stop()
	var seen tunnel.State // that was last looked at
	pause := probeSoon
	due := time.NewTimer(0)
	defer due.Stop()
	for {
		asked := false
		select {
		case <-ctx.Done():
			return
		case <-wake:
			st := t.State()
			e.address.bell.Ring()
			if st.Word != tunnel.Online {
				e.notOnline(st)
				seen = tunnel.State{}
				continue
			}
			if st.Since.Equal(seen.Since) && st.URL == seen.URL {
				continue // something else about it changed
			}
			pause = probeSoon
			e.online()
		case <-e.address.check:
			asked = true
		case <-due.C:
		}
		st := t.State()
		if st.Word != tunnel.Online {
			continue
		}
		seen = st
		next := pause
		if e.probe(ctx, t, asked) {
			next, pause = probeEvery[st.Kind], probeSoon
		} else {
			pause = min(2*pause, probeLate)
		}
		due.Reset(next)
	}
}

// notOnline notes that the tunnel itself says it is down.
func (e *Engine) notOnline(st tunnel.State) {
	e.address.mu.Lock()
	told := e.address.now.proven == "" && e.address.now.why != nil
	e.address.mu.Unlock()
	if st.Word == tunnel.Reconnecting && !told {
		e.lose(st.Err, false)
	}
}

// online notes that our side is ready: what is still wrong has another reason.
func (e *Engine) online() {
	e.address.update(func(now *addressNow) { now.why, now.final = nil, false })
	e.status.Clear(status.IngressPortTaken)
}

// probe reports whether the address leads here, and tells status and keeper.
func (e *Engine) probe(ctx context.Context, t tunnel.Tunnel, asked bool) bool {
	st, client := t.State(), e.outside()
	defer client.CloseIdleConnections()
	callback, err := e.callbackOf(st)
	began := time.Now()
	if err == nil {
		err = tunnel.Probe(ctx, client, callback, e.verificationToken())
	}
	took := time.Since(began)
	if ctx.Err() != nil || t.State().Word != tunnel.Online {
		return false // what was seen is of a connection that is gone
	}
	if err != nil {
		e.probeFailed(ctx, st, err)
		return false
	}
	changed := e.Callback() != callback
	e.address.update(func(now *addressNow) {
		now.proven, now.provenAt, now.latency = callback, e.opt.Now(), took
		now.why, now.final, now.lostAt = nil, false, time.Time{}
	})
	e.status.Clear(status.AddressSilent, status.TunnelDown)
	if changed {
		e.log.InfoContext(ctx, "public address proven", "url", st.URL)
		e.keeper.Wake()
	}
	e.lookAround(ctx, client, callback, changed || asked)
	return true
}

func (e *Engine) callbackOf(st tunnel.State) (string, error) {
	public := st.URL
	if st.Kind == tunnel.KindOwnURL {
		public = e.cfg.Get(config.PublicURL) // with a path of its own, if it has one
	}
	return tunnel.CallbackURL(public, e.randomPath(), e.opt.Hosts.LoopbackHTTP)
}

func (e *Engine) probeFailed(ctx context.Context, st tunnel.State, err error) {
	e.log.WarnContext(ctx, "public address does not lead here", "err", err)
	e.lose(err, false)
	if st.Kind == tunnel.KindNgrok && e.opt.Now().Sub(st.Since) < freshAddress {
		return
	}
	if gone := tunnel.IsOffline(err); gone && e.lastSeen(st).Add(staleAddress).Before(e.opt.Now()) {
		e.log.WarnContext(ctx, "ngrok has given up the address, the agent is made anew", "url", st.URL)
		e.address.restart()
		return
	}
	e.status.Raise(status.Trouble{Code: status.AddressSilent, Text: oura.MessageOf(err)})
}

// lastSeen is when the address was last proven, at the earliest when it came up.
func (e *Engine) lastSeen(st tunnel.State) time.Time {
	e.address.mu.Lock()
	defer e.address.mu.Unlock()
	if at := e.address.now.provenAt; at.After(st.Since) {
		return at
	}
	return st.Since
}

// lookAround asks for what must not be reachable: after a change of address, when
// asked to, and daily.
func (e *Engine) lookAround(ctx context.Context, client *http.Client, callback string, now bool) {
	e.address.mu.Lock()
	last := e.address.now.reachAt
	e.address.mu.Unlock()
	if age := e.opt.Now().Sub(last).Abs(); !now && age < reachEach {
		return
	}
	answers := tunnel.Reach(ctx, client, callback)
	if ctx.Err() != nil {
		return
	}
	e.address.update(func(now *addressNow) { now.reach, now.reachAt = answers, e.opt.Now() })
	exposed := ""
	for _, a := range answers {
		if a.Exposed {
			exposed = "It answered at " + a.Path + "."
		}
	}
	e.raiseIf(exposed != "", status.LocalAPIExposed, exposed)
}

// outside is a client that comes from outside: over no connection that is open
// already, so that a look finds what a stranger would find.
func (e *Engine) outside() *http.Client {
	return &http.Client{Transport: &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: 10 * time.Second, MaxResponseHeaderBytes: 64 << 10,
		TLSClientConfig: &tls.Config{RootCAs: e.testRoots, MinVersion: tls.VersionTLS12},
	}}
}
