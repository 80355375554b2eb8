package subscribe

import (
	"context"
	"time"

	"oura-streaming/internal/failpoint"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
)

const renewWithin = 30 * 24 * time.Hour // of the end of a subscription's life

// isEnding tells whether s is to be renewed. An end that cannot be read may be
// near.
func (r *round) isEnding(s oura.Subscription) bool {
	return !s.ExpiresAt.After(r.opt.Now().Add(renewWithin))
}

// isOver tells whether s is of no more use: it ended, or will before the next
// round.
func (r *round) isOver(s oura.Subscription) bool {
	return !s.ExpiresAt.IsZero() && !s.ExpiresAt.After(r.opt.Now().Add(r.opt.Every))
}

func (r *round) order(c cell) ouraapi.NewSubscription {
	return ouraapi.NewSubscription{
		CallbackURL: r.address, VerificationToken: r.opt.VerificationToken(), EventType: c.op, DataType: c.dt,
	}
}

// settle makes one cell right. It may run beside others.
func (r *round) settle(ctx context.Context, c cell) error {
	e, ok := r.list.own(c)
	if !ok {
		return r.create(ctx, c)
	}
	if !e.here {
		if err := r.move(ctx, c, e.ID); err != nil {
			return err
		}
		if e, ok = r.list.own(c); !ok {
			return errUnclear()
		}
	}
	if r.isEnding(e.Subscription) {
		return r.renew(ctx, c, e.Subscription)
	}
	return nil
}

// move gives the subscription with an id our present address.
func (r *round) move(ctx context.Context, c cell, id string) error {
	if r.list.wasDenied(id) { // and is in the list all the same
		return r.replace(ctx, c)
	}
	moved, err := r.opt.API.UpdateSubscription(ctx, id, r.order(c))
	switch oura.CodeOf(err) {
	case "":
		return r.answered(c, moved)
	case oura.CodeNotFound:
		r.list.deny(id)
	case oura.CodeSubscriptionOff:
		return r.replace(ctx, c)
	}
	return err
}

// renew starts another life of s. One that Oura does not renew is left to live
// until its end and only then replaced.
func (r *round) renew(ctx context.Context, c cell, s oura.Subscription) error {
	err := error(&oura.Error{
		Code:    oura.CodeSubscriptionOff,
		Message: "Oura does not renew this subscription. It works until it ends and is made anew then.",
	})
	if !r.list.wasDenied(s.ID) {
		var renewed oura.Subscription
		renewed, err = r.opt.API.RenewSubscription(ctx, s.ID)
		switch oura.CodeOf(err) {
		case "":
			return r.answered(c, renewed)
		case oura.CodeNotFound:
			r.list.deny(s.ID)
			return err
		}
	}
	if oura.CodeOf(err) == oura.CodeSubscriptionOff && r.isOver(s) {
		return r.replace(ctx, c)
	}
	return err
}

// replace makes a subscription beside ours that are of no use any more, or in
// their place where Oura takes only one. What is left over is trimmed in the end.
func (r *round) replace(ctx context.Context, c cell) error {
	err := r.create(ctx, c)
	if oura.CodeOf(err) != oura.CodeSubscriptionOff {
		return err
	}
	for e, ok := r.list.own(c); ok; e, ok = r.list.own(c) {
		if e.here && !r.isOver(e.Subscription) {
			return err
		}
		if err := r.remove(ctx, e.ID); err != nil {
			return err
		}
	}
	return r.create(ctx, c)
}

// create makes the subscription of a cell. Oura may have made it in spite of an
// error: the list tells, before anything is tried again.
func (r *round) create(ctx context.Context, c cell) error {
	if r.isOccupied(c) {
		return errOccupied(ouraapi.ErrTaken)
	}
	made, err := r.post(ctx, c)
	if err != nil {
		return err
	}
	return r.answered(c, made)
}

// post asks for a subscription when nobody else does, for Oura wants them one
// after another. A move that turns into a new one waits for its turn here.
// Source: CONTRACT section 4.1.
func (r *round) post(ctx context.Context, c cell) (oura.Subscription, error) {
	select {
	case r.posting <- struct{}{}:
	case <-ctx.Done():
		return oura.Subscription{}, ctx.Err()
	}
	defer func() { <-r.posting }()
	return r.opt.API.Subscribe(ctx, r.order(c))
}

// answered takes over Oura's answer about a cell.
func (r *round) answered(c cell, s oura.Subscription) error {
	if s.ID == "" || cellOf(s) != c {
		return errUnclear()
	}
	r.list.put(s)
	return nil
}

// remove ends a subscription of ours; one that is gone already is as good.
func (r *round) remove(ctx context.Context, id string) error {
	err := r.opt.API.DeleteSubscription(ctx, id)
	if err != nil && oura.CodeOf(err) != oura.CodeNotFound {
		return err
	}
	r.list.drop(id)
	failpoint.Hit("subscribe.removed")
	return nil
}
