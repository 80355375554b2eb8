package engine

import (
	"context"
	"crypto/tls"
	"net/http"
	"strings"
	"sync"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/tunnel"
)

const (
	probeSoon  = time.Second      // first wait after a look that failed
	probeOften = 5 * time.Second  // longest wait while it has not failed for a minute
	probeLate  = 30 * time.Second // longest wait after one
	probeTick  = 15 * time.Second // how often the wall time is compared, as timers stand still in sleep
	reachEach  = 24 * time.Hour   // between looks at what else can be reached

	// freshAddress is how long a new address of ngrok's may lead nowhere. After
	// goneAddress of being told that nobody holds it, or staleAddress of any other
	// failure, the agent is made anew: its library keeps the address it was first
	// given, though the service may have given out another.
	freshAddress = 10 * time.Second
	goneAddress  = 6 * time.Second
	staleAddress = 25 * time.Second
)

// prover looks at one tunnel from outside.
type prover struct {
	e      *Engine
	t      tunnel.Tunnel
	seen   tunnel.State // that was last looked at
	pause  time.Duration
	due    time.Time // of the next look, wall time
	around sync.WaitGroup
}

// prove looks at the public address from outside: soon after it opens, often
// while it fails, now and then while all is well, and when asked to.
func (e *Engine) prove(ctx context.Context, t tunnel.Tunnel) {
	p := &prover{e: e, t: t, pause: probeSoon}
	defer p.around.Wait()
	wake, stop := t.Listen()
	defer stop()
	for {
		timer := time.NewTimer(min(max(0, p.due.Sub(e.wall())), probeTick))
		asked := false
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-wake:
			p.changed()
		case <-e.address.check:
			asked = true
		case <-timer.C:
		}
		timer.Stop()
		if asked || !p.due.After(e.wall()) {
			p.look(ctx, asked)
		}
	}
}

// changed follows what the tunnel says of itself.
func (p *prover) changed() {
	st := p.t.State()
	p.e.address.bell.Ring()
	switch {
	case st.Word != tunnel.Online:
		p.seen = tunnel.State{}
		if st.Word == tunnel.Reconnecting && st.Err != nil && !p.e.address.isLostTo(st.Err) {
			p.e.lose(st.Err, false)
		}
	case !st.Since.Equal(p.seen.Since) || st.URL != p.seen.URL:
		p.e.address.update(func(now *addressNow) {
			if now.silentSince.IsZero() { // our side is ready: what is still wrong has another reason
				now.why, now.final = nil, false
			}
		})
		p.pause, p.due = probeSoon, p.e.wall()
	}
}

// look asks the address, unless our own side is not ready.
func (p *prover) look(ctx context.Context, asked bool) {
	st := p.t.State()
	if st.Word != tunnel.Online {
		p.due = p.e.wall().Add(probeTick)
		return
	}
	p.seen = st
	if p.probe(ctx, st, asked) {
		p.pause, p.due = probeSoon, p.e.wall().Add(probeEvery(st))
		return
	}
	p.due = p.e.wall().Add(p.pause)
	longest := probeLate
	if p.e.silentFor() < time.Minute {
		longest = probeOften
	}
	p.pause = min(2*p.pause, longest)
}

// probeEvery is how often an address that is well is looked at. A look through
// ngrok draws on the month's allowance of its free plan, of which a look every
// five minutes takes less than half, and its own heartbeats tell of most losses.
func probeEvery(st tunnel.State) time.Duration {
	if st.Kind == tunnel.KindNgrok && (st.Plan == "" || allowedRequests(st.Plan) > 0) {
		return 5 * time.Minute
	}
	return 45 * time.Second
}

// silentFor is for how long looks have failed.
func (e *Engine) silentFor() time.Duration {
	e.address.mu.Lock()
	defer e.address.mu.Unlock()
	if e.address.now.silentSince.IsZero() {
		return 0
	}
	return e.wall().Sub(e.address.now.silentSince)
}

