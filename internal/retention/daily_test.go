package retention

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// paper is a store that only counts the rounds.
type paper struct {
	Store
	rounds atomic.Int64
	old    int64 // events that rules would delete
	since  chan time.Time
}

func (p *paper) EventsBefore(context.Context, time.Time) (int64, error) {
	p.rounds.Add(1)
	return p.old, nil
}

func (p *paper) CountEventsBelow(context.Context, int64) (int64, error) { return p.old, nil }

func (p *paper) EventHeads(context.Context, sqlite.EventFilter) ([]oura.Event, error) {
	return []oura.Event{{ReceivedAt: time.Now().Add(-48 * time.Hour)}}, nil
}

func (p *paper) PruneEvents(context.Context, int64) (int, error)         { return 0, nil }
func (p *paper) PruneReplayKeys(context.Context, time.Time) (int, error) { return 0, nil }
func (p *paper) Audit(context.Context, string, string) error             { return nil }
func (p *paper) RaiseCode(string, string)                                {}
func (p *paper) Clear(...string)                                         {}

func (p *paper) backUp(_ context.Context, since time.Time) (name string, err error) {
	p.since <- since
	return "copy", nil
}

func serve(t *testing.T, p *paper, wall func() time.Time) *Keeper {
	k := New(Options{
		Store: p, Troubles: p, BackUp: p.backUp, Rules: func() Rules { return Rules{EventDays: 1} },
		Now: wall, Log: slog.New(slog.DiscardHandler),
	})
	go func() { _ = k.Serve(t.Context()) }() // ends with the bubble
	return k
}

func TestServe_OnceADayByTheWallClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &paper{}
		var asleep atomic.Int64 // seconds that only the wall clock counts
		k := serve(t, p, func() time.Time { return time.Now().Add(time.Duration(asleep.Load()) * time.Second) })
		wantRounds := func(after time.Duration, want int64) {
			t.Helper()
			time.Sleep(after)
			synctest.Wait()
			if n := p.rounds.Load(); n != want {
				t.Errorf("%d rounds, want %d", n, want)
			}
		}
		wantRounds(look+time.Second, 1)
		wantRounds(23*time.Hour, 1)
		wantRounds(time.Hour, 2)
		asleep.Store(24 * 3600)
		wantRounds(look, 3)
		asleep.Store(-48 * 3600) // somebody set the clock back
		wantRounds(look, 4)
		wantRounds(12*time.Hour, 4)
		k.RulesChanged()
		wantRounds(look, 5)
		wantRounds(12*time.Hour, 5)
	})
}

// A round that comes by itself takes a backup of the last day as good enough, and
// one that was asked for does not.
func TestServe_WhichBackupIsGoodEnough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &paper{old: 7, since: make(chan time.Time, 1)}
		k := serve(t, p, time.Now)
		if age := time.Since(<-p.since); age != recent {
			t.Errorf("by itself: %v", age)
		}
		synctest.Wait()
		if d, err := k.Apply(t.Context()); err != nil || d.Backup != "copy" || d.Counts.Events != 7 {
			t.Errorf("%+v, %v", d, err)
		}
		if age := time.Since(<-p.since); age != 0 {
			t.Errorf("by hand: %v", age)
		}
	})
}
