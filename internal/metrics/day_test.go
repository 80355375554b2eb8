package metrics

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim/person"
	"oura-streaming/internal/sqlite"
)

// live puts the last days of a made-up person's life into the store and returns
// the documents by type and day, the last of several.
func (g *rig) live(days int) map[oura.DataType]map[oura.Day]json.RawMessage {
	g.t.Helper()
	p := person.New(person.Options{Seed: 5, From: now.AddDate(0, 0, -days), To: now})
	out := map[oura.DataType]map[oura.Day]json.RawMessage{}
	var list []sqlite.Change
	for _, doc := range p.Documents() {
		if out[doc.Type] == nil {
			out[doc.Type] = map[oura.Day]json.RawMessage{}
		}
		out[doc.Type][doc.Day] = doc.JSON
		list = append(list, change(doc.Type, doc.ID, doc.JSON))
	}
	g.putAll(list...)
	return out
}

// dig finds a number in a document, NaN without.
func dig(doc json.RawMessage, path string) float64 {
	for _, name := range strings.Split(path, ".") {
		var f map[string]json.RawMessage
		if json.Unmarshal(doc, &f) != nil {
			return math.NaN()
		}
		doc = f[name]
	}
	var v *float64
	if json.Unmarshal(doc, &v) != nil || v == nil {
		return math.NaN()
	}
	return *v
}

func same(f Figure, want float64) bool {
	return f.Known == !math.IsNaN(want) && (!f.Known || f.Value == want)
}

func TestDay_IsWhatTheDocumentsSay(t *testing.T) {
	g := newRig(t)
	docs := g.live(100)
	known, changes := 0, 0
	for day := oura.Day("2026-10-01"); day <= "2026-11-22"; day = day.Add(1) {
		d := g.day(day)
		if d.Day != day || d.Today != "2026-11-22" || d.Previous != day.Add(-1) || !d.HasData || len(d.Week) != 7 || d.Week[6].Day != day {
			t.Fatalf("%s: %s, today %s, before it %s", day, d.Day, d.Today, d.Previous)
		}
		if next := day.Add(1); day < "2026-11-22" && d.Next != next || day == "2026-11-22" && d.Next != "" {
			t.Errorf("%s: next is %q", day, d.Next)
		}
		for i, dt := range scored {
			s, doc := d.Scores[i], docs[dt][day]
			before, running := dig(docs[dt][day.Add(-1)], "score"), dt == oura.DailyActivity && day == "2026-11-22"
			if running {
				before = math.NaN() // half a day is held against nothing
			}
			if s.Type != dt || s.Running != running || running && s.Usual.Known || !same(s.Score, dig(doc, "score")) || !same(s.Before, before) {
				t.Errorf("%s %s: %+v after %+v", day, dt, s.Score, s.Before)
			}
			for _, c := range s.Contributors {
				if !same(c, dig(doc, c.Metric.Field)) {
					t.Errorf("%s %s: %s is %+v", day, dt, c.Metric.Field, c)
				}
			}
			if (s.Waits == "") != s.Score.Known || doc != nil && (s.ObjectID == "" || s.Revisions != 1 || s.ReceivedAt.IsZero()) {
				t.Errorf("%s %s: waits %q, %s", day, dt, s.Waits, s.ObjectID)
			}
			if s.Score.Known {
				known++
			}
			for back := range 7 {
				if got, want := d.Week[6-back].Scores[i], dig(docs[dt][day.Add(-back)], "score"); !same(got, want) {
					t.Errorf("%s: %s %d days before is %+v, want %v", day, dt, back, got, want)
				}
			}
		}
		changes += len(d.Changes)
		for i := range d.Changes {
			c := d.Changes[i]
			if !c.Usual.Known || !c.Figure.Known || c.Figure.Value == c.Before {
				t.Errorf("%s: change %+v", day, c)
			}
		}
	}
	if known < 120 || changes < 60 {
		t.Errorf("only %d scores and %d changes", known, changes)
	}
}

