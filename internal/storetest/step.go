package storetest

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// take stores a step of job and checks what was new, changed and counted.
func take(t testing.TB, s Store, st sqlite.Step, isNew, changed int, want sqlite.Part) sqlite.StepDone {
	t.Helper()
	st.UserID, st.ReceivedAt = "user-1", day1
	done, err := s.TakeStep(t.Context(), st)
	if err != nil || done.New != isNew || done.Changed != changed {
		t.Errorf("step %+v: %+v, %v; want %d new, %d changed", st, done, err, isNew, changed)
	}
	if want.At.IsZero() {
		want.At = day1
	}
	if !reflect.DeepEqual(done.Part, want) {
		t.Errorf("part %+v\nwant %+v", done.Part, want)
	}
	j, err := s.Job(t.Context(), st.JobID)
	must(t, err)
	for _, p := range j.Parts {
		if p.DataType == want.DataType && !reflect.DeepEqual(p, want) {
			t.Errorf("stored part %+v\nwant %+v", p, want)
		}
	}
	return done
}

func testDocumentSteps(t *testing.T, s Store) {
	ctx := t.Context()
	j := addJob(t, s, oura.Sleep, oura.Workout)
	page := func(n ...int) (out []sqlite.Change) {
		for _, i := range n {
			c := sleep
			c.ObjectID, c.Source, c.Ticket = "night-"+string(rune('a'+i)), oura.SourceBackfill, 7
			c.Operation, c.Data = oura.Create, json.RawMessage(`{"n":1}`)
			out = append(out, c)
		}
		return out
	}
	st := sqlite.Step{JobID: j.ID, Changes: page(0, 1, 2), Part: sqlite.Part{
		DataType: oura.Sleep, State: sqlite.PartReading, CutTo: today, Mark: "next", Found: 3,
		Documents: 99, Revised: 99, Samples: 99, Fresh: sqlite.SampleSum{Count: 99}, // the store counts for itself
	}}
	want := sqlite.Part{DataType: oura.Sleep, State: sqlite.PartReading, CutTo: today, Mark: "next", Found: 3, Documents: 3}
	done := take(t, s, st, 3, 0, want)
	for i, a := range done.Applied {
		if a.Outcome != sqlite.OutcomeNew || a.Seq != int64(i+1) {
			t.Errorf("change %d: %+v", i, a)
		}
	}
	st.Changes = page(1, 2, 3)
	st.Changes[0].Data = json.RawMessage(`{"n":2}`)
	st.Part = sqlite.Part{DataType: oura.Sleep, State: sqlite.PartRead, CutTo: today, Found: 6, Reason: "enough", At: on(11)}
	st.Asked = []sqlite.Asked{ask(oura.Sleep, on(3), sqlite.AskOK)}
	want = st.Part
	want.Documents, want.Revised = 4, 1
	take(t, s, st, 1, 1, want)
	if n, err := s.CountEvents(ctx); err != nil || n != 5 {
		t.Errorf("%d events, %v", n, err)
	}
	if doc, err := s.Document(ctx, "user-1", oura.Sleep, "night-b"); err != nil || doc.Revisions != 2 {
		t.Errorf("document %+v, %v", doc, err)
	}
	if last, err := s.LastAsked(ctx, "user-1"); err != nil || len(last) != 0 {
		t.Errorf("a step spoke for the newest days: %v, %v", last, err)
	}
	cells, err := s.Coverage(ctx, "user-1", []oura.DataType{oura.Sleep}, aDay, aDay, today)
	if err != nil || len(cells) != 1 || cells[0].State != sqlite.CoverageComplete || cells[0].Count != 4 {
		t.Errorf("coverage %+v, %v", cells, err)
	}
	take(t, s, sqlite.Step{JobID: j.ID, Part: sqlite.Part{DataType: oura.Workout, State: sqlite.PartRefused, Reason: "no"}}, 0, 0,
		sqlite.Part{DataType: oura.Workout, State: sqlite.PartRefused, Reason: "no"})
	if j, err = s.Job(ctx, j.ID); err != nil || len(j.Parts) != 2 || j.Parts[0].DataType != oura.Sleep || j.Parts[1].DataType != oura.Workout {
		t.Errorf("parts %+v, %v", j.Parts, err)
	}
}

