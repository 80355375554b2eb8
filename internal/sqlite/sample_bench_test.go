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
	p := person.New(person.Options{Seed: 4, From: benchFrom, To: benchFrom.AddDate(10, 0, 0)})
	var spent time.Duration
	cpu := 0.0
	rows, total := make([]Sample, 0, 1000), 0
	for r := range p.HeartRate(benchFrom, benchFrom.AddDate(10, 0, 0)) {
		if rows = append(rows, benchSample(b, r)); len(rows) < cap(rows) {
			continue
		}
		t0, c0 := time.Now(), cpuTime()
		got, err := s.PutSamples(context.Background(), "user", oura.HeartRate, oura.SourceBackfill, t0, rows)
		spent += time.Since(t0)
		cpu += (cpuTime() - c0).Seconds()
		if err != nil || got.New < len(rows)-10 { // a few are sent twice
			b.Fatalf("%+v, %v", got, err)
		}
		if total += len(rows); total == 2_000_000 {
			break
		}
		rows = rows[:0]
	}
	if total != 2_000_000 {
		b.Fatalf("only %d rows", total)
	}
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

// BenchmarkDocuments30k stores five years of documents and measures the file.
func BenchmarkDocuments30k(b *testing.B) {
	path := filepath.Join(b.TempDir(), "oura_streaming.db")
	s := openAt(b, path)
	docs := person.New(person.Options{Seed: 4, From: benchFrom, To: benchFrom.AddDate(5, 0, 0)}).Documents()
	var bytes int
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
	spent := time.Since(t0)
	b.Run("insert", func(b *testing.B) {
		for b.Loop() {
		}
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(spent.Seconds(), "insert-s")
		b.ReportMetric(float64(bytes)/1e6, "json-MB")
		b.ReportMetric(fileMB(b, s, path), "file-MB")
	})
}
