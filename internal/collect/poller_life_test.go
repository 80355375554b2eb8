package collect

import (
	"encoding/json"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/ourasim/person"
	"oura-streaming/internal/sqlite"
)

// life lets a person live in the cloud of a sky, and nobody tells of it: records
// grow, come days late, are revised and deleted.
type life struct {
	w      *sky
	p      *person.Person
	dice   *rand.Rand
	late   map[string]time.Time // documents that the phone holds back
	mine   map[string]bool      // revised or deleted: no longer as the ring had it
	recent []person.Doc         // of the last days
	fill   oura.Day             // documents before it are complete
	counts struct{ late, revised, deleted int }
}

func newLife(w *sky, p *person.Person, seed uint64) *life {
	return &life{w: w, p: p, dice: rand.New(rand.NewPCG(seed, 57)), late: map[string]time.Time{}, mine: map[string]bool{}, fill: oura.DayOf(w.world()).Add(-12)}
}

// goOn brings the cloud to the present state of the last days.
func (l *life) goOn() {
	l.w.t.Helper()
	now := l.w.world()
	l.recent = slices.DeleteFunc(l.recent, func(d person.Doc) bool { return d.Day >= l.fill || d.Day < oura.DayOf(now).Add(-12) })
	l.recent = append(l.recent, l.p.DocumentsAt(l.fill, "", now)...)
	l.fill = oura.DayOf(now).Add(-2)
	for i, d := range l.recent {
		d = slim(d)
		l.recent[i] = d
		key := string(d.Type) + d.ID
		if _, seen := l.late[key]; !seen {
			l.late[key] = now
			if d.Type != oura.RingConfiguration && l.dice.IntN(15) == 0 {
				l.late[key] = now.Add(time.Duration(24+l.dice.IntN(96)) * time.Hour)
				l.counts.late++
			}
		}
		held, known := l.w.sim.Ledger().Document(d.Type, d.ID)
		if l.mine[key] || l.late[key].After(now) || known && string(held.JSON) == string(d.JSON) {
			continue
		}
		l.put(d)
	}
}

// slim leaves out the long rows of minutes: they are most of the bytes, and one
// document is stored like another.
func slim(d person.Doc) person.Doc {
	var fields map[string]json.RawMessage
	if json.Unmarshal(d.JSON, &fields) != nil {
		return d
	}
	for _, name := range []string{"met", "movement_30_sec", "sleep_phase_30_sec", "sleep_phase_5_min", "class_5_min", "heart_rate", "hrv"} {
		delete(fields, name)
	}
	d.JSON, _ = json.Marshal(fields) // it was JSON
	return d
}

func (l *life) put(d person.Doc) {
	l.w.t.Helper()
	if _, err := l.w.sim.PutQuiet(ourasim.PersonDoc(d)); err != nil {
		l.w.t.Fatal(err)
	}
}

// edit revises and deletes documents of the last days.
func (l *life) edit(n int) {
	for range n {
		d := l.recent[l.dice.IntN(len(l.recent))]
		if held, known := l.w.sim.Ledger().Document(d.Type, d.ID); !known || held.Deleted {
			continue
		}
		l.mine[string(d.Type)+d.ID] = true
		if l.dice.IntN(3) == 0 {
			l.w.sim.DeleteQuiet(d.Type, d.ID)
			l.counts.deleted++
			continue
		}
		l.put(slim(l.p.Revise(d, 1+l.dice.IntN(9))))
		l.counts.revised++
	}
}

// TestF57_PollingAloneKeepsALife follows 60 days with summer time, a flight over
// the date line, naps, late syncs, revisions and deletions. The computer is a
// laptop at home in Berlin that is open for three hours a day.
func TestF57_PollingAloneKeepsALife(t *testing.T) {
	begin, days := "2026-03-24T06:00:00Z", 60
	p := dateLinePerson(t, begin, 40, days)
	opt := ourasim.Options{Profile: p.Profile(), Sources: ourasim.PersonSources(p)}
	if underRace {
		begin, days = "2026-05-12T06:00:00Z", 4 // with the flight
		delete(opt.Sources, oura.HeartRate)
	}
	inSky(t, begin, opt, func(w *sky) {
		berlin, err := time.LoadLocation("Europe/Berlin")
		if err != nil {
			t.Fatal(err)
		}
		w.set(func() { w.zone, w.every = berlin, time.Hour })
		l := newLife(w, p, 1)
		for range days {
			l.goOn()
			w.pass(90 * time.Minute)
			l.goOn()
			l.edit(4)
			w.pass(90 * time.Minute)
			l.edit(4)
			w.sleep(21 * time.Hour)
		}
		w.pass(time.Minute)
		for range 4 { // the last days close
			w.sleep(23 * time.Hour)
			w.pass(time.Hour)
		}
		w.mustEqual()
		w.mustHaveRows()
		if l.counts.late < days/3 || l.counts.revised < 2*days || l.counts.deleted < days {
			t.Errorf("too little happened: %+v", l.counts)
		}
		l.mustKeepDays()
		t.Logf("%+v, %d requests", l.counts, w.asked)
	})
}

