package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// testCoverageModel asks and stores at random, a fresh person each round, and
// compares every cell with what follows from the whole history.
func testCoverageModel(t *testing.T, open func(t testing.TB) Store) {
	s := open(t)
	types := []oura.DataType{oura.DailyActivity, oura.Sleep, oura.DailyReadiness, oura.HeartRate, oura.Workout}
	user := 0
	rapid.Check(t, func(rt *rapid.T) {
		user++
		h := history{user: fmt.Sprint("person-", user)}
		for range rapid.IntRange(0, 25).Draw(rt, "steps") {
			h.step(rt, rapid.SampledFrom(types).Draw(rt, "type"))
		}
		if err := h.tell(t.Context(), s); err != nil {
			rt.Fatal(err)
		}
		got, err := s.Coverage(t.Context(), h.user, types, aDay, aDay.Add(3), aDay.Add(30))
		if err != nil || len(got) != 4*len(types) {
			rt.Fatalf("%d cells, %v", len(got), err)
		}
		for i, c := range got {
			if c.DataType != types[i/4] || c.Day != aDay.Add(i%4) || c.State != h.state(c.DataType, c.Day) || c.Count != len(h.things(c.DataType, c.Day)) {
				rt.Fatalf("%+v, want %s with %d; history %+v", c, h.state(c.DataType, c.Day), len(h.things(c.DataType, c.Day)), h)
			}
		}
	})
}

// history is all that happened to one person, in the order it was told.
type history struct {
	user  string
	asked []sqlite.Asked
	docs  []thing
}

type thing struct {
	dt   oura.DataType
	day  oura.Day
	idle bool
}

func (h *history) step(rt *rapid.T, dt oura.DataType) {
	day := aDay.Add(rapid.IntRange(0, 3).Draw(rt, "day"))
	if rapid.IntRange(0, 2).Draw(rt, "kind") == 0 {
		h.docs = append(h.docs, thing{dt, day, rapid.Bool().Draw(rt, "idle")})
		return
	}
	h.asked = append(h.asked, sqlite.Asked{
		UserID: h.user, DataType: dt, From: day, To: day.Add(rapid.IntRange(0, 4).Draw(rt, "days")),
		At:      on(rapid.IntRange(0, 8).Draw(rt, "at")).Add(time.Duration(len(h.asked)) * time.Second), // no two at once
		Outcome: rapid.SampledFrom([]sqlite.AskOutcome{"ok", "ok", "ok", "not_allowed", "lapsed", "failed"}).Draw(rt, "outcome"),
	})
}

// tell puts the history into the store in three writes, for each is synced.
func (h *history) tell(ctx context.Context, s Store) error {
	var changes []sqlite.Change
	var rows []sqlite.Sample
	for n, x := range h.docs {
		if x.dt == oura.HeartRate {
			at, _ := time.Parse(time.DateOnly, string(x.day))
			rows = append(rows, sqlite.Sample{At: at.Add(time.Duration(n) * time.Minute), Value: 60})
			continue
		}
		c := worn
		if x.idle {
			c = unworn
		}
		c.UserID, c.DataType, c.Day, c.ObjectID = h.user, x.dt, x.day, fmt.Sprint("o", n)
		changes = append(changes, c)
	}
	if _, err := s.Apply(ctx, changes...); err != nil {
		return err
	}
	if _, err := s.PutSamples(ctx, h.user, oura.HeartRate, oura.SourcePoll, day0, rows); err != nil {
		return err
	}
	return s.NoteAsked(ctx, h.asked...)
}

func (h *history) things(dt oura.DataType, day oura.Day) (out []thing) {
	for _, x := range h.docs {
		if x.dt == dt && x.day == day {
			out = append(out, x)
		}
	}
	return out
}

// final reports whether any ok came on the third day after or later.
func (h *history) final(dt oura.DataType, day oura.Day) bool {
	return slices.ContainsFunc(h.about(dt, day), func(a sqlite.Asked) bool {
		return a.Outcome == "ok" && oura.DayOf(a.At) >= day.Add(3)
	})
}

func (h *history) about(dt oura.DataType, day oura.Day) (out []sqlite.Asked) {
	for _, a := range h.asked {
		if a.DataType == dt && a.From <= day && day <= a.To {
			out = append(out, a)
		}
	}
	return out
}

func (h *history) everAnswered(dt oura.DataType) bool {
	return slices.ContainsFunc(h.asked, func(a sqlite.Asked) bool { return a.DataType == dt && a.Outcome == "ok" })
}

func (h *history) state(dt oura.DataType, day oura.Day) sqlite.CoverageState {
	there := len(h.things(dt, day)) > 0
	if h.final(dt, day) {
		switch {
		case dt != oura.Workout && day >= h.first() && h.lazy(dt, day):
			return sqlite.CoverageNotWorn
		case there:
			return sqlite.CoverageComplete
		}
		return sqlite.CoverageEmpty
	}
	newest := newestOf(h.about(dt, day))
	ofType := newestOf(slices.DeleteFunc(slices.Clone(h.asked), func(a sqlite.Asked) bool { return a.DataType != dt }))
	switch {
	case there || newest.Outcome == "ok":
		return sqlite.CoveragePartial
	case newest.Outcome == "" && (ofType.Outcome == "not_allowed" || ofType.Outcome == "lapsed"):
		return sqlite.CoverageNotAllowed
	case newest.Outcome == "failed":
		return sqlite.CoverageFailed
	case newest.Outcome == "":
		return sqlite.CoverageNotAsked
	}
	return sqlite.CoverageNotAllowed
}

// first is the oldest day with anything, "" without.
func (h *history) first() (day oura.Day) {
	for _, x := range h.docs {
		if day == "" || x.day < day {
			day = x.day
		}
	}
	return day
}

func newestOf(asked []sqlite.Asked) (newest sqlite.Asked) {
	for _, a := range asked {
		if a.At.After(newest.At) {
			newest = a
		}
	}
	return newest
}

// lazy reports whether the ring lay in a drawer, as far as this type can say.
func (h *history) lazy(dt oura.DataType, day oura.Day) bool {
	activity := h.things(oura.DailyActivity, day)
	night := len(h.things(oura.Sleep, day)) + len(h.things(oura.DailyReadiness, day))
	heart := len(h.things(oura.HeartRate, day))
	if len(activity) > 0 {
		allIdle := !slices.ContainsFunc(activity, func(x thing) bool { return !x.idle })
		return allIdle && night == 0 && (dt == oura.DailyActivity || len(h.things(dt, day)) == 0)
	}
	asked := h.final(oura.DailyActivity, day) && h.final(oura.Sleep, day)
	for _, sign := range []oura.DataType{oura.DailyReadiness, oura.HeartRate} {
		asked = asked && (!h.everAnswered(sign) || h.final(sign, day))
	}
	return asked && night+heart == 0
}