func testSampleSteps(t *testing.T, s Store) {
	ctx := t.Context()
	j := addJob(t, s, oura.HeartRate)
	part := sqlite.Part{DataType: oura.HeartRate, State: sqlite.PartReading, CutTo: today, WindowFrom: aDay, Mark: "2"}
	held := []sqlite.Sample{with(beat(30, "rest", 51.5), `{"a":"<1>"}`), beat(30, "awake", 70)}
	step := func(part sqlite.Part, rows ...sqlite.Sample) sqlite.Step {
		return sqlite.Step{JobID: j.ID, Part: part, Samples: rows}
	}
	put(t, s, 1, 0, beat(10, "rest", 48)) // known before
	before := mustCount(t, s)

	part.Held = held
	want := part
	want.Samples, want.Fresh = 2, sum(0, 20, 2, 50, 60)
	take(t, s, step(part, beat(20, "awake", 60), beat(0, "awake", 50), beat(10, "rest", 48)), 2, 0, want)

	part.Held = nil
	want = part
	want.Samples, want.Revised, want.Fresh = 3, 1, sum(0, 86_400, 4, 44, 90)
	take(t, s, step(part, beat(10, "rest", 44), beat(86_400, "awake", 90)), 1, 1, want)
	if n := mustCount(t, s); n != before {
		t.Errorf("%d events before the window was read", n-before)
	}

	last := step(part, beat(-86_400, "awake", 99))
	last.Close = true
	last.Asked = []sqlite.Asked{ask(oura.HeartRate, on(3), sqlite.AskOK)}
	want.Samples, want.Fresh = 4, sqlite.SampleSum{}
	take(t, s, last, 1, 0, want)
	seq, err := s.LastSeq(ctx)
	must(t, err)
	e, _, err := s.Event(ctx, seq)
	wantEvent := oura.Event{
		Seq: seq, UserID: "user-1", DataType: oura.HeartRate, EventType: oura.Create, Day: "2025-11-23", ReceivedAt: day1, Source: oura.SourceBackfill,
		Data: json.RawMessage(`{"from":"2025-11-21T06:00:00Z","to":"2025-11-23T06:00:00Z","count":5,"min":44,"max":99}`),
	}
	if err != nil || !reflect.DeepEqual(e, wantEvent) {
		t.Errorf("event %+v %s, %v", e, e.Data, err)
	}
	take(t, s, last, 0, 0, want) // the same page once more
	if n := mustCount(t, s); n != before+1 {
		t.Errorf("%d events of one window", n-before)
	}
	wantSamples(t, s, beat(-86_400, "awake", 99), beat(0, "awake", 50), beat(10, "rest", 44), beat(20, "awake", 60), beat(86_400, "awake", 90))
}

func sum(from, to float64, count int, least, most float64) sqlite.SampleSum {
	return sqlite.SampleSum{From: beat(from, "", 0).At, To: beat(to, "", 0).At, Count: count, Min: least, Max: most}
}

func mustCount(t testing.TB, s Store) int64 {
	t.Helper()
	n, err := s.CountEvents(t.Context())
	must(t, err)
	return n
}

// testStepsAtomic spoils a step in each of its parts.
func testStepsAtomic(t *testing.T, s Store) {
	ctx := t.Context()
	j := addJob(t, s, oura.Sleep, oura.HeartRate)
	good := sqlite.Step{
		JobID: j.ID, UserID: "user-1", ReceivedAt: day1, Close: true,
		Part:    sqlite.Part{DataType: oura.HeartRate, State: sqlite.PartReading},
		Changes: []sqlite.Change{sleep}, Samples: []sqlite.Sample{beat(0, "rest", 50)},
		Asked: []sqlite.Asked{ask(oura.HeartRate, on(3), sqlite.AskOK)},
	}
	for name, c := range map[string]struct {
		spoil func(*sqlite.Step)
		code  oura.Code
	}{
		"no such job":        {func(st *sqlite.Step) { st.JobID = 99 }, oura.CodeNotFound},
		"nobody's":           {func(st *sqlite.Step) { st.UserID = "" }, oura.CodeInvalid},
		"of no type":         {func(st *sqlite.Step) { st.Part.DataType = "" }, oura.CodeInvalid},
		"a broken document":  {func(st *sqlite.Step) { st.Changes = []sqlite.Change{sleep, document(oura.Sleep, `{`)} }, oura.CodeInvalid},
		"a row without time": {func(st *sqlite.Step) { st.Samples = append(st.Samples, sqlite.Sample{Value: 1}) }, oura.CodeInvalid},
		"a range that is none": {func(st *sqlite.Step) {
			a := st.Asked[0]
			a.To = "2025-01-01"
			st.Asked = []sqlite.Asked{a}
		}, oura.CodeInvalid},
		"a held row that cannot be written": {func(st *sqlite.Step) {
			st.Part.Held = []sqlite.Sample{{At: time.Now(), Extra: json.RawMessage(`{`)}}
		}, oura.CodeInvalid},
	} {
		st := good
		c.spoil(&st)
		if _, err := s.TakeStep(ctx, st); oura.CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	wantSamples(t, s)
	wantJob(t, s, j)
	if n := mustCount(t, s); n != 0 {
		t.Errorf("%d events", n)
	}
	if cells, err := s.Coverage(ctx, "user-1", []oura.DataType{oura.Sleep, oura.HeartRate}, aDay, aDay, today); err != nil ||
		cells[0].State != sqlite.CoverageNotAsked || cells[1].State != sqlite.CoverageNotAsked {
		t.Errorf("coverage %+v, %v", cells, err)
	}
}
