package sqlite

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim/person"
)

// BenchmarkSamples2M stores 2,000,000 heart rates in answers of 1000 rows, as Oura
// sends them, and measures the file and how fast charts can be read. Figures of
// one iteration are enough.
func BenchmarkSamples2M(b *testing.B) {
	path := filepath.Join(b.TempDir(), "oura_streaming.db")
	s := openAt(b, path)
	var spent time.Duration
	cpu := 0.0
	heartRatePages(b, func(rows []Sample) {
		t0, c0 := time.Now(), cpuTime()
		got, err := s.PutSamples(context.Background(), "user", oura.HeartRate, oura.SourceBackfill, t0, rows)
		spent += time.Since(t0)
		cpu += (cpuTime() - c0).Seconds()
		if err != nil || got.New < len(rows)-10 { // a few are sent twice
			b.Fatalf("%+v, %v", got, err)
		}
	})
	mb := fileMB(b, s, path)
	b.Run("insert", func(b *testing.B) {
		for b.Loop() {
		}
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(spent.Seconds(), "insert-s")
		b.ReportMetric(cpu, "insert-cpu-s")
		b.ReportMetric(mb, "file-MB")
	})
	for _, c := range []struct {
		name        string
		span, width time.Duration
		shift       time.Duration // zones of half an hour are the dearest
	}{
		{"day_5m", 24 * time.Hour, 5 * time.Minute, 90 * time.Minute},
		{"year_day_utc", 365 * 24 * time.Hour, 24 * time.Hour, 0},
		{"year_day_local", 365 * 24 * time.Hour, 24 * time.Hour, 90 * time.Minute},
		{"five_years_hour", 5 * 365 * 24 * time.Hour, time.Hour, 0},
	} {
		b.Run(c.name, func(b *testing.B) {
			var times []time.Duration
			for i := 0; b.Loop(); i++ {
				from := benchFrom.AddDate(0, 0, 10+i%300).Add(c.shift)
				t0 := time.Now()
				got, err := s.SampleBuckets(context.Background(), "user", oura.HeartRate, from, from.Add(c.span), c.width)
				times = append(times, time.Since(t0))
				if err != nil || len(got) < 100 {
					b.Fatalf("%d buckets, %v", len(got), err)
				}
			}
			reportQuantiles(b, times)
		})
	}
}

var benchFrom = time.Date(2020, 3, 1, 0, 0, 0, 0, time.UTC)

// heartRatePages hands out 2,000,000 heart rates in pages of 1000, oldest first.
func heartRatePages(b *testing.B, each func(rows []Sample)) {
	b.Helper()
	p := person.New(person.Options{Seed: 4, From: benchFrom, To: benchFrom.AddDate(10, 0, 0)})
	rows, total := make([]Sample, 0, 1000), 0
	for r := range p.HeartRate(benchFrom, benchFrom.AddDate(10, 0, 0)) {
		if rows = append(rows, benchSample(b, r)); len(rows) < cap(rows) {
			continue
		}
		each(rows)
		if total += len(rows); total == 2_000_000 {
			return
		}
		rows = rows[:0]
	}
	b.Fatalf("only %d rows", total)
}

func benchSample(b *testing.B, r person.Row) Sample {
	var body struct {
		BPM      float64         `json:"bpm"`
		Source   string          `json:"source"`
		Producer json.RawMessage `json:"producer_timestamp"`
	}
	if err := json.Unmarshal(r.JSON, &body); err != nil {
		b.Fatal(err)
	}
	return Sample{
		At: time.UnixMilli(r.TimeMS), Source: body.Source, Value: body.BPM,
		Extra: append(append([]byte(`{"producer_timestamp":`), body.Producer...), '}'),
	}
}

