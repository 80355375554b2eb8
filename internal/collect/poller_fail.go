package collect

import (
	"context"
	"errors"
	"time"

	"oura-streaming/internal/oura"
)

// failed decides what a failure means: for this type alone or for all, and
// whether asking again can help.
func (r *run) failed(ctx context.Context, dt oura.DataType, err error) {
	verdict := judgeFailure(err, r.now)
	r.mu.Lock()
	first := r.over == nil
	r.out.Failed[dt] = err
	r.pause = max(r.pause, verdict.pause)
	if verdict.all && first {
		r.over = err
	}
	if verdict.hold.IsZero() && !verdict.forGood {
		r.later = append(r.later, dt)
	}
	r.mu.Unlock()
	r.p.refuse(dt, err, verdict, r.from)
	if first {
		r.p.log.WarnContext(ctx, "type not read", "data_type", dt, "round", r.kind, "err", err)
	}
	r.p.opt.Heard(dt, err)
}

func (p *Poller) refuse(dt oura.DataType, err error, v verdict, from oura.Day) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.state(dt)
	t.last.Err, t.last.Events = err, 0
	t.owes(from)
	if v.forGood || !v.hold.IsZero() {
		t.hold(v.hold)
	}
}

// verdict is what a failure means.
type verdict struct {
	all     bool          // no other type would fare better
	forGood bool          // until Resume
	hold    time.Time     // not asked for before, zero: again soon
	pause   time.Duration // before the next try
}

func judgeFailure(err error, now time.Time) verdict {
	wait := time.Duration(0)
	if e, ok := errors.AsType[*oura.Error](err); ok {
		wait = e.RetryAfter
	}
	switch oura.CodeOf(err) {
	case oura.CodeScope:
		return verdict{forGood: true}
	case oura.CodeMembership, oura.CodeAppOutdated:
		return verdict{hold: now.Add(lapsedHold)}
	case oura.CodeNotFound:
		return verdict{hold: now.Add(aDay)}
	case oura.CodeInvalid:
		return verdict{hold: now.Add(invalidHold)}
	case oura.CodeUnauthorized, oura.CodeNotConnected, oura.CodeNotConfigured, oura.CodeLocked, oura.CodeClientRejected:
		return verdict{all: true, pause: signInRetry}
	case oura.CodeRateLimited, oura.CodeStorage:
		return verdict{all: true, pause: wait}
	}
	return verdict{all: wait > 0, pause: wait} // a pause of ouraapi concerns everything
}
