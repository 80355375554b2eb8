package restapi

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

const (
	streamPage = 32                     // events read at a time: all that a stream ever holds
	streamSpan = 1 << 14                // numbers looked through at a time, so that a filter that matches rarely gets ahead visibly
	streamPace = 100 * time.Millisecond // between two looks
	streamTick = time.Second
	streamBeat = 15 * time.Second // the longest silence
)

// errRevoked ends a stream whose token is no longer known.
var errRevoked = errors.New("the token was revoked")

// stream is one reader of GET /events/stream. It keeps a number, not events:
// what follows the number is read from the store when the reader has room.
type stream struct {
	*service
	filter sqlite.EventFilter
	token  oura.Secret
	out    streamWriter
	seen   int64 // every event up to it was sent, or is not asked for
	ahead  bool  // the number asked for was never given out here
}

// run serves the stream until the reader goes, falls behind, loses its token or
// the program ends.
func (st *stream) run(r *http.Request, w http.ResponseWriter) {
	st.token, st.out = bearer(r), newStreamWriter(w)
	ctx, cancel := context.WithCancel(r.Context())
	var watch sync.WaitGroup
	hurry := func() {
		cancel()
		st.out.hurry()
	}
	watch.Go(func() {
		select {
		case <-st.closing:
			hurry()
		case <-ctx.Done():
		}
	})
	watch.Go(func() {
		if st.awaitRevoked(ctx, st.token) {
			hurry()
		}
	})
	defer watch.Wait()
	defer cancel()
	err := st.follow(ctx)
	st.Log.DebugContext(ctx, "stream ended", "seq", st.seen, "err", err)
}

func (st *stream) follow(ctx context.Context) error {
	wake, stop := st.Bell.Listen()
	defer stop()
	tick := time.NewTicker(streamTick)
	defer tick.Stop()
	if err := st.begin(ctx); err != nil {
		return err
	}
	for {
		if err := st.catchUp(ctx); err != nil {
			return err
		}
		looked := time.Now()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wake:
			if err := pace(ctx, looked); err != nil {
				return err
			}
		case <-tick.C:
		}
	}
}

// pace waits until a look is due again. The first event after a quiet time goes
// out at once; of a flood many go out together, or fifty readers would look after
// each commit and take the time of those who store.
func pace(ctx context.Context, looked time.Time) error {
	early := streamPace - time.Since(looked)
	if early <= 0 {
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(early):
		return nil
	}
}

// begin tells the reader where it stands, so that it can come back to this place
// even if it is cut before the first event.
func (st *stream) begin(ctx context.Context) error {
	if !st.ahead {
		return st.out.beat(ctx, st.seen)
	}
	oldest, err := st.Events.OldestSeq(ctx)
	if err != nil {
		return err
	}
	return st.reset(ctx, oldest, 0)
}

// catchUp sends what there is, in pages.
func (st *stream) catchUp(ctx context.Context) error {
	for {
		if _, known := findToken(st.Tokens, st.token); !known {
			return errRevoked
		}
		newest := st.Bell.Seq()
		if st.seen < newest {
			if err := st.page(ctx, min(newest, st.seen+streamSpan)); err != nil {
				return err
			}
		}
		if st.out.isSilent() {
			if err := st.out.beat(ctx, st.seen); err != nil {
				return err
			}
		}
		if st.seen >= newest {
			return nil
		}
	}
}

// page sends one page of the events up to the given number. All of those are
// committed: the bell tells numbers after the commit, and there is one writer.
func (st *stream) page(ctx context.Context, upTo int64) error {
	f := st.filter
	f.After, f.Before = st.seen, upTo+1
	events, err := st.read(ctx, f)
	if err != nil {
		return err
	}
	if len(events) == 0 || events[0].Seq != st.seen+1 {
		if gone, err := st.resetIfPruned(ctx, upTo); gone || err != nil {
			return err
		}
	}
	for _, e := range events {
		if err := st.out.event(ctx, eventOf(e)); err != nil {
			return err
		}
		st.seen = e.Seq
	}
	if len(events) < f.Limit {
		st.seen = upTo // the rest does not match
	}
	return st.out.flush(ctx)
}

// read lets one stream at a time ask the store: the others of a crowd fall behind
// a little, instead of everybody else who reads or stores.
func (st *stream) read(ctx context.Context, f sqlite.EventFilter) ([]oura.Event, error) {
	select {
	case st.reading <- struct{}{}:
		defer func() { <-st.reading }()
		events, err := st.Events.Events(ctx, f)
		if err != nil && ctx.Err() == nil {
			err = st.fail(ctx, "stream events", err) // the reader comes back by itself
		}
		return events, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// resetIfPruned looks whether the hole behind seen comes from pruning, which
// begins at the oldest, or from a store that was lost. Who began at 0 asked for
// whatever there is.
func (st *stream) resetIfPruned(ctx context.Context, upTo int64) (bool, error) {
	if st.seen == 0 {
		return false, nil
	}
	pruned, err := st.Events.PrunedSeq(ctx)
	if err != nil || pruned > 0 && pruned <= st.seen {
		return false, err
	}
	oldest, err := st.Events.OldestSeq(ctx)
	if err != nil || pruned == 0 && oldest != 0 && oldest <= st.seen+1 {
		return false, err
	}
	return true, st.reset(ctx, oldest, max(upTo, pruned))
}

// reset tells that events are missing and goes on with the oldest; where there
// is none (0), with what follows upTo.
func (st *stream) reset(ctx context.Context, oldest, upTo int64) error {
	if st.seen = oldest - 1; oldest == 0 {
		st.seen = upTo
	}
	return st.out.reset(ctx, st.seen, oldest)
}
