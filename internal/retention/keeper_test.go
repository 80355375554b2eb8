package retention

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const canary = "canary-health-value-31d7"

// rig is a keeper on a real store.
type rig struct {
	t     *testing.T
	store *sqlite.Store
	k     *Keeper

	mu       sync.Mutex // guards the fields below
	rules    Rules
	noBackup error
	off      bool
	prune    func() error // before each step that deletes events; nil: nothing happens
	backups  []time.Time  // since when each had to be
	audit    []string
	troubles map[string]string
}

func newRig(t *testing.T) *rig {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "oura_streaming.db"), sqlite.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, store: s, troubles: map[string]string{}}
	r.k = New(Options{
		Store: audited{s, r}, Rules: r.get, BackUp: r.backUp, Troubles: r,
		Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler),
	})
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = r.k.Serve(ctx) }) // ends with the test
	t.Cleanup(func() {
		cancel()
		wg.Wait()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// audited notes the audit rows on their way to the store.
type audited struct {
	*sqlite.Store
	r *rig
}

func (a audited) Audit(ctx context.Context, action, detail string) error {
	a.r.mu.Lock()
	a.r.audit = append(a.r.audit, action+": "+detail)
	a.r.mu.Unlock()
	return a.Store.Audit(ctx, action, detail)
}

func (a audited) PruneEvents(ctx context.Context, below int64) (int, error) {
	a.r.mu.Lock()
	before := a.r.prune
	a.r.mu.Unlock()
	if before != nil {
		if err := before(); err != nil {
			return 0, err
		}
	}
	return a.Store.PruneEvents(ctx, below)
}

func (r *rig) get() Rules {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rules
}

func (r *rig) set(rules Rules) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rules = rules
}

func (r *rig) backUp(_ context.Context, since time.Time) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.off {
		return "", nil
	}
	r.backups = append(r.backups, since)
	return fmt.Sprintf("copy-%d", len(r.backups)), r.noBackup
}

func (r *rig) RaiseCode(code, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.troubles[code] = text
}

func (r *rig) Clear(codes ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, code := range codes {
		delete(r.troubles, code)
	}
}

func (r *rig) trouble(code string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.troubles[code]
}

func (r *rig) rows() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.audit)
}

// fill stores an event of its own, a date of samples with its event, and up to 100
// deliveries for each of the days before now, the oldest first.
func (r *rig) fill(days int) {
	r.t.Helper()
	ctx := r.t.Context()
	for ago := days - 1; ago >= 0; ago-- {
		at := now.Add(-time.Duration(ago) * 24 * time.Hour)
		_, err := r.store.Apply(ctx, sqlite.Change{
			UserID: "user-1", DataType: oura.DailySleep, ObjectID: fmt.Sprint("night-", ago), Day: oura.DayOf(at), Operation: oura.Create,
			Source: oura.SourcePoll, ReceivedAt: at, Ticket: r.store.Ticket(), Data: fmt.Appendf(nil, `{"n":%d,"value":%q}`, ago, canary),
		})
		if err == nil && ago < 100 {
			_, _, err = r.store.InsertDelivery(ctx, sqlite.Delivery{
				ReceivedAt: at, Body: []byte(canary), Timestamp: fmt.Sprint(at.UnixMilli()), SignatureForm: "raw",
				Verdict: sqlite.VerdictAccepted, Fetch: sqlite.FetchDone,
			})
		}
		if err == nil {
			_, err = r.store.PutSamples(ctx, "user-1", oura.HeartRate, oura.SourcePoll, at, []sqlite.Sample{{At: at, Source: "rest", Value: 50}})
		}
		if err != nil {
			r.t.Fatal(err)
		}
	}
}

// idle waits until no round is under way.
func (r *rig) idle() {
	r.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; <-time.After(5 * time.Millisecond) {
		if st := r.k.State(); !st.Running && !st.At.IsZero() {
			return
		}
		if time.Now().After(end) {
			r.t.Fatal("the round does not end")
		}
	}
}

