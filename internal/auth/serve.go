package auth

import (
	"context"
	"errors"
	"time"

	"oura-streaming/internal/oura"
)

const (
	roundEvery  = 15 * time.Second // wall time is compared this often, so sleep costs no more
	resumeEvery = time.Minute
	quitGrace   = 3 * time.Second // for a refresh under way when the program quits
)

// Serve keeps the connection fresh until ctx ends: it settles what an earlier
// run left behind, refreshes at half of the token's life, and finishes a login
// whose account could not be read. When it returns no login is pending and no
// request is under way.
func (a *Auth) Serve(ctx context.Context) error {
	a.stop.reset()
	defer a.quit()
	tick := time.NewTicker(roundEvery)
	defer tick.Stop()
	var last oura.Code
	var resumed time.Time
	for {
		err := a.finishKeyChange(ctx)
		if now := a.opt.Now(); now.Sub(resumed).Abs() >= resumeEvery {
			resumed = now
			err = errors.Join(err, a.resumeLogin(ctx))
		}
		last = a.sayOnce(ctx, last, errors.Join(err, a.round(ctx)))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		case <-a.nudge:
		}
	}
}

// round refreshes when half of the token's life is over, or when Oura refused it.
func (a *Auth) round(ctx context.Context) error {
	if err := a.settle(ctx); err != nil {
		return err
	}
	cur, ok, err := a.stored(ctx)
	if err != nil || !ok {
		return err
	}
	half := cur.halfLife()
	if due := !half.IsZero() && !a.opt.Now().Before(half); !due && !cur.Dead {
		return nil
	}
	_, err = a.renew(ctx, cur, false)
	return err
}

// quit lets no refresh begin any more and waits for the one under way.
func (a *Auth) quit() {
	a.stop.begin()
	a.CancelLogin()
	abort := time.AfterFunc(quitGrace, a.stop.abort)
	defer abort.Stop()
	late := time.NewTimer(quitGrace + time.Second)
	defer late.Stop()
	select {
	case a.turn <- struct{}{}:
		<-a.turn
	case <-late.C:
		a.log.Warn("a token change is still under way at exit")
	}
	a.wg.Wait()
}
