package ouraapi

import (
	"testing"

	"oura-streaming/internal/oura"
)

// BenchmarkParseRow reads one row as Oura sends it today.
func BenchmarkParseRow(b *testing.B) {
	row := []byte(`{"timestamp":"2026-07-30T04:03:19.000Z","timestamp_unix":1785384199000,"bpm":61,"source":"awake","producer_timestamp":1785387600437}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parseRow(oura.HeartRate, row); err != nil {
			b.Fatal(err)
		}
	}
}
