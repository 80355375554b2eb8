package collect

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

// refused deals with every failure of a fetch except "no such document". Only
// what is wrong with the document itself counts as a try.
func (f *Fetcher) refused(ctx context.Context, g group, err error) error {
	f.log.WarnContext(ctx, "document not fetched", "data_type", g.dt, "object_id", g.id, "tries", g.tries(), "err", err)
	switch code := oura.CodeOf(err); code {
	case oura.CodeScope:
		f.troubles.scope(g.dt)
		return f.park(ctx, g, oura.MessageOf(err))
	case oura.CodeMembership, oura.CodeAppOutdated:
		f.troubles.membership(g.dt)
		f.holdType(g.dt, f.opt.Hourly, oura.MessageOf(err))
		return f.postpone(ctx, g, f.opt.Hourly, oura.MessageOf(err))
	case oura.CodeRateLimited, oura.CodeUnavailable:
		if errors.Is(err, ouraapi.ErrUnparsable) {
			return f.strike(ctx, g, "Oura's answer for this document could not be read.")
		}
		return f.later(ctx, g, code, err)
	case oura.CodeUnauthorized, oura.CodeNotConnected, oura.CodeNotConfigured, oura.CodeLocked, oura.CodeClientRejected:
		if code == oura.CodeUnauthorized {
			f.troubles.signIn()
		}
		f.hold(f.opt.Hold)
		return nil // the whole queue waits as it is
	case oura.CodeStorage:
		return err
	}
	return f.strike(ctx, g, oura.MessageOf(err))
}

// later obeys a pause that concerns everything by leaving the queue as it is,
// and puts off the one document otherwise. Neither counts as a try.
func (f *Fetcher) later(ctx context.Context, g group, code oura.Code, err error) error {
	if e, ok := errors.AsType[*oura.Error](err); ok && e.RetryAfter > 0 {
		if code == oura.CodeRateLimited {
			f.troubles.pause()
		}
		f.hold(e.RetryAfter)
		return nil
	}
	f.mu.Lock()
	f.soft[g.object]++
	failures := f.soft[g.object]
	f.mu.Unlock()
	return f.postpone(ctx, g, f.backoff(failures), oura.MessageOf(err))
}

// postpone puts the group off without counting a try.
func (f *Fetcher) postpone(ctx context.Context, g group, pause time.Duration, reason string) error {
	next := f.opt.Now().Add(pause)
	return each(g.deliveries, func(d sqlite.Delivery) error {
		return f.store.RetryDelivery(ctx, d.ID, d.Tries, next, reason)
	})
}

// each does the same to many deliveries side by side, because the store then
// needs one sync to disk for many and not one for each.
func each(deliveries []sqlite.Delivery, do func(sqlite.Delivery) error) error {
	var all errgroup.Group
	all.SetLimit(64)
	for _, d := range deliveries {
		all.Go(func() error { return do(d) })
	}
	return all.Wait()
}

// strike counts a try for each delivery of the group and parks those that have
// used up theirs.
func (f *Fetcher) strike(ctx context.Context, g group, reason string) error {
	now := f.opt.Now()
	err := each(g.deliveries, func(d sqlite.Delivery) error {
		if d.Tries++; d.Tries < maxTries {
			return f.store.RetryDelivery(ctx, d.ID, d.Tries, now.Add(f.backoff(d.Tries)), reason)
		}
		return f.store.ParkDelivery(ctx, d.ID, d.Tries, reason)
	})
	if g.tries()+1 >= maxTries {
		f.countParked(ctx)
	}
	return err
}

// park takes deliveries out of the queue until somebody asks for them again.
func (f *Fetcher) park(ctx context.Context, g group, reason string) error {
	return each(g.deliveries, func(d sqlite.Delivery) error {
		return f.store.ParkDelivery(ctx, d.ID, d.Tries, reason)
	})
}

func (f *Fetcher) finish(ctx context.Context, g group, outcome, reason string) error {
	return each(g.deliveries, func(d sqlite.Delivery) error {
		return f.store.FinishDelivery(ctx, d.ID, outcome, reason)
	})
}

// succeeded ends what a fetched document proves to be over.
func (f *Fetcher) succeeded(ctx context.Context, g group) {
	f.mu.Lock()
	delete(f.soft, g.object)
	_, held := f.types[g.dt]
	delete(f.types, g.dt)
	f.mu.Unlock()
	if held { // others of this type wait for the hour to pass
		if _, err := f.store.UnparkDeliveries(ctx, []oura.DataType{g.dt}); err != nil {
			f.log.WarnContext(ctx, "waiting deliveries stay as they are", "data_type", g.dt, "err", err)
		}
		f.Wake()
	}
	_, paused := f.held()
	f.troubles.over(g.dt, paused)
	if f.troubles.isRaised(status.ParkedDeliveries) {
		f.countParked(ctx)
	}
}

// countParked raises or clears the trouble of deliveries that used up their
// tries. Those parked for a missing permission have a trouble of their own.
func (f *Fetcher) countParked(ctx context.Context) {
	parked, err := f.store.Deliveries(ctx, sqlite.DeliveryFilter{Fetch: sqlite.FetchParked, Limit: batch})
	if err != nil {
		f.log.WarnContext(ctx, "parked deliveries not counted", "err", err)
		return
	}
	spent := 0
	for _, d := range parked {
		if d.Tries >= maxTries {
			spent++
		}
	}
	f.troubles.parked(spent)
}
