package sqlite

import (
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

func TestEventParts_CountWhatIsSelected(t *testing.T) {
	s := openStore(t)
	const n = 20_000
	genEvents(t, s, n)
	since := time.UnixMilli(genStart).Add(time.Hour)
	for _, f := range []EventFilter{
		{}, {Types: []oura.DataType{oura.Sleep, oura.DailySleep}}, {EventTypes: []oura.Operation{oura.Delete}}, {Sources: []oura.Source{oura.SourcePoll}},
		{Since: since}, {Until: since}, {Since: since, Until: since.Add(40 * time.Minute)},
		{Since: since, Types: []oura.DataType{oura.Sleep}, EventTypes: []oura.Operation{oura.Update}}, {Until: time.UnixMilli(genStart - 1)},
	} {
		want := map[oura.DataType]int64{}
		all := f
		all.Ascending, all.Limit = true, 10_000
		for {
			rows, err := s.EventHeads(t.Context(), all)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range rows {
				want[e.DataType]++
			}
			if len(rows) < all.Limit {
				break
			}
			all.After = rows[len(rows)-1].Seq
		}
		parts, err := s.EventParts(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range parts {
			if p.Count != want[p.Type] || p.Count == 0 {
				t.Errorf("%+v: %d of %s, want %d", f, p.Count, p.Type, want[p.Type])
			}
			delete(want, p.Type)
		}
		if len(want) > 0 {
			t.Errorf("%+v: not told of %v", f, want)
		}
	}
}

// Of more events than are counted one by one the share of all is told.
func TestEventParts_OfALongStretchIsNear(t *testing.T) {
	if testing.Short() || raceDetector {
		t.Skip("stores many events; build/test.sh runs it without the race detector")
	}
	s := openStore(t)
	const n = 2*countNumbers + 10_000
	genEvents(t, s, n)
	middle, _, err := s.Event(t.Context(), n/2)
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	parts, err := s.EventParts(t.Context(), EventFilter{Since: middle.ReceivedAt})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d types in %v", len(parts), time.Since(begin))
	var sum int64
	for _, p := range parts {
		sum += p.Count
	}
	if sum < n*45/100 || sum > n*55/100 {
		t.Errorf("%d of %d events, want half", sum, n)
	}
}