func TestDay_MovementAndStress(t *testing.T) {
	g := newRig(t)
	docs := g.live(40)
	worn := 0
	for day := oura.Day("2026-11-01"); day <= "2026-11-22"; day = day.Add(1) {
		doc, m := docs[oura.DailyActivity][day], g.day(day).Movement
		if doc == nil {
			if m.Known || m.Steps.Known || m.Waits == "" {
				t.Errorf("%s without activity: %+v", day, m)
			}
			continue
		}
		var want struct {
			Timestamp string
			Classes   string `json:"class_5_min"`
			Met       struct{ Items []float64 }
		}
		if err := json.Unmarshal(doc, &want); err != nil {
			t.Fatal(err)
		}
		if m.From.Format(time.RFC3339) != want.Timestamp {
			t.Errorf("%s begins %v, want %s", day, m.From, want.Timestamp)
		}
		if m.Waits != WaitsNotWorn && !same(m.Steps, dig(doc, "steps")) {
			t.Errorf("%s: %+v steps", day, m.Steps)
		}
		worn++
		for i, c := range want.Classes {
			at := m.From.Add(time.Duration(i)*5*time.Minute + time.Second)
			class := -1
			for _, r := range m.Runs {
				if !at.Before(r.From) && at.Before(r.To) {
					class = r.Class
				}
			}
			if class != int(c-'0') && at.Before(m.To) {
				t.Fatalf("%s: class %d after %d digits, want %c", day, class, i, c)
			}
		}
		if len(m.Met.At) != (len(want.Met.Items)+4)/5 || m.Met.Step != 5*time.Minute {
			t.Errorf("%s: %d means of %d readings, a step of %v", day, len(m.Met.At), len(want.Met.Items), m.Met.Step)
		}
		if sum := want.Met.Items[0] + want.Met.Items[1] + want.Met.Items[2] + want.Met.Items[3] + want.Met.Items[4]; !near(m.Met.Values[0], sum/5, 0.001) {
			t.Errorf("%s: the first mean is %v, want %v", day, m.Met.Values[0], sum/5)
		}
	}
	if worn < 15 {
		t.Errorf("only %d days with activity", worn)
	}
	for day, doc := range docs[oura.DailyStress] {
		s := g.day(day).Stress
		if s.Known && (!same(s.High, dig(doc, "stress_high")) || !same(s.Recovery, dig(doc, "recovery_high"))) {
			t.Errorf("%s: %+v", day, s)
		}
	}
}

func TestDay_HeartThroughTheDay(t *testing.T) {
	g := newRig(t)
	g.put(oura.DailyActivity, "a", `{"day":"2026-11-20","timestamp":"2026-11-20T04:00:00+02:00","steps":1}`)
	midnight := time.Date(2026, 11, 19, 22, 0, 0, 0, time.UTC)
	g.samples(oura.HeartRate, midnight.Add(-2*time.Minute), 200, 200, 50, 52, 54, 56, 58, 60) // two before the day, then 00:00 to 00:05
	g.samples(oura.HeartRate, midnight.Add(12*time.Hour), 100, 120)
	g.samples(oura.HeartRate, midnight.Add(24*time.Hour-time.Minute), 70, 190) // 23:59, and midnight of the next
	h := g.day("2026-11-20").Heart
	if got := fmt.Sprint(h.Line.Values, h.Low, h.High); got != "[54 60 110 70] [50 60 100 70] [58 60 120 70]" {
		t.Errorf("the line is %s", got)
	}
	if !h.Known || h.Lowest != 50 || h.Highest != 120 || !h.From.Equal(midnight) || !h.To.Equal(midnight.Add(24*time.Hour)) || h.Waits != "" {
		t.Errorf("%+v", h)
	}
	if !h.Line.At[0].Equal(midnight) || !h.Line.At[2].Equal(midnight.Add(12*time.Hour)) {
		t.Errorf("at %v", h.Line.At)
	}
	if h := g.day("2026-11-18").Heart; h.Known || len(h.Line.At) != 0 || h.Waits == "" {
		t.Errorf("a day without: %+v", h)
	}
}

