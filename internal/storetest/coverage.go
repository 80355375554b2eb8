package storetest

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

const (
	aDay  oura.Day = "2025-11-10"
	today oura.Day = "2025-11-22"
)

// on is an instant n days after aDay began in UTC.
func on(n int) time.Time { return time.Date(2025, 11, 10+n, 0, 0, 0, 0, time.UTC) }

func ask(dt oura.DataType, at time.Time, outcome sqlite.AskOutcome) sqlite.Asked {
	a := sqlite.Asked{UserID: "user-1", DataType: dt, From: aDay, To: aDay, At: at, Outcome: outcome}
	if outcome != sqlite.AskOK {
		a.Reason = "because " + string(outcome)
	}
	return a
}

// askAll asks for several types once their day has settled.
func askAll(types ...oura.DataType) (out []sqlite.Asked) {
	for _, dt := range types {
		out = append(out, ask(dt, on(3), sqlite.AskOK))
	}
	return out
}

func document(dt oura.DataType, data string) sqlite.Change {
	return sqlite.Change{
		UserID: "user-1", DataType: dt, ObjectID: string(dt), Day: aDay, Operation: oura.Update, Source: oura.SourcePoll, Data: json.RawMessage(data),
	}
}

var (
	unworn   = document(oura.DailyActivity, `{"class_5_min":"`+strings.Repeat("0", 288)+`","non_wear_time":86400}`)
	unworn2  = document(oura.DailyActivity, `{"class_5_min":"`+strings.Repeat("0", 288)+`"}`)
	worn     = document(oura.DailyActivity, `{"class_5_min":"`+strings.Repeat("0", 287)+`1","non_wear_time":86100}`)
	unclear  = document(oura.DailyActivity, `{"class_5_min":null,"non_wear_time":null}`)
	sleep    = document(oura.Sleep, `{}`)
	workout  = document(oura.Workout, `{}`)
	buried   = sqlite.Change{UserID: "user-1", DataType: oura.Sleep, ObjectID: "gone", Day: aDay, Operation: oura.Delete, Source: oura.SourcePoll}
	stranger = sqlite.Change{UserID: "user-2", DataType: oura.Sleep, ObjectID: "x", Day: aDay, Operation: oura.Update, Source: oura.SourcePoll, Data: []byte(`{}`)}
)