// mustKeepDays checks that every document stands on the day Oura gave it, once.
func (l *life) mustKeepDays() {
	for _, dt := range oura.Fetchable() {
		info, _ := oura.Lookup(dt)
		for id, data := range l.w.stored(dt) {
			doc, err := l.w.store.Document(l.w.t.Context(), l.w.sim.UserID(), dt, id)
			if err != nil {
				l.w.t.Fatal(err)
			}
			if want, _ := info.Place(json.RawMessage(doc.Data)); doc.Day != want && data != "" {
				l.w.t.Errorf("%s %s stands on %q, not on %q", dt, id, doc.Day, want)
			}
		}
	}
}

// dateLinePerson finds somebody who flies over the date line in the days from
// begin on: on one day two nights end, or one day is skipped.
func dateLinePerson(t *testing.T, begin string, before, days int) *person.Person {
	t.Helper()
	from, err := time.Parse(time.RFC3339, begin)
	if err != nil {
		t.Fatal(err)
	}
	for seed := range int64(40) {
		p := person.New(person.Options{Seed: seed, From: from.AddDate(0, 0, -before), To: from.AddDate(0, 0, days)})
		zones := map[string]bool{}
		for _, d := range p.DocumentsOf(oura.Sleep) {
			var night struct {
				End time.Time `json:"bedtime_end"`
			}
			if err := json.Unmarshal(d.JSON, &night); err != nil {
				t.Fatal(err)
			}
			zones[night.End.Format("-07:00")] = true
		}
		if zones["+09:00"] && zones["-10:00"] && zones["+01:00"] && zones["+02:00"] {
			return p
		}
	}
	t.Fatal("nobody flies over the date line")
	return nil
}

// TestF57_PollingAloneKeepsFiveYears begins with an account that has a past: the
// rounds bring the last days, a backfill the years before, while some types are
// refused at first, and life goes on.
func TestF57_PollingAloneKeepsFiveYears(t *testing.T) {
	if underRace {
		t.Skip("five years are read without the race detector, whose runs take ten times as long")
	}
	begin, years, days, beats := "2026-05-12T06:00:00Z", 5, 12, 60
	p := dateLinePerson(t, begin, years*366, days)
	opt := ourasim.Options{Profile: p.Profile(), Sources: ourasim.PersonSources(p)}
	inSky(t, begin, opt, func(w *sky) {
		t := w.t
		w.stop()
		w.past = true
		w.set(func() { w.every = time.Hour })
		today := w.today()
		all := opt.Sources[oura.HeartRate]
		first := w.world().AddDate(0, 0, -beats)
		opt.Sources[oura.HeartRate] = func(from, to time.Time) iter.Seq[ourasim.Row] { return all(later(from, first), to) }
		counts := map[string]int{}
		for _, d := range p.DocumentsBetween(today.Add(-years*366), today.Add(-13)) {
			text := string(d.JSON)
			counts["255"] += strings.Count(text, `"lowest_heart_rate":255`)
			counts["null scores"] += strings.Count(text, `"score":null`)
			counts["naps"] += strings.Count(text, `"type":"sleep"`) + strings.Count(text, `"type":"late_nap"`)
			if _, err := w.sim.PutQuiet(ourasim.PersonDoc(slim(d))); err != nil {
				t.Fatal(err)
			}
		}
		refused := []oura.DataType{oura.DailyStress, oura.Workout, oura.VO2Max}
		w.sim.AddFaults(
			ourasim.Fault{Prefix: "/v2/usercollection/daily_stress", Times: -1, Status: 401, Body: json.RawMessage(`{"detail":"Token is not authorized access stress scope."}`)},
			ourasim.Fault{Prefix: "/v2/usercollection/workout", Times: -1, Status: 403, Body: json.RawMessage(`{"detail":"Forbidden"}`)},
			ourasim.Fault{Prefix: "/v2/usercollection/vO2_max", Times: -1, Status: 404, Body: json.RawMessage(`{"detail":"Document not found."}`)},
		)
		w.start()
		l := newLife(w, p, 3)
		for range days {
			l.goOn()
			l.edit(4)
			w.pass(12 * time.Hour)
		}
		for _, dt := range refused {
			if n := len(w.stored(dt)); n != 0 {
				t.Errorf("%d documents of %s although it was refused", n, dt)
			}
		}
		w.sim.ClearFaults() // granted, renewed, back
		w.p.Resume()
		for range 6 { // the last days close
			w.pass(24 * time.Hour)
		}
		w.p.SyncNow()
		w.settle()
		w.mustEqual()
		w.mustHaveRows()
		l.mustKeepDays()
		jobs, err := w.b.Jobs(t.Context())
		open := slices.ContainsFunc(jobs, func(j JobView) bool { return j.State != sqlite.JobDone })
		if err != nil || len(jobs) < 2 || open {
			t.Errorf("jobs: %+v, %v", jobs, err)
		}
		if counts["255"] == 0 || counts["null scores"] == 0 || counts["naps"] == 0 {
			t.Errorf("the past holds too little: %v", counts)
		}
		t.Logf("%+v, %v, %d requests", l.counts, counts, w.asked)
	})
}
