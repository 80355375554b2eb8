package engine

import (
	"context"
	"net/http"
	"sync"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/hub"
	"oura-streaming/internal/ingress"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/status"
	"oura-streaming/internal/tunnel"
)

const (
	probeSoon  = time.Second      // first wait after a probe that failed
	probeLate  = 30 * time.Second // longest wait after one
	probeEvery = time.Minute      // while all is well
)

// address is the public side: the present tunnel, and the callback URL once the
// program has seen its own answer there from outside.
type address struct {
	mu      sync.Mutex // guards the fields below and the engine's ingressPath and verification
	tunnel  tunnel.Tunnel
	handler *ingress.Handler
	proven  string // callback URL, "" until proven
	why     error  // of the last failed probe
	cancel  context.CancelFunc
	bell    hub.Bell
}

// Callback returns the callback URL once it is proven to lead here, "" before.
func (e *Engine) Callback() string {
	e.address.mu.Lock()
	defer e.address.mu.Unlock()
	return e.address.proven
}

// Tunnel returns the state of the public address and why it is not proven.
func (e *Engine) Tunnel() (state tunnel.State, why error) {
	e.address.mu.Lock()
	defer e.address.mu.Unlock()
	if e.address.tunnel == nil {
		return tunnel.State{Kind: tunnel.KindNone, Word: tunnel.Off}, nil
	}
	return e.address.tunnel.State(), e.address.why
}

// restart makes serveAddress begin anew with the settings as they are now.
func (a *address) restart() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.cancel != nil {
		a.cancel()
	}
}

func (a *address) set(proven string, why error) {
	a.mu.Lock()
	a.proven, a.why = proven, why
	a.mu.Unlock()
	a.bell.Ring()
}

func (e *Engine) verificationToken() oura.Secret {
	e.address.mu.Lock()
	defer e.address.mu.Unlock()
	return e.verification
}

// serveAddress keeps the public address open and proven until ctx ends.
func (e *Engine) serveAddress(ctx context.Context) error {
	for ctx.Err() == nil {
		round, cancel := context.WithCancel(ctx)
		e.address.mu.Lock()
		e.address.cancel = cancel
		e.address.mu.Unlock()
		e.serveTunnel(round)
		cancel()
		e.address.set("", nil)
		e.status.Clear(status.AddressSilent, status.IngressPortTaken)
	}
	return ctx.Err()
}

// serveTunnel opens the address of the present settings, opens it again when it
// is lost, and returns when ctx ends.
func (e *Engine) serveTunnel(ctx context.Context) {
	t, h := e.newTunnel()
	e.address.mu.Lock()
	e.address.tunnel, e.address.handler = t, h
	e.address.mu.Unlock()
	e.address.bell.Ring()
	var prover sync.WaitGroup
	prover.Go(func() { e.prove(ctx, t) })
	defer prover.Wait()
	for pause := firstPause; ctx.Err() == nil; pause = min(2*pause, probeLate) {
		began := time.Now()
		err := t.Serve(ctx, h)
		if time.Since(began) > longPause {
			pause = firstPause
		}
		if ctx.Err() != nil {
			return
		}
		e.tunnelLost(ctx, err, pause)
		if !wait(ctx, pause) {
			return
		}
	}
}

func (e *Engine) tunnelLost(ctx context.Context, err error, pause time.Duration) {
	e.log.WarnContext(ctx, "public address lost", "err", err, "retry_in", pause)
	e.address.set("", err)
	if oura.CodeOf(err) == oura.CodePortTaken {
		e.status.Raise(status.Trouble{Code: status.IngressPortTaken, Text: oura.MessageOf(err)})
		return
	}
	e.status.Raise(status.Trouble{Code: status.AddressSilent, Text: oura.MessageOf(err)})
}

func (e *Engine) newTunnel() (tunnel.Tunnel, *ingress.Handler) {
	public := e.cfg.Get(config.PublicURL)
	e.address.mu.Lock()
	random := e.ingressPath
	e.address.mu.Unlock()
	if public == "" || random == "" || e.cfg.Get(config.Mode) == "polling" {
		return tunnel.None(e.opt.Now), nil
	}
	opt := tunnel.OwnURLOptions{
		PublicURL: public, Port: e.cfg.Port(config.IngressPort), LoopbackHTTP: e.opt.Hosts.LoopbackHTTP,
		Server: ingress.NewServer, Now: e.opt.Now, Log: e.log.With("part", "tunnel"),
	}
	if e.demo != nil {
		opt.Listen = e.demo.listen
	}
	return tunnel.OwnURL(opt), e.newIngress(tunnel.IngressPath(public, random))
}

// prove asks the public address from outside, soon after it opens, often while
// it fails and now and then while all is well.
func (e *Engine) prove(ctx context.Context, t tunnel.Tunnel) {
	wake, stop := t.Listen()
	defer stop()
	pause := probeSoon
	for {
		next := probeEvery
		if t.State().Word == tunnel.Online {
			e.status.Clear(status.IngressPortTaken)
			if next = pause; e.probe(ctx, t) {
				next, pause = probeEvery, probeSoon
			} else {
				pause = min(2*pause, probeLate)
			}
		}
		timer := time.NewTimer(next)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// probe reports whether the address leads here, and tells status and keeper.
func (e *Engine) probe(ctx context.Context, t tunnel.Tunnel) bool {
	callback, err := tunnel.CallbackURL(e.cfg.Get(config.PublicURL), e.randomPath(), e.opt.Hosts.LoopbackHTTP)
	if err == nil {
		err = tunnel.Probe(ctx, http.DefaultClient, callback, e.verificationToken())
	}
	if ctx.Err() != nil {
		return false
	}
	if err != nil {
		e.log.WarnContext(ctx, "public address does not lead here", "err", err)
		e.address.set("", err)
		e.status.Raise(status.Trouble{Code: status.AddressSilent, Text: oura.MessageOf(err)})
		return false
	}
	changed := e.Callback() != callback
	e.address.set(callback, nil)
	e.status.Clear(status.AddressSilent, status.IngressPortTaken)
	if changed {
		e.log.InfoContext(ctx, "public address proven", "url", t.State().URL)
		e.keeper.Wake()
	}
	return true
}

func (e *Engine) randomPath() string {
	e.address.mu.Lock()
	defer e.address.mu.Unlock()
	return e.ingressPath
}
