package subscribe

import (
	"context"
	"slices"

	"oura-streaming/internal/oura"
)

// Renew starts another 90 days of one of our subscriptions. Codes: not_found,
// invalid for another program's, and those of Reconcile.
func (k *Keeper) Renew(ctx context.Context, id string) (oura.Subscription, error) {
	var renewed oura.Subscription
	err := k.change(ctx, id, func(r *round) (err error) {
		if renewed, err = k.opt.API.RenewSubscription(ctx, id); err == nil {
			r.put(renewed)
		}
		return err
	})
	return renewed, err
}

// Delete ends one of our subscriptions. While its type is chosen, the next round
// makes it again. Codes as Renew.
func (k *Keeper) Delete(ctx context.Context, id string) error {
	return k.change(ctx, id, func(r *round) error { return r.remove(ctx, id) })
}

// change does something to one subscription of ours and stores the list.
func (k *Keeper) change(ctx context.Context, id string, do func(*round) error) error {
	release, err := k.acquire(ctx)
	if err != nil {
		return err
	}
	defer release()
	r, err := k.begin(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(r.list, func(s oura.Subscription) bool { return s.ID == id })
	if i < 0 {
		return &oura.Error{Code: oura.CodeNotFound, Message: "Oura has no such subscription. Reload the list."}
	}
	if !r.id.owns(r.list[i]) {
		return &oura.Error{
			Code:    oura.CodeInvalid,
			Message: "This subscription belongs to another program that uses the same Oura application, so it was left alone. Change it in that program.",
		}
	}
	if err := do(r); err != nil {
		return err
	}
	return r.save(ctx)
}