func TestDay_TodayIsThatOfTheRing(t *testing.T) {
	for _, tc := range []struct {
		name, now, offset string
		docs              []string // daily_sleep days
		want              oura.Day
	}{
		{"in the afternoon", "2026-11-22T13:00:00Z", "+02:00", nil, "2026-11-22"},
		{"far east of the computer", "2026-11-22T16:00:00Z", "+13:00", nil, "2026-11-23"},
		{"far west of it", "2026-11-22T05:00:00Z", "-08:00", nil, "2026-11-21"},
		{"up after midnight", "2026-11-22T00:30:00Z", "+02:00", nil, "2026-11-21"},
		{"woken up early", "2026-11-22T01:30:00Z", "+02:00", []string{"2026-11-22"}, "2026-11-22"},
		{"at four", "2026-11-22T02:00:00Z", "+02:00", nil, "2026-11-22"},
	} {
		g := newRig(t)
		at, err := time.Parse(time.RFC3339, tc.now)
		if err != nil {
			t.Fatal(err)
		}
		g.r.now = func() time.Time { return at }
		g.put(oura.DailyActivity, "a", `{"day":"2026-11-20","timestamp":"2026-11-20T04:00:00`+tc.offset+`"}`)
		for _, day := range tc.docs {
			g.put(oura.DailySleep, day, `{"day":"`+day+`","score":70}`)
		}
		if d := g.day(""); d.Today != tc.want || d.Day != tc.want || d.Offset != tc.offset {
			t.Errorf("%s: %s at %s, want %s", tc.name, d.Today, d.Offset, tc.want)
		}
	}
}

func TestDay_OfNothing(t *testing.T) {
	g := newRig(t)
	d := g.day("")
	if d.HasData || d.Offset != "" || d.Night != nil || len(d.Changes) != 0 || !d.RingAt.IsZero() || d.Previous != "" || len(d.Scores) != 3 || len(d.Week) != 7 {
		t.Errorf("%+v", d)
	}
	for _, s := range d.Scores {
		if s.Score.Known || s.Waits != WaitsNotAsked {
			t.Errorf("%+v", s)
		}
	}
	if n := g.night(""); len(n.Periods) != 0 || n.Waits != WaitsNotAsked || n.FirstDay != "" {
		t.Errorf("%+v", n)
	}
	if tr := g.trend("sleep.average_hrv", "", ""); len(tr.Values) != 0 || tr.From != tr.To || tr.Change.Known || tr.Summary.Count != 0 {
		t.Errorf("%+v", tr)
	}
	for _, day := range []oura.Day{"x", "2026-02-30", "0001-01-01", "9999-99-99", "2026-11-22T00:00:00Z", "\x00"} {
		if _, err := g.r.Day(t.Context(), connected, day); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("day %q: %v", day, err)
		}
		if _, err := g.r.Night(t.Context(), connected, day); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("night %q: %v", day, err)
		}
		if _, err := g.r.Trend(t.Context(), connected, "daily_sleep.score", day, ""); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("trend from %q: %v", day, err)
		}
	}
	if _, err := g.r.Trend(t.Context(), connected, "daily_sleep.score", "2026-11-20", "2026-11-19"); oura.CodeOf(err) != oura.CodeInvalid {
		t.Errorf("a range backwards: %v", err)
	}
}

func TestDay_SaysWhySomethingIsMissing(t *testing.T) {
	settled, soon := now.AddDate(0, 0, 10), time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	day := oura.Day("2026-11-20")
	asked := func(outcome sqlite.AskOutcome, at time.Time) func(*rig) {
		return func(g *rig) { g.asked(day, oura.DailySleep, outcome, at) }
	}
	for _, tc := range []struct {
		name    string
		who     Who
		prepare func(*rig)
		want    Waits
	}{
		{"nobody is signed in", Who{UserID: user}, func(*rig) {}, WaitsNotConnected},
		{"nobody has asked", connected, func(*rig) {}, WaitsNotAsked},
		{"it was not granted", Who{UserID: user, Connected: true, ScopesKnown: true, Scopes: []oura.Scope{oura.ScopeWorkout}}, func(*rig) {}, WaitsNotAllowed},
		{"Oura refused", connected, asked(sqlite.AskNotAllowed, soon), WaitsNotAllowed},
		{"the request failed", connected, asked(sqlite.AskFailed, soon), WaitsFailed},
		{"there was nothing yet", connected, asked(sqlite.AskOK, soon), WaitsNotSynced},
		{"there is nothing", connected, func(g *rig) {
			g.asked(day, oura.DailySleep, sqlite.AskOK, settled)
			g.put(oura.DailyReadiness, "r", `{"day":"2026-11-20","score":70}`)
		}, WaitsNoData},
		{"there is nothing, whoever is signed in", Who{UserID: user}, func(g *rig) {
			g.asked(day, oura.DailySleep, sqlite.AskOK, settled)
			g.put(oura.DailyReadiness, "r", `{"day":"2026-11-20","score":70}`)
		}, WaitsNoData},
		{"the ring lay in a drawer", connected, func(g *rig) {
			g.asked(day, oura.DailySleep, sqlite.AskOK, settled)
			g.put(oura.DailySleep, "first", `{"day":"2026-01-01","score":70}`)
			g.put(oura.DailyActivity, "a", `{"day":"2026-11-20","non_wear_time":86400,"steps":0}`)
		}, WaitsNotWorn},
		{"there is a document without a score", connected, func(g *rig) {
			g.put(oura.DailySleep, "s", `{"day":"2026-11-20","score":null}`)
		}, WaitsNotScored},
		{"all is well", connected, func(g *rig) { g.put(oura.DailySleep, "s", `{"day":"2026-11-20","score":70}`) }, WaitsNothing},
	} {
		g := newRig(t)
		tc.prepare(g)
		d, err := g.r.Day(t.Context(), tc.who, day)
		if err != nil || d.Scores[0].Waits != tc.want {
			t.Errorf("%s: %q, %v, want %q", tc.name, d.Scores[0].Waits, err, tc.want)
		}
	}
}

