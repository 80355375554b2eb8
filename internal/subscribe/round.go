package subscribe

import (
	"context"
	"errors"
	"time"

	"oura-streaming/internal/failpoint"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/status"
)

// Outcome counts what a round did.
type Outcome struct {
	Wanted int // subscriptions
	Todo   int // of these, not as they should be when the round began

	Created, Moved, Renewed, Deleted, Failed int

	Again   bool // some of the failures may go away by themselves
	Refused int  // failures without a known reason that leave a cell without a subscription
	Open    int  // requests that may still have an effect
}

// settled counts what of Todo is as it should be.
func (o Outcome) settled() int { return o.Created + o.Moved + o.Renewed }

// round is one comparison of the list with the wish.
type round struct {
	*Keeper
	address string
	types   []oura.DataType
	list    *listing
	failed  map[cell]error // why a cell is not as it should be
	out     Outcome

	posting chan struct{} // holds a token while a subscription is being made
}

var errMoved = &oura.Error{
	Code:    oura.CodeCancelled,
	Message: "The public address changed meanwhile. The subscriptions are compared again as soon as the new one answers.",
}

func errNoAddress() error {
	return &oura.Error{
		Code:    oura.CodeCallbackFailed,
		Message: "There is no public address that Oura could reach yet. Set one up under Connection, then try again.",
	}
}

// Reconcile makes one round. It returns an error when the round could not go on;
// single refusals are in the stored rows. Codes: callback_failed without an
// address or when it does not answer Oura, cancelled when it changed meanwhile,
// client_rejected, not_configured, rate_limited, unavailable, storage.
func (k *Keeper) Reconcile(ctx context.Context) (Outcome, error) {
	release, err := k.acquire(ctx)
	if err != nil {
		return Outcome{}, err
	}
	defer release()
	out, err := k.reconcile(ctx)
	k.note(err)
	if ctx.Err() != nil {
		return out, ctx.Err()
	}
	k.setLast(func(r *Round) {
		*r = Round{At: k.opt.Now(), Outcome: out, Next: r.Next}
		if err != nil {
			r.Err = oura.MessageOf(err)
		}
	})
	k.opt.Progress(Progress{Done: out.settled(), Total: out.Todo})
	k.log.InfoContext(ctx, "subscriptions compared", "wanted", out.Wanted, "created", out.Created, "moved", out.Moved,
		"renewed", out.Renewed, "deleted", out.Deleted, "failed", out.Failed, "err", err)
	return out, err
}

func (k *Keeper) reconcile(ctx context.Context) (Outcome, error) {
	r, err := k.beginHere(ctx)
	if err != nil {
		return Outcome{}, err
	}
	before := r.failed
	r.failed = map[cell]error{} // each is tried again now
	err = r.work(ctx, before)
	if saveErr := r.save(ctx); err == nil {
		err = saveErr
	}
	if r.out.Created > 0 {
		k.opt.Began()
	}
	return r.out, err
}

// beginHere begins a round that may give our present address to Oura; the caller
// has the turn.
func (k *Keeper) beginHere(ctx context.Context) (*round, error) {
	address := k.opt.Address()
	if address == "" {
		return nil, errNoAddress()
	}
	if err := k.remember(ctx, address); err != nil {
		return nil, err
	}
	return k.begin(ctx, address)
}

// begin reads the list; the caller has the turn.
func (k *Keeper) begin(ctx context.Context, address string) (*round, error) {
	rows, err := k.opt.Store.Subscriptions(ctx)
	if err != nil {
		return nil, err
	}
	id, err := k.identify(ctx, rows)
	if err != nil {
		return nil, err
	}
	r := &round{
		Keeper: k, address: address, types: k.opt.Types(), failed: map[cell]error{}, posting: make(chan struct{}, 1),
		list: &listing{id: id, address: plain(address), denied: map[string]bool{}},
	}
	for _, row := range rows {
		if row.Ours && row.State == string(StateFailed) {
			r.failed[cellOf(row.Subscription)] = &oura.Error{Code: oura.CodeSubscriptionOff, Message: row.Reason}
		}
	}
	return r, r.read(ctx)
}

// read takes over Oura's list.
func (r *round) read(ctx context.Context) error {
	list, err := r.opt.API.Subscriptions(ctx)
	r.note(err)
	if err != nil {
		return err
	}
	r.opt.Troubles.Clear(status.ClientRejected)
	r.out.Open += r.list.replace(list, r.opt.Now())
	failpoint.Hit("subscribe.listed")
	return nil
}

// work settles every wanted cell that is not as it should be, then removes what
// is too much. It ends as soon as the address is no longer ours.
func (r *round) work(ctx context.Context, before map[cell]error) error {
	todo := r.todo(before)
	r.out.Wanted, r.out.Todo = len(r.wanted()), len(todo)
	during, stop := r.whileHere(ctx)
	defer stop()
	err := r.settleAll(during, ctx, todo)
	if err == nil {
		err = r.trim(during)
	}
	if ctx.Err() == nil && errors.Is(context.Cause(during), errMoved) {
		return errMoved // whatever the request said that it ended
	}
	return err
}

// whileHere returns a context that ends when the address is no longer that of
// the round: a request that hangs must not hold up the new one.
func (r *round) whileHere(ctx context.Context) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if r.opt.Address() != r.address {
				cancel(errMoved)
			}
		}
	}()
	return ctx, func() { cancel(nil); <-ended }
}
