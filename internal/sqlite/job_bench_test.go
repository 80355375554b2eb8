package sqlite

import (
	"context"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

// BenchmarkSteps2M stores 2,000,000 heart rates as a job does: a step for each page
// of 1000 rows, windows of 30 days. Figures of one iteration are enough.
func BenchmarkSteps2M(b *testing.B) {
	path := filepath.Join(b.TempDir(), "oura_streaming.db")
	s := openAt(b, path)
	ctx := context.Background()
	j, err := s.AddJob(ctx, Job{UserID: "user", Kind: JobHistory, To: "2030-03-01", Types: []oura.DataType{oura.HeartRate}})
	if err != nil {
		b.Fatal(err)
	}
	var spent time.Duration
	cpu, page := 0.0, 0
	window := benchFrom
	heartRatePages(b, func(rows []Sample) {
		page++
		last := rows[len(rows)-1]
		st := Step{
			JobID: j.ID, UserID: "user", Samples: rows, ReceivedAt: time.Now(),
			Part: Part{
				DataType: oura.HeartRate, State: PartReading, CutTo: "2030-03-01", WindowFrom: oura.DayOf(window),
				Mark: strconv.Itoa(page), Held: []Sample{last}, Found: page * 1000,
			},
		}
		if end := window.AddDate(0, 0, 30); last.At.After(end) {
			st.Close = true
			st.Asked = []Asked{{
				UserID: "user", DataType: oura.HeartRate, From: oura.DayOf(window), To: oura.DayOf(end), At: st.ReceivedAt, Outcome: AskOK,
			}}
			window = end
		}
		t0, c0 := time.Now(), cpuTime()
		done, err := s.TakeStep(ctx, st)
		spent += time.Since(t0)
		cpu += (cpuTime() - c0).Seconds()
		if err != nil || done.New < len(rows)-10 { // a few are sent twice
			b.Fatalf("%+v, %v", done, err)
		}
	})
	b.Run("take", func(b *testing.B) {
		for b.Loop() {
		}
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(spent.Seconds(), "take-s")
		b.ReportMetric(cpu, "take-cpu-s")
		b.ReportMetric(fileMB(b, s, path), "file-MB")
	})
}