func testCoverage(t *testing.T, s Store) {
	second := func(d time.Duration) []sqlite.Sample { return []sqlite.Sample{{At: on(0).Add(d), Value: 60}} }
	cases := []struct {
		name   string
		asked  []sqlite.Asked
		stored []sqlite.Change
		rows   []sqlite.Sample
		dt     oura.DataType
		want   sqlite.CoverageDay
	}{
		{"nobody asked", nil, nil, nil, oura.Sleep, cover("not_asked", -1, 0)},
		{"announced, not asked", nil, []sqlite.Change{sleep}, nil, oura.Sleep, cover("partial", -1, 1)},
		{"another person's", nil, []sqlite.Change{stranger}, nil, oura.Sleep, cover("not_asked", -1, 0)},
		{"asked in time", askAll(oura.Sleep), []sqlite.Change{sleep}, nil, oura.Sleep, cover("complete", 3, 1)},
		{"deleted ones do not count", askAll(oura.Sleep), []sqlite.Change{sleep, buried}, nil, oura.Sleep, cover("complete", 3, 1)},
		{"asked a moment early", []sqlite.Asked{ask(oura.Sleep, on(3).Add(-time.Millisecond), "ok")}, []sqlite.Change{sleep}, nil, oura.Sleep, coverAt("partial", on(3).Add(-time.Millisecond), 1, "")},
		{"asked early and nothing there", []sqlite.Asked{ask(oura.Sleep, on(1), "ok")}, nil, nil, oura.Sleep, cover("partial", 1, 0)},
		{"asked in time and nothing there", askAll(oura.Workout), nil, nil, oura.Workout, cover("empty", 3, 0)},
		{"a failure does not forget", append(askAll(oura.Workout), ask(oura.Workout, on(4), "failed")), nil, nil, oura.Workout, coverAt("empty", on(3), 0, "because failed")},
		{"a failure after an early answer", []sqlite.Asked{ask(oura.Sleep, on(1), "ok"), ask(oura.Sleep, on(2), "failed")}, nil, nil, oura.Sleep, coverAt("failed", on(1), 0, "because failed")},
		{"a late word of an older failure", []sqlite.Asked{ask(oura.Sleep, on(2), "ok"), ask(oura.Sleep, on(1), "failed")}, nil, nil, oura.Sleep, cover("partial", 2, 0)},
		{"failed and something there", []sqlite.Asked{ask(oura.Sleep, on(4), "failed")}, []sqlite.Change{sleep}, nil, oura.Sleep, coverAt("partial", time.Time{}, 1, "because failed")},
		{"not allowed", []sqlite.Asked{ask(oura.Sleep, on(4), "not_allowed")}, nil, nil, oura.Sleep, coverAt("not_allowed", time.Time{}, 0, "because not_allowed")},
		{"lapsed", []sqlite.Asked{ask(oura.Sleep, on(4), "lapsed")}, nil, nil, oura.Sleep, coverAt("not_allowed", time.Time{}, 0, "because lapsed")},
		{"not allowed of late, and nobody asked for the day", elsewhere(ask(oura.Sleep, on(4), "not_allowed")), nil, nil, oura.Sleep, coverAt("not_allowed", time.Time{}, 0, "because not_allowed")},
		{"lapsed of late, and nobody asked for the day", elsewhere(ask(oura.Sleep, on(4), "lapsed")), nil, nil, oura.Sleep, coverAt("not_allowed", time.Time{}, 0, "because lapsed")},
		{"failed of late, and nobody asked for the day", elsewhere(ask(oura.Sleep, on(4), "failed")), nil, nil, oura.Sleep, cover("not_asked", -1, 0)},
		{"allowed again", elsewhere(ask(oura.Sleep, on(4), "not_allowed"), ask(oura.Sleep, on(5), "ok")), nil, nil, oura.Sleep, cover("not_asked", -1, 0)},
		{"not allowed of late, and something is there", elsewhere(ask(oura.Sleep, on(4), "not_allowed")), []sqlite.Change{sleep}, nil, oura.Sleep, cover("partial", -1, 1)},
		{"not allowed of late, and asked before", append(askAll(oura.Sleep), elsewhere(ask(oura.Sleep, on(4), "not_allowed"))...), nil, nil, oura.Sleep, cover("empty", 3, 0)},
		{"samples", askAll(oura.HeartRate), nil, append(second(0), second(time.Hour)...), oura.HeartRate, cover("complete", 3, 2)},
		{"samples a moment before", askAll(oura.HeartRate), nil, second(-time.Millisecond), oura.HeartRate, cover("empty", 3, 0)},
		{"samples of the next date", askAll(oura.HeartRate), nil, second(24 * time.Hour), oura.HeartRate, cover("empty", 3, 0)},
		{"activity without wear", askAll(oura.DailyActivity), []sqlite.Change{unworn}, nil, oura.DailyActivity, cover("not_worn", 3, 1)},
		{"activity without class", askAll(oura.DailyActivity), []sqlite.Change{unworn2}, nil, oura.DailyActivity, cover("not_worn", 3, 1)},
		{"activity without wear, too early", []sqlite.Asked{ask(oura.DailyActivity, on(1), "ok")}, []sqlite.Change{unworn}, nil, oura.DailyActivity, cover("partial", 1, 1)},
		{"activity with five minutes of wear", askAll(oura.DailyActivity), []sqlite.Change{worn}, nil, oura.DailyActivity, cover("complete", 3, 1)},
		{"activity that does not tell", askAll(oura.DailyActivity), []sqlite.Change{unclear}, nil, oura.DailyActivity, cover("complete", 3, 1)},
		{"a night contradicts the activity", askAll(oura.DailyActivity), []sqlite.Change{unworn, sleep}, nil, oura.DailyActivity, cover("complete", 3, 1)},
		{"activity speaks for other types", askAll(oura.DailyReadiness), []sqlite.Change{unworn}, nil, oura.DailyReadiness, cover("not_worn", 3, 0)},
		{"but not of workouts", askAll(oura.Workout), []sqlite.Change{unworn}, nil, oura.Workout, cover("empty", 3, 0)},
		{"no night with the ring on", askAll(oura.Sleep), []sqlite.Change{worn}, nil, oura.Sleep, cover("empty", 3, 0)},
		{"all was asked and nothing is there", askAll(oura.Sleep, oura.DailyActivity), nil, nil, oura.Sleep, cover("not_worn", 3, 0)},
		{"only a workout entered by hand", askAll(oura.Sleep, oura.DailyActivity), []sqlite.Change{workout}, nil, oura.Sleep, cover("not_worn", 3, 0)},
		{"not all was asked", askAll(oura.Sleep), nil, nil, oura.Sleep, cover("empty", 3, 0)},
		{"one sign was asked too early", append(askAll(oura.Sleep, oura.DailyActivity), ask(oura.HeartRate, on(1), "ok")), nil, nil, oura.Sleep, cover("empty", 3, 0)},
		{"one sign was never allowed", append(askAll(oura.Sleep, oura.DailyActivity), ask(oura.HeartRate, on(1), "not_allowed")), nil, nil, oura.Sleep, cover("not_worn", 3, 0)},
		{"the heart was beating", askAll(oura.Sleep, oura.DailyActivity, oura.HeartRate), nil, second(time.Hour), oura.Sleep, cover("empty", 3, 0)},
	}
	for i, c := range cases { // one person each, all in one store
		user := "user-" + string(rune('A'+i))
		for j := range c.asked {
			c.asked[j].UserID = user
		}
		must(t, s.NoteAsked(t.Context(), c.asked...))
		for _, d := range c.stored {
			if d.UserID = strings.Replace(d.UserID, "user-1", user, 1); d.Data != nil || d.Operation == oura.Delete {
				_, err := s.Apply(t.Context(), d)
				must(t, err)
			}
		}
		_, err := s.PutSamples(t.Context(), user, oura.HeartRate, oura.SourcePoll, day0, c.rows)
		must(t, err)
		c.want.DataType = c.dt
		got, err := s.Coverage(t.Context(), user, []oura.DataType{c.dt}, aDay, aDay, today)
		if err != nil || len(got) != 1 || got[0] != c.want {
			t.Errorf("%s: %+v, %v\nwant %+v", c.name, got, err, c.want)
		}
	}
}

