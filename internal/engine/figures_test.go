package engine

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"oura-streaming/internal/metrics"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/ourasim/person"
)

// inCloud is what the cloud holds of a few fields, read without the program.
type inCloud struct {
	Day          oura.Day
	Score        *float64
	Steps        *float64
	Type         string
	Asleep       float64  `json:"total_sleep_duration"`
	HRV          *float64 `json:"average_hrv"`
	Phases       string   `json:"sleep_phase_5_min"`
	NonWear      float64  `json:"non_wear_time"`
	Contributors map[string]*float64
}

func ofCloud(t *testing.T, sim *ourasim.Sim, dt oura.DataType) (out []inCloud) {
	t.Helper()
	for _, held := range sim.Ledger().Documents(dt) {
		var l inCloud
		if err := json.Unmarshal(held.JSON, &l); err != nil {
			t.Fatal(err)
		}
		out = append(out, l)
	}
	return out
}

// A person's three months go the whole way from the cloud into the store; then the
// figures of each day are those that the cloud holds.
func TestWhole_FiguresAreThoseOfTheCloud(t *testing.T) {
	t.Parallel()
	now := time.Now()
	who := person.New(person.Options{Seed: 11, From: now.AddDate(0, 0, -90), To: now})
	sim, port := cloud(t, func(o *ourasim.Options) {
		uris := o.RedirectURIs
		*o = ourasim.PersonOptions(who)
		o.RedirectURIs = uris
	})
	p := start(t, sim, options(t, sim, port))
	p.signIn()
	p.wait("all documents", func() string {
		for _, dt := range oura.Fetchable() {
			have := 0
			err := p.engine.store.EachDocument(t.Context(), p.engine.connectedUser(), dt, "", "9", func(oura.Document) error { have++; return nil })
			if want := len(sim.Ledger().Documents(dt)); err != nil || have < want && dt != oura.RingConfiguration {
				return fmt.Sprintf("%d of %d of %s, %v", have, want, dt, err)
			}
		}
		return ""
	})
	r := p.engine.Metrics()
	me, err := p.engine.Who(t.Context())
	if err != nil || !me.Connected {
		t.Fatalf("%+v, %v", me, err)
	}
	p.trendIs(r, me, "daily_readiness.score", ofCloud(t, sim, oura.DailyReadiness), func(l inCloud) *float64 { return l.Score })
	p.trendIs(r, me, "daily_activity.steps", ofCloud(t, sim, oura.DailyActivity), func(l inCloud) *float64 {
		if l.NonWear >= 86_400 {
			return nil
		}
		return l.Steps
	})
	nights := mainSleeps(ofCloud(t, sim, oura.Sleep))
	p.trendIs(r, me, "sleep.average_hrv", nights, func(l inCloud) *float64 { return l.HRV })
	for _, l := range nights[len(nights)-10:] {
		n, err := r.Night(t.Context(), me, l.Day)
		if err != nil || len(n.Periods) == 0 || !n.Periods[0].Main {
			t.Fatalf("night %s: %+v, %v", l.Day, n, err)
		}
		s, stated := n.Periods[0], 0.0
		for _, total := range s.Totals {
			if total.Stage == "asleep" {
				stated = total.Stated
			}
		}
		if stated != l.Asleep || len(s.Stages5) == 0 || len(s.HeartRate.At) < 10 || len(s.Movement) == 0 {
			t.Errorf("night %s: asleep %v, at Oura %v; %d stretches, %d readings", l.Day, stated, l.Asleep, len(s.Stages5), len(s.HeartRate.At))
		}
		d, err := r.Day(t.Context(), me, l.Day)
		if err != nil || d.Night == nil || d.Night.ObjectID != s.ObjectID || !d.HasData || d.Offset == "" || d.SyncedAt.IsZero() || d.RingAt.IsZero() {
			t.Errorf("day %s: %+v, %v", l.Day, d, err)
		}
		p.scoreIs(d.Scores[0], ofCloud(t, sim, oura.DailySleep))
	}
	p.heartIs(r, me, nights[len(nights)-3].Day)
}

// mainSleeps are the longest nights of the days, by day.
func mainSleeps(all []inCloud) []inCloud {
	best := map[oura.Day]inCloud{}
	for _, l := range all {
		if l.Type == "long_sleep" && l.Asleep > best[l.Day].Asleep {
			best[l.Day] = l
		}
	}
	var out []inCloud
	for _, l := range best {
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b inCloud) int { return cmp.Compare(a.Day, b.Day) })
	return out
}

func (p *program) trendIs(r *metrics.Reader, me metrics.Who, id string, from []inCloud, of func(inCloud) *float64) {
	p.t.Helper()
	want := map[oura.Day]float64{}
	for _, l := range from {
		if v := of(l); v != nil {
			want[l.Day] = *v
		}
	}
	tr, err := r.Trend(p.t.Context(), me, id, "", "")
	if err != nil || len(tr.Values) != len(want) || len(want) < 60 || len(tr.BandDays) < 30 {
		p.t.Fatalf("%s: %d values, want %d, %d with a usual range, %v", id, len(tr.Values), len(want), len(tr.BandDays), err)
	}
	for i, day := range tr.Days {
		if tr.Values[i] != want[day] {
			p.t.Errorf("%s on %s: %v, at Oura %v", id, day, tr.Values[i], want[day])
		}
	}
}

func (p *program) scoreIs(s metrics.Score, all []inCloud) {
	p.t.Helper()
	for _, l := range all {
		if l.Score == nil || *l.Score != s.Score.Value {
			continue
		}
		same := true
		for _, c := range s.Contributors {
			v := l.Contributors[c.Metric.Field[len("contributors."):]]
			same = same && c.Known == (v != nil) && (v == nil || *v == c.Value)
		}
		if same {
			return
		}
	}
	p.t.Errorf("no document has this score: %+v", s)
}

// heartIs holds a day's heart rate against the rows of the cloud.
func (p *program) heartIs(r *metrics.Reader, me metrics.Who, day oura.Day) {
	p.t.Helper()
	var low, high float64
	p.wait("the heart rate of "+string(day), func() string {
		d, err := r.Day(p.t.Context(), me, day)
		if err != nil {
			p.t.Fatal(err)
		}
		h, count := d.Heart, 0
		low, high = math.Inf(1), 0
		for _, row := range p.sim.Ledger().Rows(oura.HeartRate) {
			var beat struct{ BPM float64 }
			if at := time.UnixMilli(row.TimeMS); at.Before(h.From) || !at.Before(h.To) {
				continue
			}
			if err := json.Unmarshal(row.JSON, &beat); err != nil {
				p.t.Fatal(err)
			}
			low, high, count = min(low, beat.BPM), max(high, beat.BPM), count+1
		}
		return want(count > 500 && h.Known && h.Lowest == low && h.Highest == high, fmt.Sprintf("%v to %v, at Oura %v to %v of %d rows", h.Lowest, h.Highest, low, high, count))
	})
}
