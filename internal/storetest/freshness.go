package storetest

import (
	"reflect"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

func testFreshness(t *testing.T, s Store) {
	ctx := t.Context()
	wantFresh := func(want map[oura.DataType]sqlite.Newest, first oura.Day) {
		t.Helper()
		if got, err := s.Freshness(ctx, "user-1"); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("newest %+v, %v\nwant %+v", got, err, want)
		}
		if got, err := s.FirstDay(ctx, "user-1"); err != nil || got != first {
			t.Errorf("first day %q, %v, want %q", got, err, first)
		}
	}
	wantFresh(map[oura.DataType]sqlite.Newest{}, "")

	night := func(id string, day oura.Day, key time.Time) sqlite.Change {
		c := sleep
		c.ObjectID, c.Day, c.Key = id, day, key
		return c
	}
	ring := document(oura.RingConfiguration, `{}`)
	ring.Day = ""
	_, err := s.Apply(ctx, night("a", aDay, on(0)), night("b", aDay.Add(2), on(1).Add(22*time.Hour)),
		night("nap", aDay.Add(2), on(2).Add(13*time.Hour)), ring, stranger)
	must(t, err)
	gone := night("gone", aDay.Add(9), on(9))
	gone.Operation, gone.Data = oura.Delete, nil
	_, err = s.Apply(ctx, night("gone", aDay.Add(9), on(9)), gone)
	must(t, err)
	want := map[oura.DataType]sqlite.Newest{
		oura.Sleep:             {At: on(2).Add(13 * time.Hour), Day: aDay.Add(2), Count: 3},
		oura.RingConfiguration: {Count: 1},
	}
	wantFresh(want, aDay)

	put(t, s, 3, 0, beat(0, "awake", 60), beat(-3*86_400, "rest", 50), beat(86_400.5, "awake", 61))
	_, err = s.PutSamples(ctx, "user-1", oura.RingBatteryLevel, oura.SourcePoll, day0, []sqlite.Sample{{At: on(-20), Value: 80}})
	must(t, err)
	want[oura.HeartRate] = sqlite.Newest{At: beat(86_400.5, "", 0).At, Day: "2025-11-23", Count: 3}
	want[oura.RingBatteryLevel] = sqlite.Newest{At: on(-20), Day: aDay.Add(-20), Count: 1}
	wantFresh(want, aDay.Add(-20))

	early := ask(oura.Tag, on(3), sqlite.AskOK)
	early.From, early.To = "2020-02-29", "2020-03-02"
	must(t, s.NoteAsked(ctx, early))
	wantFresh(want, "2020-02-29")
}
