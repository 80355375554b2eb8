package sqlite

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

const genStart = 1_600_000_000_000 // received_ms of the first generated event

// genEvents fills an empty store with n plausible events in one transaction:
// all types, skewed towards a few, every combination of operation and source but
// some very rare, objects with many revisions, and 1 in 100 received up to two
// days before its neighbours.
func genEvents(tb testing.TB, s *Store, n int) {
	tb.Helper()
	g := generator{rnd: rand.New(rand.NewPCG(1, 2))}
	err := s.writer.do(context.Background(), func(t *tx) error {
		if err := g.kinds(t); err != nil {
			return err
		}
		for i := range n {
			if err := g.event(t, i); err != nil {
				return err
			}
		}
		return g.summaries(t)
	})
	if err != nil {
		tb.Fatalf("generate events: %v", err)
	}
}

type kindRow struct {
	id     int64
	dt     oura.DataType
	op     oura.Operation
	source oura.Source
}

type generator struct {
	rnd *rand.Rand
	all []kindRow
}

var genSources = []oura.Source{
	oura.SourceWebhook, oura.SourcePoll, oura.SourceBackfill, oura.SourceCatchUp, oura.SourceImport,
}

func (g *generator) kinds(t *tx) error {
	for _, dt := range oura.Catalogue() {
		for _, op := range oura.Operations() {
			for _, src := range genSources {
				id := int64(len(g.all) + 1)
				g.all = append(g.all, kindRow{id, dt.Type, op, src})
				const q = `INSERT INTO event_kind (id, data_type, event_type, source, count) VALUES (?, ?, ?, ?, 0)`
				if _, err := t.exec(q, id, string(dt.Type), string(op), string(src)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// kind is skewed: the cube of an even draw, so the last kinds are rare.
func (g *generator) kind() kindRow {
	x := g.rnd.Float64()
	return g.all[int(x*x*x*float64(len(g.all)))]
}

func (g *generator) event(t *tx, i int) error {
	const q = `
		INSERT INTO event (kind_id, received_ms, user_id, data_type, event_type, object_id, day,
			event_time, source, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	k := g.kind()
	at := genStart + int64(i)*60_000
	if g.rnd.IntN(100) == 0 {
		at -= g.rnd.Int64N(2 * 24 * 3600 * 1000)
	}
	object := genObject(g.rnd.IntN(50_000))
	when := time.UnixMilli(at).UTC()
	day := oura.DayOf(when)
	var data any
	if k.op != oura.Delete {
		data = genData(g.rnd, object, day)
	}
	_, err := t.exec(q, k.id, at, "user-1", string(k.dt), string(k.op), object, string(day),
		when.Format(time.RFC3339), string(k.source), data)
	return err
}

func genObject(n int) string {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	a, b := r.Uint64(), r.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>52, b&0xffffffffffff)
}

func genData(r *rand.Rand, object string, day oura.Day) string {
	return fmt.Sprintf(`{"id":"%s","contributors":{"deep_sleep":%d,"efficiency":%d,"latency":%d,"rem_sleep":%d,`+
		`"restfulness":%d,"timing":%d,"total_sleep":%d},"day":"%s","score":%d,"timestamp":"%sT00:00:00+00:00",`+
		`"average_heart_rate":%.3f,"average_hrv":%d,"lowest_heart_rate":%d,"activity":"%s"}`,
		object, r.IntN(100), r.IntN(100), r.IntN(100), r.IntN(100), r.IntN(100), r.IntN(100), r.IntN(100), day,
		r.IntN(100), day, 40+r.Float64()*40, r.IntN(200), 40+r.IntN(40),
		[]string{"walking", "running", "cycling", "yoga", "swimming"}[r.IntN(5)])
}

func (g *generator) summaries(t *tx) error {
	for _, q := range []string{
		`UPDATE event_kind SET count = (SELECT count(*) FROM event e WHERE e.kind_id = event_kind.id)`,
		`INSERT INTO event_block (block, min_ms, max_ms)
			SELECT seq / 1024, min(received_ms), max(received_ms) FROM event GROUP BY seq / 1024`,
	} {
		if _, err := t.exec(q); err != nil {
			return err
		}
	}
	return nil
}
