package subscribe

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"oura-streaming/internal/oura"
)

const (
	giveUpAfter = 3 // handshakes failed in a row: the address does not answer
)

// cell is one wanted subscription.
type cell struct {
	dt oura.DataType
	op oura.Operation
}

func (c cell) String() string { return string(c.dt) + " " + string(c.op) }

func cellOf(s oura.Subscription) cell { return cell{s.DataType, s.EventType} }

// Outcome counts what a round did.
type Outcome struct {
	Wanted, Created, Moved, Renewed, Deleted, Failed int

	Again bool // some of the failures may go away by themselves
}

// round is one comparison of the list with the wish.
type round struct {
	*Keeper
	address string
	id      identity
	list    []oura.Subscription // as last read, kept up to date
	readAt  time.Time
	failed  map[cell]string // reasons for the user
	out     Outcome
}

var errMoved = errors.New("the address changed during the round")

// Reconcile makes one round, one subscription after another, because Oura calls
// our address while it makes each. It returns an error when the round could not
// go on; single refusals are in the stored rows. Codes: callback_failed without
// an address or when it does not answer Oura, client_rejected, not_configured,
// rate_limited, unavailable, storage.
func (k *Keeper) Reconcile(ctx context.Context) (Outcome, error) {
	release, err := k.acquire(ctx)
	if err != nil {
		return Outcome{}, err
	}
	defer release()
	if k.opt.Address() == "" {
		return Outcome{}, &oura.Error{
			Code:    oura.CodeCallbackFailed,
			Message: "There is no public address that Oura could reach yet. Set one up under Connection, then try again.",
		}
	}
	r, err := k.begin(ctx)
	if err != nil {
		return Outcome{}, err
	}
	clear(r.failed) // each is tried again now
	err = r.work(ctx)
	k.note(err)
	if saveErr := r.save(ctx); err == nil {
		err = saveErr
	}
	k.log.InfoContext(ctx, "subscriptions compared", "wanted", r.out.Wanted, "created", r.out.Created, "moved", r.out.Moved,
		"renewed", r.out.Renewed, "deleted", r.out.Deleted, "failed", r.out.Failed)
	return r.out, err
}

// begin reads the list; the caller has the turn.
func (k *Keeper) begin(ctx context.Context) (*round, error) {
	rows, err := k.opt.Store.Subscriptions(ctx)
	if err != nil {
		return nil, err
	}
	r := &round{Keeper: k, address: k.opt.Address(), id: k.identify(rows), failed: map[cell]string{}}
	for _, row := range rows {
		if row.Ours && row.State == string(StateFailed) {
			r.failed[cellOf(row.Subscription)] = row.Reason
		}
	}
	return r, r.read(ctx)
}

// read takes over Oura's list. Entries without an id, or with one seen before,
// cannot be handled and are left out.
func (r *round) read(ctx context.Context) error {
	list, err := r.Keeper.list(ctx)
	if err != nil {
		return err
	}
	r.list, r.readAt = nil, r.opt.Now()
	seen := map[string]bool{"": true}
	for _, s := range list {
		if !seen[s.ID] {
			seen[s.ID] = true
			r.list = append(r.list, s)
		}
	}
	return nil
}

// work settles every wanted cell that is not as it should be, then removes what
// is too much.
func (r *round) work(ctx context.Context) error {
	todo := r.todo()
	r.opt.Progress(Progress{Running: true, Total: len(todo)})
	defer func() { r.opt.Progress(Progress{Done: len(todo) - r.out.Failed, Total: len(todo)}) }()
	silent := 0 // handshakes failed in a row
	for i, c := range todo {
		if r.opt.Address() != r.address {
			r.Wake()
			return errMoved
		}
		r.opt.Progress(Progress{Running: true, Done: i, Total: len(todo), Message: "Subscribing to " + c.String()})
		err := r.settle(ctx, c)
		switch code := oura.CodeOf(err); {
		case err == nil:
			silent = 0
		case ctx.Err() != nil:
			return ctx.Err()
		case code == oura.CodeSubscriptionOff:
			r.fail(c, err)
		case code == oura.CodeCallbackFailed, code == oura.CodeUnavailable:
			r.fail(c, err)
			r.out.Again = true
			if silent++; silent >= giveUpAfter {
				return err
			}
		default:
			return err
		}
		r.saveOrLog(ctx)
	}
	return r.trim(ctx)
}

func (r *round) fail(c cell, err error) {
	r.failed[c] = oura.MessageOf(err)
	r.out.Failed++
	r.log.Warn("subscription not made", "data_type", c.dt, "event_type", c.op, "err", err)
}

// todo lists the wanted cells without a subscription at our address that lives
// long enough.
func (r *round) todo() []cell {
	var out []cell
	for _, dt := range r.opt.Types() {
		for _, op := range oura.Operations() {
			r.out.Wanted++
			s, ok := r.own(cell{dt, op})
			if !ok || r.isElsewhere(s) || r.isEnding(s) {
				out = append(out, cell{dt, op})
			}
		}
	}
	return out
}

// trim removes subscriptions of ours that nobody wants any more: of types no
// longer chosen, and second ones of a cell. Without any chosen type, and for
// types this program does not know, it keeps its hands off.
func (r *round) trim(ctx context.Context) error {
	types := r.opt.Types()
	for _, s := range slices.Clone(r.list) {
		_, known := oura.Lookup(s.DataType)
		best, _ := r.own(cellOf(s))
		surplus := !slices.Contains(types, s.DataType) || best.ID != s.ID && !r.isElsewhere(best)
		if len(types) == 0 || !known || !r.id.owns(s) || !surplus {
			continue
		}
		if err := r.remove(ctx, s.ID); err != nil {
			return fmt.Errorf("remove surplus subscription: %w", err)
		}
		r.out.Deleted++
	}
	return nil
}

// remove ends a subscription; one that is gone already is as good.
func (r *round) remove(ctx context.Context, id string) error {
	err := r.opt.API.DeleteSubscription(ctx, id)
	if err != nil && oura.CodeOf(err) != oura.CodeNotFound {
		return err
	}
	r.list = slices.DeleteFunc(r.list, func(s oura.Subscription) bool { return s.ID == id })
	return nil
}
