package person

import (
	"testing"
	"time"
)

// now is the "present" of all tests.
var now = time.Date(2026, time.November, 22, 13, 37, 0, 0, time.UTC)

func BenchmarkFiveYearsOfDocuments(b *testing.B) {
	for b.Loop() {
		docs, size := New(Options{Seed: 1, To: now}).Documents(), 0
		for _, d := range docs {
			size += len(d.JSON)
		}
		b.ReportMetric(float64(len(docs)), "docs")
		b.ReportMetric(float64(size)/1e6, "MB")
	}
}

func BenchmarkFiveYearsOfHeartRate(b *testing.B) {
	for b.Loop() {
		rows := 0
		for range New(Options{Seed: 1, To: now}).HeartRate(now.AddDate(-5, 0, 0), now) {
			rows++
		}
		b.ReportMetric(float64(rows), "rows")
	}
}

// BenchmarkDemoStart is what a demo needs before its first screen.
func BenchmarkDemoStart(b *testing.B) {
	for b.Loop() {
		p := New(Options{Seed: 1, To: now})
		if len(p.DocumentsBetween("2026-10-22", "")) == 0 || len(p.Today(now)) == 0 {
			b.Fatal("no documents")
		}
	}
}
