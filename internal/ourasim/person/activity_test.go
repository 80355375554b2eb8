package person

import (
	"bytes"
	"encoding/json"
	"testing"

	"oura-streaming/internal/oura"
)

func (b activityBody) seconds() int {
	return b.NonWearTime + b.RestingTime + b.SedentaryTime + b.LowActivityTime + b.MediumActivityTime + b.HighActivityTime
}

func TestActivity_FullDaysAddUp(t *testing.T) {
	all := life()[oura.DailyActivity]
	days := decodeAll[activityBody](t, all[len(all)-400:])
	for _, b := range days[:len(days)-1] {
		if items := bytes.Count(b.Met.Items, []byte(",")) + 1; len(b.Class5Min) != 288 || b.seconds() != 86400 || items != 1440 {
			t.Errorf("%s: %d classes, %d s, %d items", b.Day, len(b.Class5Min), b.seconds(), items)
		}
		if b.Score != nil && *b.Score != b.Contributors.score() {
			t.Errorf("%s: score %d, contributors give %d", b.Day, *b.Score, b.Contributors.score())
		}
		if b.Timestamp[10:19] != "T04:00:00" || b.Met.Timestamp[10:23] != "T04:00:00.000" {
			t.Errorf("%s begins at %s", b.Day, b.Timestamp)
		}
		if d := b.TargetMeters - b.EquivalentWalkingDistance - b.MetersToTarget; d < -50 || d > 50 {
			t.Errorf("%s: %d m to the target", b.Day, b.MetersToTarget)
		}
	}
	if last := days[len(days)-1]; last.Day != "2026-11-22" || last.seconds() != 300*len(last.Class5Min) || last.seconds() >= 86400 {
		t.Errorf("today: %s with %d classes and %d s", last.Day, len(last.Class5Min), last.seconds())
	}
}

func TestToday_Grows(t *testing.T) {
	p := New(Options{Seed: 3, To: now})
	steps, classes := -1, 0
	for h := range 24 {
		for _, d := range p.Today(now.Add(hours(h+1) - sinceStart(p))) {
			if d.Type != oura.DailyActivity {
				continue
			}
			b := mustDecode[activityBody](t, d.JSON)
			if d.Day != "2026-11-22" || b.Steps < steps || len(b.Class5Min) != classes+12 && h < 23 {
				t.Errorf("hour %d: %s, %d steps after %d, %d classes", h, d.Day, b.Steps, steps, len(b.Class5Min))
			}
			steps, classes = b.Steps, len(b.Class5Min)
		}
	}
	if steps < 1500 {
		t.Errorf("%d steps in a day", steps)
	}
}

// TestToday_EndsAsTheFinishedDay: nothing written early is contradicted later.
func TestToday_EndsAsTheFinishedDay(t *testing.T) {
	p := New(Options{Seed: 3, To: now})
	final := map[string]json.RawMessage{}
	for _, d := range p.DocumentsAt("2026-11-22", "2026-11-23", now.Add(hours(72))) {
		final[d.ID] = d.JSON
	}
	seen := 0
	for h := range 24 {
		at := now.Add(hours(h) - sinceStart(p))
		for _, d := range p.Today(at) {
			if d.SyncedAt.After(at) {
				t.Errorf("%s %s synced in the future", d.Type, d.ID)
			}
			last, ok := final[d.ID]
			if !ok {
				t.Errorf("%s %s vanished", d.Type, d.ID)
			}
			if growing := d.Type == oura.DailyActivity || d.Type == oura.DailyStress; !growing && string(last) != string(d.JSON) {
				t.Errorf("%s %s changed", d.Type, d.ID)
			}
			seen++
		}
	}
	if seen < 100 {
		t.Errorf("only %d documents seen", seen)
	}
}

func TestStress_ComesInQuartersOfAnHour(t *testing.T) {
	summaries := map[string]int{}
	for _, b := range bodies[stressBody](t, oura.DailyStress) {
		if *b.StressHigh%900 != 0 || *b.RecoveryHigh%900 != 0 {
			t.Errorf("%s: %d and %d s", b.Day, *b.StressHigh, *b.RecoveryHigh)
		}
		if b.DaySummary != nil {
			summaries[*b.DaySummary]++
		}
	}
	if len(summaries) != 3 {
		t.Errorf("summaries %v", summaries)
	}
}