func (r *rig) apply() Deletion {
	r.t.Helper()
	d, err := r.k.Apply(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	r.idle()
	return d
}

func (r *rig) left() (c Counts) {
	r.t.Helper()
	ctx := r.t.Context()
	var err1, err2, err3 error
	c.Events, err1 = r.store.CountEvents(ctx)
	c.Samples, err2 = r.store.CountSamples(ctx, "9999-12-31")
	rows, err3 := r.store.Deliveries(ctx, sqlite.DeliveryFilter{Limit: 10_000})
	c.Deliveries = int64(len(rows))
	if err := errors.Join(err1, err2, err3); err != nil {
		r.t.Fatal(err)
	}
	return c
}

func TestApply_DeletesWhatThePreviewCounts(t *testing.T) {
	for _, c := range []struct {
		name  string
		rules Rules
		gone  Counts // of 100 days; an event for each day of samples besides
	}{
		{"everything is kept", Rules{}, Counts{}},
		{"events by age", Rules{EventDays: 30}, Counts{Events: 138}},
		{"events by number", Rules{Events: 25}, Counts{Events: 175}},
		{"whichever of both deletes more", Rules{Events: 25, EventDays: 30}, Counts{Events: 175}},
		{"deliveries", Rules{DeliveryDays: 50}, Counts{Deliveries: 49}},
		{"samples", Rules{SampleDays: 45}, Counts{Samples: 54}},
		{"nothing is old enough", Rules{EventDays: 99, DeliveryDays: 99, SampleDays: 99}, Counts{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			r.fill(100)
			before := r.left()
			r.set(c.rules)
			want, err := r.k.Preview(t.Context(), c.rules)
			if err != nil {
				t.Fatal(err)
			}
			got := r.apply()
			after := r.left()
			if got.Counts != want || after.Events != before.Events-want.Events || after.Samples != before.Samples-want.Samples ||
				after.Deliveries != before.Deliveries-want.Deliveries {
				t.Errorf("previewed %+v, told %+v, from %+v to %+v", want, got, before, after)
			}
			if want.OldestKeptEvent = (time.Time{}); want != c.gone {
				t.Errorf("%+v are deleted, want %+v", want, c.gone)
			}
			if rows := r.rows(); len(rows) != min(1, int(want.total())) || strings.Contains(strings.Join(rows, "\n"), canary) {
				t.Errorf("audit %q", rows)
			}
			if (got.Backup == "") != (want.total() == 0) {
				t.Errorf("backup %q of %+v", got.Backup, want)
			}
			if again, err := r.k.Preview(t.Context(), c.rules); err != nil || again.total() != 0 {
				t.Errorf("once more it would delete %+v, %v", again, err)
			}
		})
	}
}

func TestApply_WithoutABackupNothingGoes(t *testing.T) {
	r := newRig(t)
	r.fill(10)
	before := r.left()
	r.set(Rules{EventDays: 2})
	r.noBackup = &oura.Error{Code: oura.CodeStorage, Message: "The disk is full."}
	for what, do := range map[string]func(context.Context) (Deletion, error){"apply": r.k.Apply, "clear": r.k.Clear} {
		_, err := do(t.Context())
		if text := oura.MessageOf(err); oura.CodeOf(err) != oura.CodeStorage || !strings.Contains(text, "Nothing was deleted") || !strings.Contains(text, "The disk is full.") {
			t.Errorf("%s: %v", what, err)
		}
	}
	r.idle()
	if after := r.left(); after != before || len(r.rows()) != 0 {
		t.Errorf("%+v of %+v is left, audit %q", after, before, r.rows())
	}
	if r.trouble(status.RetentionWaits) == "" {
		t.Error("nobody is told")
	}
	r.mu.Lock()
	r.off = true
	r.mu.Unlock()
	if d := r.apply(); d.Backup != "" || d.Counts.Events == 0 || r.left().Events != before.Events-d.Counts.Events {
		t.Errorf("with backups turned off: %+v", d)
	}
	if text := r.trouble(status.RetentionWaits); text != "" {
		t.Errorf("still told: %s", text)
	}
}

func TestClear_TakesAllEventsAndNothingElse(t *testing.T) {
	r := newRig(t)
	r.fill(400)
	before := r.left()
	d, err := r.k.Clear(t.Context())
	if err != nil || d.Counts.Events != before.Events || d.Backup == "" {
		t.Errorf("%+v, %v", d, err)
	}
	if after := r.left(); after != (Counts{Deliveries: before.Deliveries, Samples: before.Samples}) {
		t.Errorf("%+v is left of %+v", after, before)
	}
	if rows := r.rows(); len(rows) != 1 || rows[0] != fmt.Sprintf("events_cleared: %d events", before.Events) {
		t.Errorf("audit %q", rows)
	}
	if d, err := r.k.Clear(t.Context()); err != nil || d != (Deletion{}) || len(r.rows()) != 1 {
		t.Errorf("of nothing: %+v, %v, %q", d, err, r.rows())
	}
}

// failAt lets the given steps that delete events fail.
func (r *rig) failAt(err error, steps ...int) {
	var n int
	r.mu.Lock()
	defer r.mu.Unlock()
	r.prune = func() error {
		if n++; slices.Contains(steps, n) {
			return err
		}
		return nil
	}
}

func TestClear_TriesABusyStepAgain(t *testing.T) {
	r := newRig(t)
	r.fill(1100)
	before := r.left().Events
	r.failAt(&oura.Error{Code: oura.CodeStorage, Message: "The database is busy and did not take the change in time. It is tried again by itself."}, 1, 2, 4)
	if d, err := r.k.Clear(t.Context()); err != nil || d.Counts.Events != before || r.left().Events != 0 {
		t.Errorf("%+v of %d, %v", d, before, err)
	}
}

func TestClear_SaysHowFarItCame(t *testing.T) {
	r := newRig(t)
	r.fill(1100)
	before := r.left().Events
	r.failAt(&oura.Error{Code: oura.CodeStorage, Message: "The disk is full."}, 2)
	d, err := r.k.Clear(t.Context())
	gone := before - r.left().Events
	if d.Counts.Events != gone || gone == 0 || gone == before || d.Backup == "" || oura.CodeOf(err) != oura.CodeStorage ||
		!strings.HasPrefix(oura.MessageOf(err), fmt.Sprintf("%d of %d events were deleted, the others are still there. The disk is full.", gone, before)) {
		t.Errorf("%+v, gone are %d of %d: %v", d, gone, before, err)
	}
	if r.k.State().Running {
		t.Error("it still goes on")
	}
	if d, err := r.k.Clear(t.Context()); err != nil || d.Counts.Events != before-gone {
		t.Errorf("and then the rest: %+v, %v", d, err)
	}
}

func TestAsk_AfterTheEndIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		p := &paper{old: 7, since: make(chan time.Time)}
		k := New(Options{
			Store: p, Troubles: p, BackUp: p.backUp, Rules: func() Rules { return Rules{EventDays: 1} },
			Now: time.Now, Log: slog.New(slog.DiscardHandler),
		})
		go func() { _ = k.Serve(ctx) }()
		waiting := make(chan error, 2)
		go func() { _, err := k.Apply(t.Context()); waiting <- err }()
		synctest.Wait() // its backup is being made
		go func() { _, err := k.Clear(t.Context()); waiting <- err }()
		synctest.Wait()
		cancel()
		<-p.since
		for range 2 {
			if err := <-waiting; err != nil && oura.CodeOf(err) != oura.CodeUnavailable {
				t.Errorf("at the end: %v", err)
			}
		}
		for what, do := range map[string]func(context.Context) (Deletion, error){"apply": k.Apply, "clear": k.Clear} {
			if _, err := do(t.Context()); oura.CodeOf(err) != oura.CodeUnavailable || oura.MessageOf(err) == "" {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

func TestRound_EndsWhenTheRulesChange(t *testing.T) {
	r := newRig(t)
	r.fill(400)
	r.set(Rules{Events: 100})
	if _, err := r.k.Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.set(Rules{})
	r.k.RulesChanged()
	r.idle()
	if n := r.left().Events; n <= 100 {
		t.Errorf("%d events are left of a round that nobody wanted any more", n)
	}
}

func TestRound_GivesWayToWhoWantsAllCleared(t *testing.T) {
	r := newRig(t)
	r.fill(400)
	r.set(Rules{Events: 100, SampleDays: 45})
	if _, err := r.k.Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := r.k.Clear(t.Context()); err != nil || r.left().Events != 0 {
		t.Errorf("%d events left, %v", r.left().Events, err)
	}
}
