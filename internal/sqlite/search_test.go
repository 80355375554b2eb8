package sqlite

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
)

// waitIndexed brings the search index up to date.
func waitIndexed(tb testing.TB, s *Store) {
	tb.Helper()
	s.indexer.close()
	if err := s.indexer.catchUp(context.Background()); err != nil {
		tb.Errorf("index: %v", err)
	}
}

func TestSearch_IndexAgreesWithReading(t *testing.T) {
	s := openStore(t)
	genEvents(t, s, 4096+300) // one merged block, a small one, a rest
	all, err := s.Events(t.Context(), EventFilter{Limit: maxPage})
	if err != nil {
		t.Fatal(err)
	}
	searchWhileIndexing(t, s, all)
	blocks, err := s.searchBlocks(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	if want := []searchBlock{{1, 0}, {0, 16}}; !reflect.DeepEqual(blocks, want) {
		t.Fatalf("blocks %v, want %v", blocks, want)
	}
	if n := countRows(t, s, "search_row"); n != blocks[0].rows()+blocks[1].rows() {
		t.Errorf("%d index rows, leftovers among them", n)
	}
	filters := []EventFilter{
		{}, {Ascending: true}, {Types: []oura.DataType{oura.DailySleep, oura.DailyActivity}},
		{EventTypes: []oura.Operation{oura.Delete}, After: 300, Before: 4500}, {Sources: genSources[2:4], Ascending: true},
	}
	terms := []string{"running", "E", "zz", "~", genObject(3), genObject(3)[4:9], `"score":55`, "2020-09-14", "DAILY_sleep", "09-1"}
	for i, term := range terms {
		for k := range 2 {
			f := filters[(i+3*k)%len(filters)]
			f.Query, f.Limit = term, 60
			compareSearch(t, s, all, f)
		}
	}
}

// searchWhileIndexing compares answers all the time the index is being made.
func searchWhileIndexing(t *testing.T, s *Store, all []oura.Event) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		waitIndexed(t, s)
	}()
	for {
		compareSearch(t, s, all, EventFilter{Query: genObject(11)[:13], Limit: 60})
		select {
		case <-done:
			return
		default:
		}
	}
}

// compareSearch compares an answer with what is found by looking through all
// events, newest first.
func compareSearch(t *testing.T, s *Store, all []oura.Event, f EventFilter) {
	t.Helper()
	plain := &matches{filter: f, term: strings.ToLower(f.Query), limit: f.Limit}
	for i, e := range all {
		if f.Ascending {
			e = all[len(all)-1-i]
		}
		if !plain.full() && plain.selects(e) && e.Seq > f.After && e.Seq < upTo(f.Before) {
			plain.add(e)
		}
	}
	got, err := s.EventHeads(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(plain.events) || len(got) > 0 && !reflect.DeepEqual(got, plain.events) {
		t.Errorf("%+v: %d events, want %d", f, len(got), len(plain.events))
	}
}

func TestSearch_DamagedRowsDoNotPanic(t *testing.T) {
	var row postingRow
	row.add(7, []uint32{1, 5, 200}, 256)
	row.add(9, slices.Repeat([]uint32{3}, 40), 256)
	good := row.take()
	r := rand.New(rand.NewPCG(1, 1))
	for range 5000 {
		bad := slices.Clone(good[:r.IntN(len(good)+1)])
		for range r.IntN(4) {
			if len(bad) > 0 {
				bad[r.IntN(len(bad))] = byte(r.Uint32())
			}
		}
		set := newPositions(256)
		l := openRow(bad)
		set.add(l.find(7))
		for i := range l.n {
			set.add(l.list(i))
		}
	}
	set := newPositions(256)
	set.add(openRow(good).find(7))
	if got := fmt.Sprint(set.numbers(planned{span: span{0, 255}}, true)); got != "[1 5 200]" {
		t.Errorf("positions %s", got)
	}
}

// BenchmarkSearch1M measures searches for pages of 100 among 1,000,000 events, at
// random depths.
func BenchmarkSearch1M(b *testing.B) {
	s := openStore(b)
	const n = 1_000_000
	genEvents(b, s, n)
	waitIndexed(b, s)
	classes := []struct {
		name  string
		query func(r *rand.Rand) EventFilter
	}{
		{"word", func(*rand.Rand) EventFilter { return EventFilter{Query: "running"} }},
		{"in_every_event", func(*rand.Rand) EventFilter { return EventFilter{Query: "score"} }},
		{"absent", func(*rand.Rand) EventFilter { return EventFilter{Query: "needle in a haystack"} }},
		{"absent_number", func(*rand.Rand) EventFilter { return EventFilter{Query: "98765432"} }},
		{"absent_letter", func(*rand.Rand) EventFilter { return EventFilter{Query: "~"} }},
		{"object_id", func(r *rand.Rand) EventFilter { return EventFilter{Query: genObject(r.IntN(50_000))} }},
		{"number", func(r *rand.Rand) EventFilter { return EventFilter{Query: fmt.Sprintf("%.3f", 40+r.Float64()*40)} }},
		{"day", func(r *rand.Rand) EventFilter {
			return EventFilter{Query: fmt.Sprintf("2021-%02d-%02d", 1+r.IntN(12), 1+r.IntN(28))}
		}},
		{"day_absent", func(*rand.Rand) EventFilter { return EventFilter{Query: "2026-03-04"} }},
		{"score", func(r *rand.Rand) EventFilter { return EventFilter{Query: fmt.Sprintf(`"score":%d`, r.IntN(100))} }},
		{"letters", func(*rand.Rand) EventFilter { return EventFilter{Query: "ru"} }},
		{"word_rare_type", func(*rand.Rand) EventFilter {
			return EventFilter{Query: "running", Types: []oura.DataType{oura.Meal}, EventTypes: []oura.Operation{oura.Update}, Sources: genSources[4:]}
		}},
		{"word_no_match", func(*rand.Rand) EventFilter {
			return EventFilter{Query: "running", EventTypes: []oura.Operation{oura.Delete}}
		}},
	}
	for _, c := range classes {
		b.Run(c.name, func(b *testing.B) {
			r := rand.New(rand.NewPCG(3, 4))
			benchFilter(b, s, "heads", func() EventFilter {
				f := c.query(r)
				f.Before = r.Int64N(n)
				return f
			})
		})
	}
}
