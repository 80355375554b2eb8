package subscribe

import (
	"context"
	"errors"
	"slices"

	"oura-streaming/internal/oura"
)

// Create makes one subscription of ours at the present address. Codes: invalid
// for an unknown or unchosen type, an unknown operation, and for one that exists;
// subscription when Oura refuses it; otherwise those of Reconcile.
func (k *Keeper) Create(ctx context.Context, dt oura.DataType, op oura.Operation) (oura.Subscription, error) {
	c := cell{dt, op}
	if err := k.mayCreate(c); err != nil {
		return oura.Subscription{}, err
	}
	release, err := k.acquire(ctx)
	if err != nil {
		return oura.Subscription{}, err
	}
	defer release()
	r, err := k.beginHere(ctx)
	if err != nil {
		return oura.Subscription{}, err
	}
	if e, ok := r.list.own(c); ok && e.here {
		return oura.Subscription{}, invalid("This subscription exists already. Renew it, or delete it first.")
	}
	return r.createOne(ctx, c)
}

func (k *Keeper) mayCreate(c cell) error {
	switch {
	case !slices.Contains(oura.Subscribable(), c.dt):
		return invalid("Oura has no subscriptions for this type of data. Choose one of the types under Connection.")
	case !slices.Contains(oura.Operations(), c.op):
		return invalid("A subscription is for create, update or delete. Choose one of these.")
	case !slices.Contains(k.opt.Types(), c.dt):
		return invalid("This type of data is not among the chosen ones, so the subscription would be removed again. Choose the type under Connection first.")
	}
	return nil
}

// createOne makes one cell right and returns its subscription.
func (r *round) createOne(ctx context.Context, c cell) (oura.Subscription, error) {
	delete(r.failed, c)
	during, stop := r.whileHere(ctx)
	defer stop()
	err := r.settleAll(during, ctx, []cell{c})
	r.note(err)
	r.Wake() // look after it, as after every change
	if err == nil {
		err = r.failed[c]
	}
	if err != nil {
		return oura.Subscription{}, err
	}
	e, _ := r.list.own(c)
	return e.Subscription, nil
}

// Renew starts another 90 days of one of our subscriptions. Codes: not_found,
// invalid for another program's, and those of Reconcile.
func (k *Keeper) Renew(ctx context.Context, id string) (oura.Subscription, error) {
	var renewed oura.Subscription
	err := k.change(ctx, id, func(r *round, c cell) (err error) {
		if renewed, err = k.opt.API.RenewSubscription(ctx, id); err == nil {
			err = r.answered(c, renewed)
		}
		return err
	})
	return renewed, err
}

// Delete ends one of our subscriptions. While its type is chosen, the next round
// makes it again. Codes as Renew.
func (k *Keeper) Delete(ctx context.Context, id string) error {
	return k.change(ctx, id, func(r *round, _ cell) error { return r.remove(ctx, id) })
}

// DeleteOurs ends every subscription of ours, wherever it leads, and nothing
// else; it needs no public address and tells how many are gone. While there is
// an address, the next round makes the wanted ones again. Codes as Reconcile.
func (k *Keeper) DeleteOurs(ctx context.Context) (int, error) {
	return k.Leave(ctx, func() bool { return false })
}

// Leave is DeleteOurs that begins nothing more once stay holds. The stored rows
// follow each step, so that nobody takes for subscribed what is being ended.
func (k *Keeper) Leave(ctx context.Context, stay func() bool) (int, error) {
	release, err := k.acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer release()
	r, err := k.begin(ctx, k.opt.Address())
	if err != nil {
		return 0, err
	}
	clear(r.failed)
	n, err := r.removeAll(ctx, func(entry) bool { return true }, func() error {
		if r.saveOrLog(ctx); stay() {
			return errStayed
		}
		return nil
	})
	if errors.Is(err, errStayed) {
		err = nil
	}
	r.note(err)
	if saveErr := r.save(ctx); err == nil {
		err = saveErr
	}
	k.log.InfoContext(ctx, "own subscriptions removed", "deleted", n, "err", err)
	return n, err
}

var errStayed = errors.New("subscriptions are wanted again")

// change does something to one subscription of ours and stores the list.
func (k *Keeper) change(ctx context.Context, id string, do func(*round, cell) error) error {
	release, err := k.acquire(ctx)
	if err != nil {
		return err
	}
	defer release()
	r, err := k.begin(ctx, k.opt.Address())
	if err != nil {
		return err
	}
	e, ok := r.list.find(id)
	if !ok {
		return &oura.Error{Code: oura.CodeNotFound, Message: "Oura has no such subscription. Look at the list again."}
	}
	if !e.ours {
		return invalid("This subscription belongs to another program that uses the same Oura application, so it was left alone. Change it in that program.")
	}
	if err := do(r, e.cell()); err != nil {
		r.note(err)
		return err
	}
	return r.save(ctx)
}

func invalid(message string) error { return &oura.Error{Code: oura.CodeInvalid, Message: message} }
