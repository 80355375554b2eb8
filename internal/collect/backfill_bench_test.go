package collect

import (
	"context"
	"encoding/json"
	"runtime"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/sqlite"
)

// BenchmarkFiveYears reads five years of a person's life into a fresh store,
// beside the time that the answers alone take.
func BenchmarkFiveYears(b *testing.B) {
	for b.Loop() {
		w := newPast(b, 5, -5*366)
		answers := time.Now()
		documents, rows := w.answersAlone(b)
		alone := time.Since(answers)
		clock := &timedStore{Store: w.store}
		w.startOn(clock)
		grown := watchHeap()
		began := time.Now()
		from := oura.DayOf(w.now.AddDate(-5, 0, 0))
		job := w.begin(from, "")
		for w.job(job.ID).State == sqlite.JobOpen {
			time.Sleep(200 * time.Millisecond)
		}
		took := time.Since(began)
		b.ReportMetric(float64(documents), "documents")
		b.ReportMetric(float64(rows), "rows")
		b.ReportMetric(alone.Seconds(), "s-answers-alone")
		b.ReportMetric(took.Seconds(), "s-into-the-store")
		b.ReportMetric(clock.took.Seconds(), "s-storing")
		b.ReportMetric(alone.Seconds()/took.Seconds(), "ratio")
		b.ReportMetric(float64(grown())/(1<<20), "MB-heap-growth")
		w.stop()
	}
}

// timedStore counts the time that storing takes.
type timedStore struct {
	*sqlite.Store
	mu   sync.Mutex
	took time.Duration // guarded by mu
}

func (s *timedStore) TakeStep(ctx context.Context, st sqlite.Step) (sqlite.StepDone, error) {
	began := time.Now()
	done, err := s.Store.TakeStep(ctx, st)
	s.mu.Lock()
	s.took += time.Since(began)
	s.mu.Unlock()
	return done, err
}

// answersAlone asks for the same and drops it.
func (w *past) answersAlone(b *testing.B) (documents, rows int) {
	from, to := oura.DayOf(w.now.AddDate(-5, 0, 0)), oura.DayOf(w.now)
	for c := (cut{from: max(from, to.Add(1-laterCut)), to: to}); c.to >= from; c = (cut{from: max(from, c.from.Add(-laterCut)), to: c.from.Add(-1)}) {
		for _, dt := range oura.Fetchable() {
			if !hasDays(dt) {
				continue
			}
			err := w.api.Documents(b.Context(), dt, c.from, c.to, func(page []json.RawMessage) error { documents += len(page); return nil })
			if err != nil {
				b.Fatal(err)
			}
		}
		for _, dt := range series() {
			err := w.api.Rows(b.Context(), dt, midnight(c.from, w.now), midnight(c.to.Add(1), w.now), func(page []ouraapi.SeriesRow) error { rows += len(page); return nil })
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	return documents, rows
}

// watchHeap measures by how much the live heap has grown at most, in bytes.
func watchHeap() (grown func() uint64) {
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	runtime.GC()
	base, most := heap(), uint64(0)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
				most = max(most, heap())
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-done
		return max(most, base) - base
	}
}
