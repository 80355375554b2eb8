package retention

import (
	"context"
	"fmt"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// busyPause is how long a step waits that the database was too busy for.
const busyPause = 200 * time.Millisecond

// Deletion tells what was deleted, or is about to be.
type Deletion struct {
	Counts Counts
	Backup string // that holds it; "": nothing had to go, or backups are off
}

// request is a wish of somebody who waits for the answer.
type request struct {
	all  bool // clear all events; else apply the rules
	done chan struct{}
	got  Deletion
	err  error
}

func (r *request) answer(got Deletion, err error) {
	r.got, r.err = got, err
	close(r.done)
}

// Clear deletes all events stored by now and returns once they are gone. Documents
// and samples stay. It goes on when the caller leaves. Where it fails half way, the
// Deletion and the error say how far it came. Codes: storage, unavailable.
func (k *Keeper) Clear(ctx context.Context) (Deletion, error) {
	return k.ask(ctx, &request{all: true, done: make(chan struct{})})
}

// Apply deletes by the rules. It returns what is about to go once a backup holds
// it; State and Listen tell how far it is. Codes: storage, unavailable.
func (k *Keeper) Apply(ctx context.Context) (Deletion, error) {
	return k.ask(ctx, &request{done: make(chan struct{})})
}

func (k *Keeper) ask(ctx context.Context, r *request) (Deletion, error) {
	select {
	case k.requests <- r:
	case <-k.ended:
		return Deletion{}, errEnded
	case <-ctx.Done():
		return Deletion{}, ctx.Err()
	}
	select {
	case <-r.done:
		return r.got, r.err
	case <-k.ended:
		return r.late()
	case <-ctx.Done():
		return Deletion{}, ctx.Err()
	}
}

// late is the answer once nobody serves any more: what came before that, or that
// it was never begun.
func (r *request) late() (Deletion, error) {
	select {
	case <-r.done:
		return r.got, r.err
	default:
		return Deletion{}, errEnded
	}
}

var errEnded = &oura.Error{Code: oura.CodeUnavailable, Message: "Nothing was deleted, because the program is ending or starting anew. Try again in a moment."}

// serve does what somebody asked for.
func (k *Keeper) serve(ctx context.Context, r *request) {
	if ctx.Err() != nil {
		r.answer(Deletion{}, errEnded)
		return
	}
	if r.all {
		r.answer(k.clear(ctx))
		return
	}
	begun, err := k.begin(ctx, k.wall())
	r.answer(begun, err)
	k.end(ctx, k.round(ctx, err))
}

// clear takes no pauses: somebody waits, and between two steps others have their
// turn.
func (k *Keeper) clear(ctx context.Context) (got Deletion, err error) {
	last, err := k.opt.Store.LastSeq(ctx)
	if err != nil {
		return Deletion{}, err
	}
	all, err := k.opt.Store.CountEventsBelow(ctx, last+1)
	if err != nil || all == 0 {
		return Deletion{}, err
	}
	if got.Backup, err = k.backUp(ctx, k.wall()); err != nil {
		return Deletion{}, err
	}
	if err := k.opt.Store.Audit(ctx, auditCleared, fmt.Sprintf("%d events", all)); err != nil {
		return Deletion{}, err
	}
	k.set(func(s *State) { s.Running, s.Done, s.Total = true, 0, all })
	err = k.clearBelow(ctx, last+1)
	got.Counts.Events = all
	if err != nil {
		got.Counts.Events, err = k.cutShort(ctx, all, last+1, err)
	}
	k.set(func(s *State) { s.Running, s.Done = false, got.Counts.Events })
	k.opt.Log.InfoContext(ctx, "events cleared", "count", got.Counts.Events, "backup", got.Backup, "err", err)
	return got, err
}

// clearBelow deletes the events with lower numbers. While others hold the database
// it tries again.
func (k *Keeper) clearBelow(ctx context.Context, below int64) error {
	for {
		n, err := k.opt.Store.PruneEvents(ctx, below)
		switch {
		case err == nil && n == 0:
			return nil
		case err == nil:
			k.set(func(s *State) { s.Done += int64(n) })
		case !sqlite.IsBusy(err):
			return err
		default:
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(busyPause):
			}
		}
	}
}

// cutShort says how many of all events a deletion that failed has deleted. A step
// that failed may have been carried out all the same, so they are counted.
func (k *Keeper) cutShort(ctx context.Context, all, below int64, cause error) (gone int64, err error) {
	left, err := k.opt.Store.CountEventsBelow(context.WithoutCancel(ctx), below)
	if err != nil {
		k.opt.Log.WarnContext(ctx, "events that are left not counted", "err", err)
		left = all - k.State().Done
	}
	gone = all - left
	code, why := oura.CodeOf(cause), oura.MessageOf(cause)
	if ctx.Err() != nil {
		code, why = oura.CodeUnavailable, "The program is ending or starting anew."
	}
	return gone, &oura.Error{
		Code: code, Err: fmt.Errorf("clear events: %w", cause),
		Message: fmt.Sprintf("%d of %d events were deleted, the others are still there. %s Delete again to go on.", gone, all, why),
	}
}
