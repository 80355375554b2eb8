package metrics

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

func TestReader_ManyAskWhileDocumentsChange(t *testing.T) {
	g := newRig(t)
	ctx, cancel := context.WithCancel(t.Context())
	var side sync.WaitGroup
	side.Go(func() { _ = g.r.Serve(ctx) }) // ends with ctx
	const rounds = 60
	var asking sync.WaitGroup
	for n := range 3 {
		asking.Go(func() {
			for i := range rounds {
				var err error
				switch (n + i) % 4 {
				case 0:
					_, err = g.r.Day(ctx, connected, "")
				case 1:
					_, err = g.r.Night(ctx, connected, "")
				case 2:
					_, err = g.r.Trend(ctx, connected, "daily_sleep.score", "", "")
				default:
					_, err = g.r.Metrics(ctx, connected)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	last := ""
	for i := range rounds {
		last = fmt.Sprintf(`{"day":%q,"score":%d,"extra_%d":1}`, oura.Day("2026-11-20").Add(-i%7), 50+i%40, i%5)
		c := change(oura.DailySleep, fmt.Sprint(i%3), json.RawMessage(last))
		if _, err := g.store.Apply(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	asking.Wait()
	cancel()
	side.Wait()
	var doc struct {
		Day   oura.Day
		Score float64
	}
	if err := json.Unmarshal([]byte(last), &doc); err != nil {
		t.Fatal(err)
	}
	g.want("daily_sleep.score", doc.Day, doc.Score)
}

// broken is a store whose disk fails while it is set.
type broken struct {
	*sqlite.Store
	fail bool
}

var errDisk = errors.New("the disk is gone")

func (b *broken) EachDocument(ctx context.Context, userID string, dt oura.DataType, from, to oura.Day, f func(oura.Document) error) error {
	if b.fail {
		return errDisk
	}
	return b.Store.EachDocument(ctx, userID, dt, from, to, f)
}

func (b *broken) EachChange(ctx context.Context, after int64, limit int, f func(oura.Event) error) (bool, error) {
	whole, err := b.Store.EachChange(ctx, after, limit, f)
	if b.fail {
		return false, errDisk
	}
	return whole, err
}

func TestReader_AFailureIsNoFigureAndPasses(t *testing.T) {
	g := newRig(t)
	g.put(oura.DailySleep, "a", `{"day":"2026-11-20","score":70}`)
	disk := &broken{Store: g.store}
	g.r = New(disk, Options{Now: g.r.now})
	g.want("daily_sleep.score", "2026-11-20", 70)
	disk.fail = true
	g.put(oura.DailySleep, "a", `{"day":"2026-11-20","score":71}`)
	for range 2 {
		if _, err := g.r.Trend(t.Context(), connected, "daily_sleep.score", "", ""); !errors.Is(err, errDisk) {
			t.Errorf("trend: %v", err)
		}
		if _, err := g.r.Day(t.Context(), connected, ""); !errors.Is(err, errDisk) {
			t.Errorf("day: %v", err)
		}
		if _, err := g.r.Night(t.Context(), connected, ""); !errors.Is(err, errDisk) {
			t.Errorf("night: %v", err)
		}
		if _, err := g.r.Metrics(t.Context(), connected); !errors.Is(err, errDisk) {
			t.Errorf("metrics: %v", err)
		}
	}
	disk.fail = false
	g.want("daily_sleep.score", "2026-11-20", 71)
}

func TestReader_ManyChangesAtOnceAreReadAnew(t *testing.T) {
	g := newRig(t)
	g.put(oura.DailySleep, "0", `{"day":"2026-11-20","score":50}`)
	g.want("daily_sleep.score", "2026-11-20", 50)
	var list []sqlite.Change
	for i := range mostChanges + 10 {
		list = append(list, change(oura.DailySleep, fmt.Sprint(i), json.RawMessage(fmt.Sprintf(`{"day":%q,"score":%d}`, oura.Day("2026-11-20").Add(-i), 60+i%30))))
	}
	g.putAll(list...)
	g.want("daily_sleep.score", "2026-11-20", 60)
	if tr := g.trend("daily_sleep.score", "", ""); len(tr.Values) != mostChanges+10 {
		t.Errorf("%d values, want %d", len(tr.Values), mostChanges+10)
	}
}

// What is spoilt on the disk is unknown, and known again once it is whole, which no
// event tells of.
func TestReader_ASpoiltDocumentIsUnknownUntilItIsWhole(t *testing.T) {
	g := newRig(t)
	doc := json.RawMessage(`{"day":"2026-11-20","score":70}`)
	g.put(oura.DailySleep, "a", string(doc))
	spoil := &spoiling{Store: g.store, spoilt: true}
	g.r = New(spoil, Options{Now: g.r.now})
	g.want("daily_sleep.score", "2026-11-20", unknown)
	spoil.spoilt = false
	g.want("daily_sleep.score", "2026-11-20", 70)
}

type spoiling struct {
	*sqlite.Store
	spoilt bool
}

func (s *spoiling) EachDocument(ctx context.Context, userID string, dt oura.DataType, from, to oura.Day, f func(oura.Document) error) error {
	return s.Store.EachDocument(ctx, userID, dt, from, to, func(d oura.Document) error {
		if s.spoilt {
			d.Data, d.Spoilt = nil, true
		}
		return f(d)
	})
}
