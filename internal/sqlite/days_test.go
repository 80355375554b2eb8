package sqlite

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

var daysNow = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func putDay(t *testing.T, s *Store, user string, dt oura.DataType, id string, day oura.Day, doc string) int64 {
	t.Helper()
	done, err := s.Apply(t.Context(), Change{
		UserID: user, DataType: dt, ObjectID: id, Day: day, Operation: oura.Update, Source: oura.SourcePoll, ReceivedAt: daysNow, Data: json.RawMessage(doc),
	})
	if err != nil {
		t.Fatal(err)
	}
	return done[0].Seq
}

func buryDay(t *testing.T, s *Store, dt oura.DataType, id string) {
	t.Helper()
	_, err := s.Apply(t.Context(), Change{UserID: "u", DataType: dt, ObjectID: id, Operation: oura.Delete, Source: oura.SourcePoll, ReceivedAt: daysNow})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEachDocument_LivingOnesByDay(t *testing.T) {
	s := openStore(t)
	for _, day := range []oura.Day{"2026-11-20", "2026-11-18", "2026-11-19", "2026-11-25"} {
		putDay(t, s, "u", oura.Sleep, string(day), day, `{"n":1}`)
	}
	putDay(t, s, "other", oura.Sleep, "x", "2026-11-19", `{}`)
	putDay(t, s, "u", oura.DailySleep, "y", "2026-11-19", `{}`)
	putDay(t, s, "u", oura.Sleep, "gone", "2026-11-19", `{}`)
	buryDay(t, s, oura.Sleep, "gone")
	var got []string
	err := s.EachDocument(t.Context(), "u", oura.Sleep, "2026-11-18", "2026-11-20", func(d oura.Document) error {
		got = append(got, d.ObjectID+string(d.Day)+string(d.Data))
		return nil
	})
	if want := []string{`2026-11-182026-11-18{"n":1}`, `2026-11-192026-11-19{"n":1}`, `2026-11-202026-11-20{"n":1}`}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
}

func TestSyncedAt_IsOfOneAccount(t *testing.T) {
	s := openStore(t)
	want := func(user string, at time.Time) {
		t.Helper()
		if got, err := s.SyncedAt(t.Context(), user); err != nil || !got.Equal(at) {
			t.Errorf("%s: %v, %v, want %v", user, got, err, at)
		}
	}
	want("u", time.Time{})
	putDay(t, s, "u", oura.Sleep, "a", "2026-11-20", `{"n":1}`)
	_, err := s.Apply(t.Context(), Change{
		UserID: "other", DataType: oura.Sleep, ObjectID: "b", Day: "2026-11-20", Operation: oura.Update, Source: oura.SourcePoll,
		ReceivedAt: daysNow.Add(time.Hour), Data: json.RawMessage(`{}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	want("u", daysNow)
	want("other", daysNow.Add(time.Hour))
	want("third", time.Time{})
	asked := daysNow.Add(time.Minute)
	if err := s.NoteAsked(t.Context(), Asked{UserID: "u", DataType: oura.Sleep, From: "2026-11-20", To: "2026-11-20", At: asked, Outcome: AskOK}); err != nil {
		t.Fatal(err)
	}
	want("u", asked)
}

func TestEachDocument_ASpoiltOneHasNoData(t *testing.T) {
	s := openStore(t)
	putDay(t, s, "u", oura.Sleep, "a", "2026-11-20", `{"n":1}`)
	err := s.writer.do(t.Context(), func(x *tx) error {
		_, err := x.exec(`UPDATE document SET data = '{"n":2}'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	s.OnSpoilt(func(DocumentKey) { told++ })
	err = s.EachDocument(t.Context(), "u", oura.Sleep, "", "9", func(d oura.Document) error {
		if d.Data != nil || !d.Spoilt {
			t.Errorf("%+v", d)
		}
		return nil
	})
	if err != nil || told != 1 {
		t.Errorf("told %d times, %v", told, err)
	}
}

func TestEachChange_AfterANumberAndWhetherAllAreThere(t *testing.T) {
	s := openStore(t)
	var seqs []int64
	for i := range 5 {
		seqs = append(seqs, putDay(t, s, "u", oura.Sleep, fmt.Sprint(i), "2026-11-20", `{"n":1}`))
	}
	if _, err := s.PutSamples(t.Context(), "u", oura.HeartRate, oura.SourcePoll, daysNow, []Sample{{At: daysNow, Value: 60}}); err != nil {
		t.Fatal(err)
	}
	read := func(after int64, limit int) (got []oura.Event, whole bool) {
		whole, err := s.EachChange(t.Context(), after, limit, func(e oura.Event) error {
			got = append(got, e)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return got, whole
	}
	got, whole := read(seqs[2], 100)
	if len(got) != 3 || !whole || got[0].Seq != seqs[3] || got[0].Data != nil || got[0].ObjectID != "3" || got[0].UserID != "u" {
		t.Errorf("%+v, whole %v", got, whole)
	}
	if round := got[2]; round.DataType != oura.HeartRate || len(round.Data) == 0 {
		t.Errorf("the round of samples came as %+v", round)
	}
	if got, _ := read(0, 2); len(got) != 2 {
		t.Errorf("%d of 2", len(got))
	}
	if _, err := s.PruneEvents(t.Context(), seqs[3]); err != nil {
		t.Fatal(err)
	}
	if _, whole := read(seqs[1], 100); whole {
		t.Error("a pruned event is not missed")
	}
	if _, whole := read(seqs[2], 100); !whole {
		t.Error("an event is missed that was known")
	}
}

func TestEachTypeDays_AndNearestDays(t *testing.T) {
	s := openStore(t)
	for i, day := range []oura.Day{"2026-11-10", "2026-11-12", "2026-11-12", "2026-11-15", "0001-01-01", "9999-12-31"} {
		putDay(t, s, "u", oura.Sleep, fmt.Sprint(i), day, `{}`)
	}
	putDay(t, s, "u", oura.Sleep, "gone", "2026-11-13", `{}`)
	buryDay(t, s, oura.Sleep, "gone")
	if _, err := s.PutSamples(t.Context(), "u", oura.HeartRate, oura.SourcePoll, daysNow, []Sample{{At: daysNow, Value: 60}, {At: daysNow.AddDate(0, 0, 1), Value: 60}}); err != nil {
		t.Fatal(err)
	}
	got := map[oura.DataType]string{}
	err := s.EachTypeDays(t.Context(), "u", "2010-01-01", "2099-12-31", func(dt oura.DataType, days int, first, last oura.Day) {
		got[dt] = fmt.Sprintf("%d from %s to %s", days, first, last)
	})
	want := map[oura.DataType]string{oura.Sleep: "3 from 2026-11-10 to 2026-11-15", oura.HeartRate: "2 from 2026-11-22 to 2026-11-23"}
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	for day, want := range map[oura.Day][2]oura.Day{
		"2026-11-12": {"2026-11-10", "2026-11-15"}, "2026-11-13": {"2026-11-12", "2026-11-15"}, "2026-11-10": {"0001-01-01", "2026-11-12"}, "9999-12-31": {"2026-11-15", ""},
	} {
		if before, after, err := s.NearestDays(t.Context(), "u", oura.Sleep, day); err != nil || before != want[0] || after != want[1] {
			t.Errorf("beside %s: %q and %q, %v", day, before, after, err)
		}
	}
	if first, err := s.FirstSampleDay(t.Context(), "u", oura.HeartRate); err != nil || first != "2026-11-22" {
		t.Errorf("first sample on %q, %v", first, err)
	}
}

func TestReceivedAt_IsOfTheNewestRevision(t *testing.T) {
	s := openStore(t)
	last := putDay(t, s, "u", oura.Sleep, "a", "2026-11-20", `{"n":1}`)
	later := daysNow.Add(time.Hour)
	if _, err := s.Apply(t.Context(), Change{UserID: "u", DataType: oura.Sleep, ObjectID: "a", Day: "2026-11-20", Operation: oura.Update, ReceivedAt: later, Data: json.RawMessage(`{"n":2}`)}); err != nil {
		t.Fatal(err)
	}
	putDay(t, s, "u", oura.DailySleep, "a", "2026-11-20", `{}`) // the same id of another type
	if at, err := s.ReceivedAt(t.Context(), oura.Sleep, "a"); err != nil || !at.Equal(later) {
		t.Errorf("%v, %v, want %v", at, err, later)
	}
	if at, err := s.ReceivedAt(t.Context(), oura.Sleep, ""); err != nil || !at.IsZero() {
		t.Errorf("of no document: %v, %v", at, err)
	}
	if _, err := s.PruneEvents(t.Context(), last+100); err != nil {
		t.Fatal(err)
	}
	if at, err := s.ReceivedAt(t.Context(), oura.Sleep, "a"); err != nil || !at.IsZero() {
		t.Errorf("after pruning: %v, %v", at, err)
	}
}

func TestSampleSpans_AreThoseOfBucketsWhereLengthsAreEqual(t *testing.T) {
	s := openStore(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	var rows []Sample
	for range 3000 {
		rows = append(rows, Sample{At: start.Add(time.Duration(rnd.IntN(4*24*3600)) * time.Second), Value: float64(40 + rnd.IntN(100))})
	}
	if _, err := s.PutSamples(t.Context(), "u", oura.HeartRate, oura.SourcePoll, daysNow, rows); err != nil {
		t.Fatal(err)
	}
	for range 40 {
		width := time.Duration(1+rnd.IntN(300)) * time.Minute
		from := start.Add(time.Duration(rnd.IntN(3*24*3600)-10_000) * time.Second)
		var bounds []time.Time
		for i := range 1 + rnd.IntN(60) {
			bounds = append(bounds, from.Add(time.Duration(i)*width))
		}
		var got []Bucket
		err := s.SampleSpans(t.Context(), "u", oura.HeartRate, bounds, func(i, count int, low, mean, high float64) {
			got = append(got, Bucket{bounds[i].UTC(), count, low, mean, high})
		})
		if err != nil {
			t.Fatal(err)
		}
		var want []Bucket
		if len(bounds) > 1 {
			if want, err = s.SampleBuckets(t.Context(), "u", oura.HeartRate, from, bounds[len(bounds)-1], width); err != nil {
				t.Fatal(err)
			}
		}
		if len(got) != len(want) || len(got) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("%d spans of %v from %v: %v, want %v", len(bounds)-1, width, from, got, want)
		}
	}
	odd := []time.Time{start, start.Add(time.Hour), start.Add(-time.Hour), start.Add(25 * time.Hour)} // a clock that ran backwards
	if err := s.SampleSpans(t.Context(), "u", oura.HeartRate, odd, func(int, int, float64, float64, float64) {}); err != nil {
		t.Error(err)
	}
}

// A ring that lay in a drawer for longer than is looked into together: all its days are
// told, the oldest too.
func TestNotWornDays_OfManyYears(t *testing.T) {
	s := openStore(t)
	last := oura.DayOf(daysNow.AddDate(0, 0, -5))
	first := last.Add(-wornAtOnce - 400)
	putDay(t, s, "u", oura.DailySleep, "first", first, `{}`)
	for _, dt := range append([]oura.DataType{oura.DailyActivity, oura.HeartRate}, documentSigns...) {
		if err := s.NoteAsked(t.Context(), Asked{UserID: "u", DataType: dt, From: first, To: last, At: daysNow, Outcome: AskOK}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.NotWornDays(t.Context(), "u", first.Add(-20), last)
	if err != nil || len(got) != wornAtOnce+400 || got[0] != first.Add(1) || got[len(got)-1] != last || !slices.IsSorted(got) {
		t.Errorf("%d days, %v", len(got), err)
	}
	if got, err := s.NotWornDays(t.Context(), "u", "2010-01-01", "2040-12-31"); err != nil || len(got) != wornAtOnce+400 {
		t.Errorf("of a longer range %d days, %v", len(got), err)
	}
	for _, none := range [][2]oura.Day{{"2010-01-01", first.Add(-1)}, {"2090-01-01", "2099-12-31"}} {
		if got, err := s.NotWornDays(t.Context(), "u", none[0], none[1]); err != nil || len(got) != 0 {
			t.Errorf("%v: %v, %v", none, got, err)
		}
	}
	if got, err := s.NotWornDays(t.Context(), "nobody", first, last); err != nil || len(got) != 0 {
		t.Errorf("of nobody: %v, %v", got, err)
	}
}

// NotWornDays reads less than Coverage does; both say the same.
func TestNotWornDays_AreThoseOfCoverage(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	types := append([]oura.DataType{oura.DailyActivity, oura.HeartRate}, documentSigns...)
	found := 0
	for round := range 12 {
		s := openStore(t)
		first, last := oura.Day("2026-08-01"), oura.Day("2026-09-15")
		if round%3 > 0 {
			putDay(t, s, "u", oura.DailySleep, "first", first.Add(-10*(round%3-1)), `{}`)
		}
		for day := first; day <= last; day = day.Add(1) {
			for _, dt := range types {
				if rnd.IntN(12) > 0 {
					at := daysNow
					if rnd.IntN(15) == 0 {
						at = daysNow.AddDate(0, -6, 0)
					}
					outcome := []AskOutcome{AskOK, AskOK, AskOK, AskOK, AskFailed, AskNotAllowed}[rnd.IntN(6)]
					if rnd.IntN(3) > 0 {
						outcome = AskOK
					}
					if err := s.NoteAsked(t.Context(), Asked{UserID: "u", DataType: dt, From: day, To: day, At: at, Outcome: outcome}); err != nil {
						t.Fatal(err)
					}
				}
				if dt != oura.HeartRate && rnd.IntN(14) == 0 {
					doc := []string{`{}`, `{"non_wear_time":86400}`, `{"class_5_min":"0000"}`, `{"class_5_min":"0001"}`}[rnd.IntN(4)]
					putDay(t, s, "u", dt, string(day)+string(dt), day, doc)
				}
			}
			if rnd.IntN(20) == 0 {
				at, err := time.Parse(time.DateOnly, string(day))
				if err != nil {
					t.Fatal(err)
				}
				if _, err := s.PutSamples(t.Context(), "u", oura.HeartRate, oura.SourcePoll, daysNow, []Sample{{At: at.Add(time.Hour), Value: 60}}); err != nil {
					t.Fatal(err)
				}
			}
		}
		cells, err := s.Coverage(t.Context(), "u", []oura.DataType{oura.DailyActivity, oura.DailySleep}, first, last, last)
		if err != nil {
			t.Fatal(err)
		}
		var want []oura.Day
		slept := map[oura.Day]bool{}
		for _, c := range cells {
			slept[c.Day] = slept[c.Day] || c.DataType == oura.DailySleep && c.Count > 0
		}
		for _, c := range cells {
			if c.DataType == oura.DailyActivity && c.State == CoverageNotWorn && !slept[c.Day] {
				want = append(want, c.Day)
			}
		}
		got, err := s.NotWornDays(t.Context(), "u", first, last)
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("round %d: %v, %v, want %v", round, got, err, want)
		}
		found += len(want)
	}
	if found < 20 {
		t.Errorf("only %d days without wear", found)
	}
}