// elsewhere makes requests be about the day after aDay.
func elsewhere(asked ...sqlite.Asked) []sqlite.Asked {
	for i := range asked {
		asked[i].From, asked[i].To = aDay.Add(1), aDay.Add(1)
	}
	return asked
}

// cover is what should be said about aDay; asked is days after it, -1 never.
func cover(state sqlite.CoverageState, asked, count int) sqlite.CoverageDay {
	if asked < 0 {
		return coverAt(state, time.Time{}, count, "")
	}
	return coverAt(state, on(asked), count, "")
}

func coverAt(state sqlite.CoverageState, asked time.Time, count int, reason string) sqlite.CoverageDay {
	return sqlite.CoverageDay{Day: aDay, State: state, AskedAt: asked, Count: count, Reason: reason}
}

func testAsked(t *testing.T, s Store) {
	ctx := t.Context()
	year := ask(oura.Sleep, on(3), sqlite.AskOK)
	year.From, year.To = "2023-11-10", "2025-11-10" // longer than one transaction takes
	ring := ask(oura.RingConfiguration, on(5), sqlite.AskOK)
	ring.From, ring.To = "", ""
	must(t, s.NoteAsked(ctx, year, ring, ask(oura.Sleep, on(1), sqlite.AskOK), ask(oura.Tag, on(1), sqlite.AskFailed)))
	must(t, s.NoteAsked(ctx))
	want := map[oura.DataType]time.Time{oura.Sleep: on(3), oura.RingConfiguration: on(5)}
	if got, err := s.LastAsked(ctx, "user-1"); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("last asked %v, %v", got, err)
	}
	if got, err := s.LastAsked(ctx, "user-2"); err != nil || len(got) != 0 {
		t.Errorf("last asked of another user %v, %v", got, err)
	}
	got, err := s.Coverage(ctx, "user-1", nil, "2023-11-09", "2026-01-01", "2025-11-11")
	if err != nil || len(got) != 734*17 { // 15 dated document types and two series, to today
		t.Fatalf("%d cells, %v", len(got), err)
	}
	n := 0
	for _, c := range got {
		if c.DataType == oura.Sleep && c.State == sqlite.CoverageEmpty && c.AskedAt.Equal(on(3)) {
			n++
		}
	}
	if n != 732 { // 2024 was a leap year
		t.Errorf("%d empty days of sleep", n)
	}
	for _, bad := range []func(*sqlite.Asked){
		func(a *sqlite.Asked) { a.From = "2025-11-11" },
		func(a *sqlite.Asked) { a.To = "" },
		func(a *sqlite.Asked) { a.From = "0001-01-01" },
		func(a *sqlite.Asked) { a.Outcome = "fine" },
		func(a *sqlite.Asked) { a.At = time.Time{} },
	} {
		a := ask(oura.Sleep, on(3), sqlite.AskOK)
		bad(&a)
		if err := s.NoteAsked(ctx, a); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("%+v: %v", a, err)
		}
	}
	if _, err := s.Coverage(ctx, "user-1", nil, "", "2026-01-01", today); oura.CodeOf(err) != oura.CodeInvalid {
		t.Errorf("a range without begin: %v", err)
	}
}