func TestDay_ADayThatRunsIsNoChange(t *testing.T) {
	g := newRig(t)
	for i := range 40 {
		day := oura.Day("2026-11-22").Add(-i)
		g.put(oura.DailyActivity, string(day), fmt.Sprintf(`{"day":%q,"steps":%d,"timestamp":"%sT04:00:00+02:00"}`, day, 8000+100*(i%5), day))
		g.put(oura.Sleep, string(day), sleepDoc(string(day), "long_sleep", 25_000+60*(i%3), fmt.Sprintf(`,"average_hrv":%d`, 40+i%4)))
	}
	g.put(oura.DailyActivity, "2026-11-22", `{"day":"2026-11-22","steps":100,"timestamp":"2026-11-22T04:00:00+02:00"}`)
	g.put(oura.DailyActivity, "2026-11-21", `{"day":"2026-11-21","steps":25000,"timestamp":"2026-11-21T04:00:00+02:00"}`)
	g.put(oura.Sleep, "2026-11-22", sleepDoc("2026-11-22", "long_sleep", 10_000, `,"average_hrv":41`))
	var ids []string
	for _, c := range g.day("").Changes {
		ids = append(ids, c.Figure.Metric.ID)
	}
	if got := fmt.Sprint(ids); !strings.HasPrefix(got, "["+asleep) || strings.Contains(got, "steps") {
		t.Errorf("today: %v", ids)
	}
	if c := g.day("2026-11-21").Changes; len(c) == 0 || c[0].Figure.Metric.ID != "daily_activity.steps" || c[0].Figure.Value != 25_000 {
		t.Errorf("yesterday: %+v", c)
	}
}

func TestDay_TheActivityOfADayThatRunsIsHeldAgainstNothing(t *testing.T) {
	g := newRig(t)
	for i := range 40 {
		day := oura.Day("2026-11-22").Add(-i)
		for _, dt := range scored {
			g.put(dt, string(day), fmt.Sprintf(`{"day":%q,"score":%d}`, day, 80+i%4))
		}
	}
	for day, running := range map[oura.Day]bool{"": true, "2026-11-22": true, "2026-11-21": false} {
		for _, s := range g.day(day).Scores {
			runs := running && s.Type == oura.DailyActivity
			if !s.Score.Known || s.Running != runs || s.Before.Known == runs || s.Usual.Known == runs {
				t.Errorf("%q %s: %+v", day, s.Type, s)
			}
		}
	}
}

func TestDay_FreshnessOfRingAndSync(t *testing.T) {
	g := newRig(t)
	g.put(oura.Sleep, "s", `{"day":"2026-11-22","type":"long_sleep","bedtime_start":"2026-11-21T23:00:00+02:00","bedtime_end":"2026-11-22T07:12:00+02:00"}`)
	if d := g.day(""); d.RingAt.Format(time.RFC3339) != "2026-11-22T05:12:00Z" || !d.SyncedAt.Equal(now) {
		t.Errorf("ring %v, sync %v", d.RingAt, d.SyncedAt)
	}
	at := now.Add(-time.Hour)
	g.samples(oura.HeartRate, at, 60)
	later := now.Add(time.Minute)
	g.asked("2026-11-22", oura.Sleep, sqlite.AskOK, later)
	if d := g.day(""); !d.RingAt.Equal(at) || !d.SyncedAt.Equal(later) {
		t.Errorf("ring %v, sync %v", d.RingAt, d.SyncedAt)
	}
}
