package subscribe

import (
	"context"
	"slices"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
)

const renewWithin = 30 * 24 * time.Hour // of the end of a subscription's life

// own returns our best subscription of a cell: at our address before elsewhere,
// then the one that lives longest.
func (r *round) own(c cell) (best oura.Subscription, ok bool) {
	for _, s := range r.list {
		if cellOf(s) != c || !r.id.owns(s) {
			continue
		}
		better := !ok || r.isElsewhere(best) && !r.isElsewhere(s) ||
			r.isElsewhere(best) == r.isElsewhere(s) && s.ExpiresAt.After(best.ExpiresAt)
		if better {
			best, ok = s, true
		}
	}
	return best, ok
}

func (r *round) isElsewhere(s oura.Subscription) bool {
	return plain(s.CallbackURL) != plain(r.address)
}

func (r *round) isEnding(s oura.Subscription) bool {
	return !s.ExpiresAt.After(r.opt.Now().Add(renewWithin))
}

func (r *round) wanted(c cell) ouraapi.NewSubscription {
	return ouraapi.NewSubscription{
		CallbackURL: r.address, VerificationToken: r.opt.VerificationToken(), EventType: c.op, DataType: c.dt,
	}
}

// settle makes one cell right.
func (r *round) settle(ctx context.Context, c cell) error {
	s, ok := r.own(c)
	if !ok {
		return r.create(ctx, c)
	}
	var err error
	if r.isElsewhere(s) {
		if s, err = r.move(ctx, c, s); err == nil {
			r.out.Moved++
		}
	}
	if err == nil && r.isEnding(s) {
		if s, err = r.opt.API.RenewSubscription(ctx, s.ID); err == nil {
			r.out.Renewed++
			r.put(s)
		}
	}
	if oura.CodeOf(err) == oura.CodeNotFound { // gone since the list was read
		r.list = slices.DeleteFunc(r.list, func(o oura.Subscription) bool { return o.ID == s.ID })
		return r.create(ctx, c)
	}
	return err
}

// move gives s our present address. After a failure that leaves it open whether
// Oura did it, the list tells.
func (r *round) move(ctx context.Context, c cell, s oura.Subscription) (oura.Subscription, error) {
	moved, err := r.opt.API.UpdateSubscription(ctx, s.ID, r.wanted(c))
	if err == nil {
		r.put(moved)
		return moved, nil
	}
	if isOpen(err) && r.read(ctx) == nil {
		if own, ok := r.own(c); ok && !r.isElsewhere(own) {
			return own, nil
		}
	}
	return s, err
}

// create makes the subscription of a cell. Oura may have made it in spite of an
// error, and a second request would fail then: the list tells.
func (r *round) create(ctx context.Context, c cell) error {
	stranger, occupied := r.stranger(c)
	if reason, ok := r.refused[stranger.ID]; occupied && ok {
		return &oura.Error{Code: oura.CodeSubscriptionOff, Message: reason}
	}
	made, err := r.opt.API.Subscribe(ctx, r.wanted(c))
	if err == nil {
		r.put(made)
		r.out.Created++
		return nil
	}
	refused := oura.CodeOf(err) == oura.CodeSubscriptionOff
	if (isOpen(err) || refused) && r.read(ctx) == nil {
		if own, ok := r.own(c); ok && !r.isElsewhere(own) {
			r.out.Created++
			return nil
		}
	}
	if refused && occupied {
		reason := "Another program that uses the same Oura application holds this subscription, and Oura allows no second one. Remove it there, or use an application of your own."
		r.refused[stranger.ID] = reason
		return &oura.Error{Code: oura.CodeSubscriptionOff, Message: reason, Err: err}
	}
	return err
}

// isOpen tells whether Oura may have done its work in spite of the error.
func isOpen(err error) bool {
	code := oura.CodeOf(err)
	return code == oura.CodeCallbackFailed || code == oura.CodeUnavailable
}

// stranger returns another program's subscription of a cell.
func (r *round) stranger(c cell) (oura.Subscription, bool) {
	i := slices.IndexFunc(r.list, func(s oura.Subscription) bool { return cellOf(s) == c && !r.id.owns(s) })
	if i < 0 {
		return oura.Subscription{}, false
	}
	return r.list[i], true
}

// put takes one answer of Oura over into the list.
func (r *round) put(s oura.Subscription) {
	if i := slices.IndexFunc(r.list, func(o oura.Subscription) bool { return o.ID == s.ID }); i >= 0 {
		r.list[i] = s
		return
	}
	r.list = append(r.list, s)
}
