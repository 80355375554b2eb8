package retention

import (
	"context"
	"fmt"
)

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
// and samples stay. It goes on when the caller leaves. Code: storage.
func (k *Keeper) Clear(ctx context.Context) (Deletion, error) {
	return k.ask(ctx, &request{all: true, done: make(chan struct{})})
}

// Apply deletes by the rules. It returns what is about to go once a backup holds
// it; State and Listen tell how far it is. Code: storage.
func (k *Keeper) Apply(ctx context.Context) (Deletion, error) {
	return k.ask(ctx, &request{done: make(chan struct{})})
}

func (k *Keeper) ask(ctx context.Context, r *request) (Deletion, error) {
	select {
	case k.requests <- r:
	case <-ctx.Done():
		return Deletion{}, ctx.Err()
	}
	select {
	case <-r.done:
		return r.got, r.err
	case <-ctx.Done():
		return Deletion{}, ctx.Err()
	}
}

// serve does what somebody asked for.
func (k *Keeper) serve(ctx context.Context, r *request) {
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
	for {
		n, err := k.opt.Store.PruneEvents(ctx, last+1)
		got.Counts.Events += int64(n)
		k.set(func(s *State) { s.Running, s.Done = err == nil && n > 0, got.Counts.Events })
		if err != nil || n == 0 {
			k.opt.Log.InfoContext(ctx, "events cleared", "count", got.Counts.Events, "backup", got.Backup, "err", err)
			return got, err
		}
	}
}