// probe reports whether the address leads here, and tells status and keeper.
func (p *prover) probe(ctx context.Context, st tunnel.State, asked bool) bool {
	e, client := p.e, p.e.outside()
	callback, err := e.callbackOf(st)
	began := time.Now()
	if err == nil {
		err = tunnel.Probe(ctx, client, callback, e.verificationToken())
	}
	took := time.Since(began)
	client.CloseIdleConnections()
	if ctx.Err() != nil || p.t.State().Word != tunnel.Online {
		return false // what was seen is of a connection that is gone
	}
	if err != nil {
		p.failed(ctx, st, err)
		return false
	}
	changed := e.Callback() != callback
	var dark time.Time
	e.address.update(func(now *addressNow) {
		if changed {
			now.provenSince = e.wall()
		}
		dark = now.lostAt
		now.proven, now.provenAt, now.latency = callback, e.wall(), took
		now.why, now.final, now.lostAt, now.silentSince, now.fruitless = nil, false, time.Time{}, time.Time{}, 0
	})
	if changed {
		e.log.InfoContext(ctx, "public address proven", "url", st.URL)
		e.keeper.Wake()
	}
	if !dark.IsZero() {
		e.poll.CatchUp(dark, "the public address was away")
	}
	e.saveUsage(ctx)
	p.lookAround(ctx, callback, changed || asked)
	return true
}

func (e *Engine) callbackOf(st tunnel.State) (string, error) {
	public := st.URL
	if st.Kind == tunnel.KindOwnURL {
		public = e.cfg.Get(config.PublicURL) // with a path of its own, if it has one
	}
	return tunnel.CallbackURL(public, e.randomPath(), e.opt.Hosts.LoopbackHTTP)
}

// failed notes a look that failed, and has the agent made anew when it has failed
// for too long.
func (p *prover) failed(ctx context.Context, st tunnel.State, err error) {
	e := p.e
	e.log.WarnContext(ctx, "public address does not lead here", "err", err)
	e.lose(err, false)
	anew := false
	e.address.update(func(now *addressNow) {
		if now.silentSince.Before(st.Since) { // zero, or of the agent before
			now.silentSince = e.wall()
		}
		anew = st.Kind == tunnel.KindNgrok && !tunnel.IsQuota(err) && !e.offline() &&
			e.wall().Sub(now.silentSince) >= silenceAllowed(err, now.fruitless)
		if anew {
			now.fruitless++
			e.address.reopen()
		}
	})
	if anew {
		e.log.WarnContext(ctx, "ngrok's address stays silent, the agent is made anew", "url", st.URL)
	}
}

// silenceAllowed is how long an address of ngrok's may stay silent before the agent is
// made anew; it doubles with each time that this did not help.
func silenceAllowed(err error, fruitless int) time.Duration {
	first := staleAddress
	if tunnel.IsOffline(err) {
		first = goneAddress
	}
	return min(first<<min(fruitless, 10), time.Hour)
}

// lookAround asks for what must not be reachable: after a change of address, when
// asked to, and daily. It does not hold up the looks at what must be.
func (p *prover) lookAround(ctx context.Context, callback string, now bool) {
	e := p.e
	e.address.mu.Lock()
	last := e.address.now.reachAt
	e.address.mu.Unlock()
	if age := e.wall().Sub(last).Abs(); !now && age < reachEach {
		return
	}
	p.around.Go(func() {
		client := e.outside()
		defer client.CloseIdleConnections()
		answers := tunnel.Reach(ctx, client, callback)
		if ctx.Err() == nil {
			e.address.update(func(now *addressNow) { now.reach, now.reachAt = answers, e.wall() })
		}
	})
}

// exposed tells where the local API answered from outside, "" for nowhere.
func exposed(answers []tunnel.Answer) string {
	var paths []string
	for _, a := range answers {
		if a.Exposed {
			paths = append(paths, a.Path)
		}
	}
	if len(paths) == 0 {
		return ""
	}
	return "It answered at " + strings.Join(paths, ", ") + "."
}

// outside is a client that comes from outside: over no connection that is open
// already, so that a look finds what a stranger would find.
func (e *Engine) outside() *http.Client {
	return &http.Client{Transport: e.talks.watch(&http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: 10 * time.Second, MaxResponseHeaderBytes: 64 << 10,
		TLSClientConfig: &tls.Config{RootCAs: e.testRoots, MinVersion: tls.VersionTLS12},
	})}
}
