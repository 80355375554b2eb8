package subscribe

import (
	"context"
	"errors"
	"time"

	"oura-streaming/internal/failpoint"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
)

// tries is one pass over cells.
type tries struct {
	*round
	begun  int            // cells of earlier passes
	total  int            // cells of all passes
	errs   map[cell]error // of each cell that was tried, nil when Oura agreed
	was    map[cell]*int  // what each counts as once it is right
	silent int            // handshakes failed in a row
	late   bool           // something was made in spite of an error
}

// deeds tells what making each cell right will count as.
func (r *round) deeds(cells []cell) map[cell]*int {
	out := map[cell]*int{}
	for _, c := range cells {
		switch e, ok := r.list.own(c); {
		case !ok:
			out[c] = &r.out.Created
		case !e.here:
			out[c] = &r.out.Moved
		default:
			out[c] = &r.out.Renewed
		}
	}
	return out
}

func (t *tries) run(ctx, after context.Context, todo []cell) error {
	t.opt.Progress(Progress{Running: true, Done: t.begun, Total: t.total, Message: "Asking Oura for subscriptions"})
	return each(todo, t.width, func(c cell) error {
		if t.opt.Address() != t.address {
			return errMoved
		}
		return t.settle(ctx, c)
	}, func(c cell, err error) error {
		failpoint.Hit("subscribe.answered")
		stop := t.took(ctx, c, err)
		t.saveOrLog(after)
		failpoint.Hit("subscribe.stored")
		t.opt.Progress(Progress{Running: true, Done: t.begun + len(t.errs), Total: t.total, Message: "Subscribing to " + c.String()})
		return stop
	})
}

func (t *tries) wasTried(c cell) bool {
	_, ok := t.errs[c]
	return ok
}

// width is how many requests may be under way with that for c: it alone when it
// makes a subscription, and one at a time after a failure, until something
// succeeds.
func (t *tries) width(c cell) int {
	if t.silent > 0 || !t.exists(c) {
		return 1
	}
	return lanes
}

// took notes what became of a cell; its error ends the pass.
func (t *tries) took(ctx context.Context, c cell, err error) error {
	switch code := oura.CodeOf(err); {
	case err == nil:
		t.silent = 0
	case ctx.Err() != nil:
		t.out.Open++
		return err
	case isOpen(err):
		t.out.Open++
		if t.silent++; t.silent >= giveUpAfter {
			t.errs[c] = err
			return err
		}
	case code == oura.CodeSubscriptionOff, code == oura.CodeNotFound:
	default:
		return err
	}
	t.errs[c] = err
	return nil
}

// conclude compares what Oura answered with its list, which has the last word,
// and returns the cells whose subscriptions are gone.
func (t *tries) conclude() (gone []cell) {
	for c, err := range t.errs {
		code := oura.CodeOf(err)
		switch {
		case t.isRight(c):
			*t.was[c]++
			t.late = t.late || err != nil
		case code == oura.CodeNotFound:
			gone = append(gone, c)
		case code == oura.CodeSubscriptionOff:
			t.refuse(c, err)
		case err == nil:
			err = errUnclear()
			fallthrough
		default:
			t.fail(c, err)
			t.out.Again = true
		}
	}
	return gone
}

// refuse notes that Oura took no subscription, and why.
func (t *tries) refuse(c cell, err error) {
	stranger, occupied := t.list.stranger(c)
	switch e, mine := t.list.own(c); {
	case mine && e.here && !t.isOver(e.Subscription): // lives on
	case mine || !occupied || !errors.Is(err, ouraapi.ErrTaken):
		t.out.Refused++
	case !t.isOccupied(c):
		t.refused[stranger.ID] = t.opt.Now()
		err = errOccupied(err)
	}
	t.fail(c, err)
}

// askStranger is after how long Oura is asked once more for a subscription
// beside a stranger's.
const askStranger = 7 * 24 * time.Hour

// isOccupied tells whether Oura refused a subscription because of a stranger's
// lately.
func (r *round) isOccupied(c cell) bool {
	stranger, ok := r.list.stranger(c)
	if !ok {
		return false
	}
	since, ok := r.refused[stranger.ID]
	now := r.opt.Now()
	return ok && !now.Before(since) && now.Sub(since) < askStranger
}

func errOccupied(err error) error {
	return &oura.Error{
		Code:    oura.CodeSubscriptionOff,
		Message: "Another program that uses the same Oura application holds this subscription, and Oura allows no second one. Remove it there, or use an application of your own.",
		Err:     err,
	}
}

// isOpen tells whether Oura may have done its work in spite of the error.
func isOpen(err error) bool {
	code := oura.CodeOf(err)
	return code == oura.CodeCallbackFailed || code == oura.CodeUnavailable
}
