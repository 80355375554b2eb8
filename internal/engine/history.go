package engine

import (
	"context"

	"oura-streaming/internal/collect"
	"oura-streaming/internal/oura"
)

// newBackfill makes the part that reads the past.
func (e *Engine) newBackfill() *collect.Backfill {
	return collect.NewBackfill(collect.BackfillOptions{
		Store: e.store, API: e.api, UserID: e.connectedUser, Shown: e.shownUser, Types: e.cfg.Types, Readable: e.readable,
		Paused: e.isPaused, NotYet: e.historyNotYet, Traffic: &e.traffic, Budget: e.api.PatientWait, Outage: e.api.Outage, Changed: e.syncBell.Ring,
		Heard: e.poll.Opened, Now: e.opt.Now, Log: e.log.With("part", "backfill"),
	})
}

// historyNotYet says why no history may be read: at a later start the sample data
// takes its past in anew, and until then what is known would look deleted.
func (e *Engine) historyNotYet() string {
	if e.demo != nil && e.demo.again && !e.demo.grown.Load() {
		return "The sample data of the past is being prepared."
	}
	return ""
}

// readable lists the types whose newest days were read well.
func (e *Engine) readable() (out []oura.DataType) {
	if e.demo != nil && !e.demo.grown.Load() {
		return nil // the sample data takes its past in first
	}
	if !e.poll.Settled() {
		return nil // one history for all that can be read, after the newest month of all
	}
	for dt, last := range e.poll.Last() {
		if last.Err == nil && !last.At.IsZero() {
			out = append(out, dt)
		}
	}
	return out
}

// Jobs tells of the requests for history, the newest first.
func (e *Engine) Jobs(ctx context.Context) ([]collect.JobView, error) { return e.history.Jobs(ctx) }

// Job tells of one of them. Code: not_found.
func (e *Engine) Job(ctx context.Context, id int64) (collect.JobView, error) {
	return e.history.Job(ctx, id)
}

// Backfill asks for the days from … to of some types. See collect.Backfill.
func (e *Engine) Backfill(ctx context.Context, from, to oura.Day, types []oura.DataType) (collect.JobView, error) {
	return e.history.Begin(ctx, from, to, types)
}

// CancelJob ends a job; what it brought stays. Codes: not_found, invalid.
func (e *Engine) CancelJob(ctx context.Context, id int64) (collect.JobView, error) {
	return e.history.Cancel(ctx, id)
}

// ResumeJob goes on with a cancelled job. Codes: not_found, invalid.
func (e *Engine) ResumeJob(ctx context.Context, id int64) (collect.JobView, error) {
	return e.history.Resume(ctx, id)
}

// Rounds tells of the last rounds over the newest days that are worth telling.
func (e *Engine) Rounds() []collect.Round { return e.poll.Rounds() }

// Round tells of the round under way.
func (e *Engine) Round() collect.Doing { return e.poll.Doing() }

// TypeRounds tells how the rounds treat each type.
func (e *Engine) TypeRounds() map[oura.DataType]collect.TypeRound { return e.poll.Last() }

// ListenSync returns a channel that gets a token whenever rounds, jobs or a pause
// have changed, and the way to give it up.
func (e *Engine) ListenSync() (wake <-chan struct{}, stop func()) { return e.syncBell.Listen() }