// fileMB moves the log into the file and returns its size.
func fileMB(b *testing.B, s *Store, path string) float64 {
	b.Helper()
	var busy, log, moved int
	if err := s.readers.one(context.Background(), `PRAGMA wal_checkpoint(TRUNCATE)`, nil, &busy, &log, &moved); err != nil {
		b.Log("checkpoint", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	return float64(info.Size()) / 1e6
}

// BenchmarkFreshness asks for the newest of everything beside five years of
// documents and 2,000,000 samples.
func BenchmarkFreshness(b *testing.B) {
	s := openStore(b)
	benchDocuments(b, s)
	heartRatePages(b, func(rows []Sample) {
		if _, err := s.PutSamples(context.Background(), "user", oura.HeartRate, oura.SourceBackfill, benchFrom, rows); err != nil {
			b.Fatal(err)
		}
	})
	waitIndexed(b, s)
	b.Run("newest", func(b *testing.B) {
		for b.Loop() {
			if got, err := s.Freshness(context.Background(), "user"); err != nil || len(got) < 10 || got[oura.HeartRate].Count < 1_990_000 {
				b.Fatal(got, err)
			}
		}
	})
	b.Run("first_day", func(b *testing.B) {
		for b.Loop() {
			if got, err := s.FirstDay(context.Background(), "user"); err != nil || got == "" {
				b.Fatal(got, err)
			}
		}
	})
}

// BenchmarkDocuments30k stores five years of documents and measures the file.
func BenchmarkDocuments30k(b *testing.B) {
	path := filepath.Join(b.TempDir(), "oura_streaming.db")
	s := openAt(b, path)
	bytes, spent := benchDocuments(b, s)
	b.Run("insert", func(b *testing.B) {
		for b.Loop() {
		}
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(spent.Seconds(), "insert-s")
		b.ReportMetric(float64(bytes)/1e6, "json-MB")
		b.ReportMetric(fileMB(b, s, path), "file-MB")
	})
}

// benchDocuments stores five years of documents and returns their size.
func benchDocuments(b *testing.B, s *Store) (bytes int, spent time.Duration) {
	b.Helper()
	docs := person.New(person.Options{Seed: 4, From: benchFrom, To: benchFrom.AddDate(5, 0, 0)}).Documents()
	t0 := time.Now()
	for len(docs) > 0 {
		var batch []Change
		for _, d := range docs[:min(100, len(docs))] {
			bytes += len(d.JSON)
			batch = append(batch, Change{
				UserID: "user", DataType: d.Type, ObjectID: d.ID, Day: d.Day, Operation: oura.Update, Source: oura.SourceBackfill,
				ReceivedAt: t0, Data: d.JSON,
			})
		}
		docs = docs[len(batch):]
		if _, err := s.Apply(context.Background(), batch...); err != nil {
			b.Fatal(err)
		}
	}
	return bytes, time.Since(t0)
}

// BenchmarkCoverage reads a year and five years of all types beside five years of
// documents that were all asked for.
func BenchmarkCoverage(b *testing.B) {
	s := openStore(b)
	benchDocuments(b, s)
	t0, to := time.Now(), oura.DayOf(benchFrom.AddDate(5, 0, 0))
	for _, info := range oura.Catalogue() {
		a := Asked{UserID: "user", DataType: info.Type, From: oura.DayOf(benchFrom), To: to, At: t0, Outcome: AskOK}
		if err := s.NoteAsked(context.Background(), a); err != nil {
			b.Fatal(err)
		}
	}
	noted := time.Since(t0)
	waitIndexed(b, s)
	for _, c := range []struct {
		name string
		days int
	}{{"month", 30}, {"year", 365}, {"five_years", 5 * 365}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				got, err := s.Coverage(context.Background(), "user", nil, to.Add(-c.days+1), to, to.Add(10))
				if err != nil || len(got) != c.days*17 {
					b.Fatalf("%d cells, %v", len(got), err)
				}
			}
		})
	}
	b.Run("last_asked", func(b *testing.B) {
		for b.Loop() {
			if got, err := s.LastAsked(context.Background(), "user"); err != nil || len(got) < 17 {
				b.Fatal(got, err)
			}
		}
		b.ReportMetric(noted.Seconds(), "note-five-years-of-all-s")
	})
}
