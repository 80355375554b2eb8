package retention

import (
	"context"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// plan is what is to be deleted.
type plan struct {
	below      int64     // events with lower numbers
	deliveries time.Time // received before; zero: none
	samples    oura.Day  // UTC dates before; "": none
	counts     Counts

	newest time.Time // when the newest event that goes was received
}

// Preview counts what rules would delete right now. It changes nothing.
func (k *Keeper) Preview(ctx context.Context, r Rules) (Counts, error) {
	p, err := k.plan(ctx, r)
	return p.counts, err
}

func (k *Keeper) plan(ctx context.Context, r Rules) (p plan, err error) {
	if p.below, err = k.eventsToGo(ctx, r); err != nil {
		return plan{}, err
	}
	now := k.wall()
	if p.deliveries = daysAgo(now, r.DeliveryDays); !p.deliveries.IsZero() {
		if p.counts.Deliveries, err = k.opt.Store.CountDeliveries(ctx, p.deliveries); err != nil {
			return plan{}, err
		}
	}
	if r.SampleDays > 0 {
		p.samples = dateBefore(now, r.SampleDays)
		if p.counts.Samples, err = k.opt.Store.CountSamples(ctx, p.samples); err != nil {
			return plan{}, err
		}
	}
	err = k.lookAround(ctx, &p)
	return p, err
}

// eventsToGo returns the number that those to delete are below: whichever of both
// rules deletes more.
func (k *Keeper) eventsToGo(ctx context.Context, r Rules) (below int64, err error) {
	if r.Events > 0 {
		if below, err = k.opt.Store.AllButNewest(ctx, int64(r.Events)); err != nil {
			return 0, err
		}
	}
	if r.EventDays > 0 {
		old, err := k.opt.Store.EventsBefore(ctx, daysAgo(k.wall(), r.EventDays))
		return max(below, old), err
	}
	return below, nil
}

// lookAround counts the events that go, and reads the two beside the cut.
func (k *Keeper) lookAround(ctx context.Context, p *plan) (err error) {
	if p.counts.Events, err = k.opt.Store.CountEventsBelow(ctx, p.below); err != nil {
		return err
	}
	p.counts.OldestKeptEvent, err = k.received(ctx, sqlite.EventFilter{After: p.below - 1, Ascending: true})
	if err == nil && p.counts.Events > 0 {
		p.newest, err = k.received(ctx, sqlite.EventFilter{Before: p.below})
	}
	return err
}

// received is when the first event that f selects came, zero without one.
func (k *Keeper) received(ctx context.Context, f sqlite.EventFilter) (time.Time, error) {
	f.Limit = 1
	found, err := k.opt.Store.EventHeads(ctx, f)
	if err != nil || len(found) == 0 {
		return time.Time{}, err
	}
	return found[0].ReceivedAt, nil
}
