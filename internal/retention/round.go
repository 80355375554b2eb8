package retention

import (
	"context"
	"errors"
	"fmt"
	"time"

	"oura-streaming/internal/oura"
)

// Actions in the audit table.
const (
	auditPruned  = "old_rows_deleted"
	auditCleared = "events_cleared"
)

// errGaveWay ends a round because somebody asks for something, or the rules are
// others now.
var errGaveWay = errors.New("a round gave way")

// begin finds out what the rules no longer keep, and makes sure of a backup that
// holds it. since is how old that may be at most.
func (k *Keeper) begin(ctx context.Context, since time.Time) (Deletion, error) {
	select {
	case <-k.wake: // from here on it would be about other rules than these
	default:
	}
	p, err := k.plan(ctx, k.opt.Rules())
	k.planned = p
	if err != nil || p.counts.total() == 0 {
		return Deletion{Counts: p.counts}, err
	}
	if p.newest.After(since) {
		since = p.newest // the backup has to hold them all
	}
	d := Deletion{Counts: p.counts}
	if d.Backup, err = k.backUp(ctx, since); err != nil {
		return Deletion{}, err
	}
	return d, k.opt.Store.Audit(ctx, auditPruned, p.counts.text())
}

// round deletes what begin has found unless that failed, and replay keys that have
// outlived their deliveries.
func (k *Keeper) round(ctx context.Context, err error) error {
	if err != nil {
		return err
	}
	if p := k.planned; p.counts.total() > 0 {
		k.set(func(s *State) { s.Running, s.Done, s.Total, s.Deleted = true, 0, p.counts.total(), Counts{} })
		err := k.prune(ctx, p)
		deleted := k.State().Deleted
		k.opt.Log.InfoContext(ctx, "old rows deleted", "events", deleted.Events, "deliveries", deleted.Deliveries,
			"samples", deleted.Samples, "err", err)
		if err != nil {
			return err
		}
	}
	return k.steps(ctx, func() (int64, error) {
		n, err := k.opt.Store.PruneReplayKeys(ctx, daysAgo(k.wall(), keyDays))
		return int64(n), err
	})
}

// prune deletes events, deliveries and samples, each in steps.
func (k *Keeper) prune(ctx context.Context, p plan) error {
	store := k.opt.Store
	if p.counts.Events > 0 {
		err := k.count(ctx, func(c *Counts) *int64 { return &c.Events }, func() (int64, error) {
			n, err := store.PruneEvents(ctx, p.below)
			return int64(n), err
		})
		if err != nil {
			return err
		}
	}
	if p.counts.Deliveries > 0 {
		err := k.count(ctx, func(c *Counts) *int64 { return &c.Deliveries }, func() (int64, error) {
			n, err := store.PruneDeliveries(ctx, p.deliveries)
			return int64(n), err
		})
		if err != nil {
			return err
		}
	}
	if p.counts.Samples == 0 {
		return nil
	}
	return k.count(ctx, func(c *Counts) *int64 { return &c.Samples }, func() (int64, error) {
		return store.PruneSamples(ctx, p.samples)
	})
}

// count runs steps and notes how many rows they deleted.
func (k *Keeper) count(ctx context.Context, of func(*Counts) *int64, step func() (int64, error)) error {
	return k.steps(ctx, func() (int64, error) {
		n, err := step()
		k.set(func(s *State) { s.Done += n; *of(&s.Deleted) += n })
		return n, err
	})
}

// steps runs step until nothing is left, with pauses, and gives way to whoever
// asks for something.
func (k *Keeper) steps(ctx context.Context, step func() (int64, error)) error {
	for {
		n, err := step()
		if err != nil || n == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case k.waiting = <-k.requests:
			return errGaveWay
		case <-k.wake:
			return errGaveWay
		case <-time.After(pace):
		}
	}
}

// backUp makes sure of a backup, or says why nothing is deleted.
func (k *Keeper) backUp(ctx context.Context, since time.Time) (name string, err error) {
	name, err = k.opt.BackUp(ctx, since)
	if err != nil && ctx.Err() == nil {
		err = &oura.Error{
			Code: oura.CodeStorage, Err: fmt.Errorf("back up: %w", err),
			Message: "Nothing was deleted, because no backup could be made before it. " + oura.MessageOf(err) + " If you can do without, turn backups off in Settings first.",
		}
	}
	return name, err
}
