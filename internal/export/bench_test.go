package export

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim/person"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/storetest"
)

// BenchmarkJSONL writes five years of documents, with their first revision as an
// event each, as JSONL to a synced file, and copies that file to another one, also
// synced, side by side. The goal of DESIGN section 12 is 100 MB/s or half of the
// copy's speed, whichever is less.
func BenchmarkJSONL(b *testing.B) {
	r := newRig(b)
	storetest.WaitIndexed(b, r.file, r.fiveYears())
	dir := b.TempDir()
	path, copied := filepath.Join(dir, "events.jsonl"), filepath.Join(dir, "copy.jsonl")
	q := Request{Format: JSONL, Kind: Events}
	var export, plain []float64
	for b.Loop() {
		begin := time.Now()
		if err := r.x.File(b.Context(), q, path, nil); err != nil {
			b.Fatal(err)
		}
		export = append(export, speed(b, path, begin))
		begin = time.Now()
		copyFile(b, path, copied)
		plain = append(plain, speed(b, copied, begin))
	}
	b.ReportMetric(0, "ns/op")
	if info, err := os.Stat(path); err == nil {
		b.ReportMetric(float64(info.Size())/1e6, "MB")
	}
	b.ReportMetric(median(export), "export-MB/s")
	b.ReportMetric(median(plain), "copy-MB/s")
	b.ReportMetric(median(export)/median(plain), "ratio")
	b.ReportMetric(min(100, median(plain)/2), "goal-MB/s")
}

// fiveYears stores the documents of five years and returns how many events that
// made.
func (r *rig) fiveYears() (events int) {
	r.Helper()
	from := time.Date(2021, 11, 22, 0, 0, 0, 0, time.UTC)
	docs := person.New(person.Options{Seed: 4, From: from, To: from.AddDate(5, 0, 0)}).Documents()
	for batch := range slices.Chunk(docs, 200) {
		var changes []sqlite.Change
		for _, d := range batch {
			changes = append(changes, sqlite.Change{
				UserID: "user-1", DataType: d.Type, ObjectID: d.ID, Day: d.Day, Operation: oura.Create, Source: oura.SourceBackfill,
				Timestamp: testNow.Format(time.RFC3339), ReceivedAt: testNow, Data: d.JSON, Ticket: r.store.Ticket(),
			})
		}
		r.apply(changes...)
	}
	return len(docs)
}

// speed is in MB a second since begin.
func speed(b *testing.B, path string, begin time.Time) float64 {
	b.Helper()
	took := time.Since(begin)
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	return float64(info.Size()) / 1e6 / took.Seconds()
}

func copyFile(b *testing.B, from, to string) {
	b.Helper()
	in, err := os.Open(from)
	if err != nil {
		b.Fatal(err)
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		b.Fatal(err)
	}
	defer out.Close()
	// The pieces are those of a plain loop, not the kernel's own copying of a file.
	if _, err := io.CopyBuffer(struct{ io.Writer }{out}, struct{ io.Reader }{in}, make([]byte, 256<<10)); err != nil {
		b.Fatal(err)
	}
	if err := out.Sync(); err != nil {
		b.Fatal(err)
	}
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
