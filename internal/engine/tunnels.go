package engine

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"os"
	"sync"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/ingress"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/tunnel"
)

// serveAddress keeps the public address open and proven until ctx ends.
func (e *Engine) serveAddress(ctx context.Context) error {
	defer e.saveUsage(ctx)
	for ctx.Err() == nil {
		round, cancel := context.WithCancel(ctx)
		t, h := e.newTunnel()
		e.address.mu.Lock()
		e.address.tunnel, e.address.cancel = t, cancel
		if e.address.now.fruitless == 0 { // else it is the same address again, for the same reason
			now := &e.address.now
			*now = addressNow{lostAt: now.lostAt, comparedAt: now.comparedAt} // of another one nothing is known
		}
		e.address.mu.Unlock()
		e.address.bell.Ring()
		e.serveTunnel(round, t, h)
		cancel()
		e.lose(e.Address().Reason, false)
	}
	return ctx.Err()
}

// serveTunnel opens the address, opens it again when it is lost, and returns when
// ctx ends. What no later try can mend waits for ctx.
func (e *Engine) serveTunnel(ctx context.Context, t tunnel.Tunnel, h http.Handler) {
	var prover sync.WaitGroup
	prover.Go(func() { e.prove(ctx, t) })
	defer prover.Wait()
	for pause := firstPause; ctx.Err() == nil; pause = min(2*pause, probeLate) {
		began := e.wall()
		err := t.Serve(ctx, h)
		if e.wall().Sub(began) > longPause {
			pause = firstPause
		}
		if ctx.Err() != nil {
			return
		}
		if !e.afterLoss(ctx, err, pause, e.Address().ProvenAt.After(began)) {
			return
		}
	}
}

// afterLoss tells of a tunnel that ended and waits until it may be tried again;
// false means that ctx ended. One that worked until now is not made to wait for
// as long as one that was refused.
func (e *Engine) afterLoss(ctx context.Context, err error, pause time.Duration, worked bool) bool {
	if tunnel.Permanent(err) {
		e.log.ErrorContext(ctx, "public address refused", "err", err)
		e.lose(err, true)
		<-ctx.Done()
		return false
	}
	if e, ok := errors.AsType[*oura.Error](err); ok && !worked {
		pause = max(pause, e.RetryAfter)
	}
	e.log.WarnContext(ctx, "public address lost", "err", err, "retry_in", pause)
	e.lose(err, false)
	return wait(ctx, pause)
}

// addressKind is the way of being reached that the settings ask for.
func (e *Engine) addressKind() tunnel.Kind {
	own, token, choice := e.cfg.Get(config.PublicURL) != "", e.cfg.NgrokAuthtoken() != "", e.cfg.Get(config.Address)
	switch {
	case e.cfg.Get(config.Mode) == "polling" || choice == "none":
		return tunnel.KindNone
	case own && (choice == "auto" || choice == "own_url"):
		return tunnel.KindOwnURL
	case token && (choice == "auto" || choice == "ngrok"):
		return tunnel.KindNgrok
	default:
		return tunnel.KindNone
	}
}

func (e *Engine) newTunnel() (tunnel.Tunnel, http.Handler) {
	random := e.randomPath()
	kind := e.addressKind()
	switch {
	case random == "": // the secrets are locked
		return tunnel.None(e.opt.Now), nil
	case kind == tunnel.KindOwnURL:
		public := e.cfg.Get(config.PublicURL)
		return e.ownURL(public), e.newIngress(tunnel.IngressPath(public, random))
	case kind == tunnel.KindNgrok:
		return e.ngrok(random), e.address.usage.counted(e.newIngress(random), e.opt.Now)
	default:
		return tunnel.None(e.opt.Now), nil
	}
}

func (e *Engine) ownURL(public string) tunnel.Tunnel {
	opt := tunnel.OwnURLOptions{
		PublicURL: public, Port: e.cfg.Port(config.IngressPort), LoopbackHTTP: e.opt.Hosts.LoopbackHTTP,
		Server: ingress.NewServer, Now: e.opt.Now, Log: e.log.With("part", "tunnel"),
	}
	if e.demo != nil {
		opt.Listen = e.demo.listen
	}
	return tunnel.OwnURL(opt)
}

func (e *Engine) ngrok(path string) tunnel.Tunnel {
	return tunnel.Ngrok(tunnel.NgrokOptions{
		Authtoken: e.cfg.NgrokAuthtoken(), Domain: e.cfg.NgrokHost(), Path: path, MaxBody: ingress.MaxBody,
		Version: e.opt.Version, Addr: e.opt.Hosts.NgrokAddr, CAs: e.testRoots,
		Seen:   func(addr string) { e.talks.note(bareHost(addr)) },
		Server: ingress.NewServer, Now: e.opt.Now, Log: e.log.With("part", "tunnel"),
	})
}

// loadTestRoots reads the root of the pretend edge in test builds.
func (e *Engine) loadTestRoots() error {
	if e.opt.Hosts.NgrokCAFile == "" {
		return nil
	}
	pem, err := os.ReadFile(e.opt.Hosts.NgrokCAFile)
	if err != nil {
		return err
	}
	e.testRoots = x509.NewCertPool()
	if !e.testRoots.AppendCertsFromPEM(pem) {
		return &oura.Error{Code: oura.CodeInvalid, Message: "The file with the pretend edge's root holds no certificate."}
	}
	return nil
}
