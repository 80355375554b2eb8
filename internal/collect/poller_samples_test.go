package collect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
)

// mustHaveRows compares the samples of the last weeks with the cloud's rows,
// field by field. Of rows that are equal in everything one is kept.
func (w *sky) mustHaveRows() {
	w.t.Helper()
	for _, dt := range series() {
		stored := w.samples(dt)
		if len(w.sim.Ledger().Rows(dt)) == 0 {
			continue
		}
		if len(stored) == 0 {
			w.t.Errorf("no samples of %s", dt)
			continue
		}
		first, missing, rows := stored[0].At, 0, 0
		kept, sent := map[string]bool{}, map[string]bool{}
		for _, s := range stored {
			kept[sampleText(s)] = true
		}
		for _, row := range w.sim.Ledger().Rows(dt) {
			if time.UnixMilli(row.TimeMS).Before(first) {
				continue
			}
			rows++
			text := rowText(w.t, dt, row)
			if sent[text] = true; !kept[text] {
				if missing++; missing < 4 {
					w.t.Errorf("%s: the row %s is missing", dt, text)
				}
			}
		}
		maps.DeleteFunc(kept, func(text string, _ bool) bool { return sent[text] })
		if missing > 0 || len(kept) > 0 || len(stored) > len(sent) {
			w.t.Errorf("%s: of %d rows %d are missing, %d were never sent, %d are stored", dt, rows, missing, len(kept), len(stored))
		}
	}
}

func (w *sky) samples(dt oura.DataType) (out []sqlite.Sample) {
	w.t.Helper()
	for {
		var after *sqlite.Sample
		if len(out) > 0 {
			after = &out[len(out)-1]
		}
		page, err := w.store.Samples(w.t.Context(), w.sim.UserID(), dt, time.Time{}, time.Time{}, after, 5000)
		if err != nil {
			w.t.Fatal(err)
		}
		if out = append(out, page...); len(page) < 5000 {
			return out
		}
	}
}

func sampleText(s sqlite.Sample) string {
	return fmt.Sprintf("%d %s %v %s", s.At.UnixMilli(), s.Source, s.Value, s.Extra)
}

// rowText is what a row of the cloud should be among the samples.
func rowText(t testing.TB, dt oura.DataType, row ourasim.Row) string {
	t.Helper()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(row.JSON, &fields); err != nil {
		t.Fatal(err)
	}
	value, source := "bpm", ""
	if dt == oura.RingBatteryLevel {
		value = "level"
	} else if err := json.Unmarshal(fields["source"], &source); err != nil {
		t.Fatal(err)
	}
	var number float64
	if err := json.Unmarshal(fields[value], &number); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{value, "timestamp", "timestamp_unix"} {
		delete(fields, name)
	}
	if dt == oura.HeartRate {
		delete(fields, "source")
	}
	var extra []byte
	if len(fields) > 0 {
		all, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		extra = bytes.TrimSpace(all)
	}
	return fmt.Sprintf("%d %s %v %s", row.TimeMS, source, number, extra)
}

func TestPoller_ReadsSamplesBesideWebhooksToo(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.set(func() { w.live, w.types = true, nil })
		w.settle()
		began, now := w.now(), w.world()
		for i := range 3 {
			w.sim.AddRows(oura.HeartRate, heartRow(now.Add(-time.Duration(i)*time.Minute), 60+i, "awake"))
		}
		w.sim.AddRows(oura.HeartRate, heartRow(now, 99, "workout")) // of the same instant as another one
		w.pass(5 * time.Minute)
		if got := w.samples(oura.HeartRate); len(got) != 4 {
			t.Fatalf("%d samples, want 4: %v", len(got), got)
		}
		late := heartRow(now.Add(-90*time.Minute), 70, "rest") // older than the newest: the phone was slow
		w.sim.AddRows(oura.HeartRate, late)
		w.pass(5 * time.Minute)
		if got := w.samples(oura.HeartRate); len(got) != 5 {
			t.Errorf("%d samples, want the late one too", len(got))
		}
		w.sim.AddRows(oura.HeartRate, heartRow(now.AddDate(0, 0, -5), 55, "sleep"))
		w.pass(24 * time.Hour)
		if got := w.samples(oura.HeartRate); len(got) != 6 {
			t.Errorf("%d samples, want that of five days ago within a day", len(got))
		}
		events := 0
		for _, e := range w.events(oura.HeartRate) {
			if events++; !json.Valid(e.Data) || e.Source != oura.SourcePoll {
				t.Errorf("event %+v", e)
			}
		}
		if events != 3 {
			t.Errorf("%d events for three rounds with news since %v", events, began)
		}
	})
}

func heartRow(at time.Time, bpm int, source string) ourasim.Row {
	return ourasim.Row{TimeMS: at.UnixMilli(), JSON: fmt.Appendf(nil, `{"bpm":%d,"source":%q,"timestamp":%q}`,
		bpm, source, at.UTC().Format("2006-01-02T15:04:05.000Z"))}
}

func (w *sky) events(dt oura.DataType) []oura.Event {
	w.t.Helper()
	page, err := w.store.Events(w.t.Context(), sqlite.EventFilter{Types: []oura.DataType{dt}, Limit: 1000})
	if err != nil {
		w.t.Fatal(err)
	}
	return page
}
