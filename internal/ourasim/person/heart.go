package person

import (
	"encoding/json"
	"iter"
	"time"
)

// HeartRate yields the heart rate from from until to (not included), oldest
// first, some 1,100 rows a day. A day is made when the loop reaches it and
// dropped afterwards. It knows no "now": the caller ends the span there.
// Two rows may share an instant, as Oura's do.
func (p *Person) HeartRate(from, to time.Time) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		first := max(from.UnixMilli(), p.from.UnixMilli())
		for n := p.dayAt(first/1000) - 1; p.window(n).start < to.Unix(); n++ {
			for _, b := range p.heartDay(n) {
				ms := b.at * 1000
				if ms >= first && ms < to.UnixMilli() && !yield(Row{ms, b.json()}) {
					return
				}
			}
		}
	}
}

// beat is one row: an instant in Unix seconds, beats per minute, and what the
// person did.
type beat struct {
	at     int64
	bpm    int
	source string
}

func (b beat) json() json.RawMessage {
	out := make([]byte, 0, 144)
	out = append(out, `{"timestamp":"`...)
	out = appendUTC(out, b.at)
	out = append(out, `","timestamp_unix":`...)
	out = appendInt(out, int(b.at)*1000)
	out = append(out, `,"bpm":`...)
	out = appendInt(out, b.bpm)
	out = append(out, `,"source":"`...)
	out = append(out, b.source...)
	// Not in the schema, but in real answers: when the ring handed the batch over.
	out = append(out, `","producer_timestamp":`...)
	out = appendInt(out, int(b.at/3600+1)*3600_000+437)
	return append(out, '}')
}

// heartDay returns the beats from the bedtime before day n to the next.
func (p *Person) heartDay(n dayNum) []beat {
	if !p.worn(n) {
		return nil
	}
	v := p.view(n, forever)
	out := make([]beat, 0, 1400)
	if r := v.sleep(); r != nil {
		out = appendSleeping(out, r)
	}
	d := p.roll(subjectHeart, n)
	base := p.restingRate(n) + 8
	doing := v.doings()
	for t := v.night.end; t < v.next.start; {
		end := min(t+300, v.next.start)
		if i := doingAt(doing, t, end); i >= 0 {
			end = max(t, doing[i].start)
			out = v.appendAwake(out, d, span{t, end}, base)
			out = doing[i].beats(out, d, v)
			t = max(doing[i].end, end)
			continue
		}
		out = v.appendAwake(out, d, span{t, end}, base)
		t = end
	}
	return out
}

// forever is an asOf that hides nothing.
const forever = 1 << 50

func appendSleeping(out []beat, r *sleepRecord) []beat {
	for i, bpm := range r.heart {
		if bpm > 0 {
			out = append(out, beat{r.start + int64(i)*300, int(bpm), "sleep"})
		}
	}
	return out
}

// doing is a stretch with a heart rate of its own: a workout, a nap, a session.
type doing struct {
	span
	beats func([]beat, *dice, *view) []beat
}

func (v *view) doings() []doing {
	var out []doing
	for _, w := range v.workouts() {
		out = append(out, doing{w.span, w.appendBeats})
	}
	for k, n := range v.naps() {
		if n.kind != napTiny {
			r := v.recordNap(n, k)
			out = append(out, doing{n.span, func(b []beat, _ *dice, _ *view) []beat { return appendSleeping(b, r) }})
		}
	}
	for _, s := range v.sessions() {
		out = append(out, doing{s.span, s.appendBeats})
	}
	return out
}

// doingAt returns the first of doing that starts in [t, end), or -1.
func doingAt(doing []doing, t, end int64) int {
	best := -1
	for i, x := range doing {
		if x.start >= t && x.start < end && (best < 0 || x.start < doing[best].start) {
			best = i
		}
	}
	return best
}

// appendBeats measures every few seconds, rising through the first minutes.
func (w workout) appendBeats(out []beat, d *dice, v *view) []beat {
	base := v.p.restingRate(v.n)
	top := base + 9.5*(w.sport.lo+w.sport.hi)/2
	for t := w.start; t < w.end; t += int64(6 + d.intn(18)) {
		warm := min(1, float64(t-w.start)/480)
		bpm := base + 25 + (top-base-25)*warm + 3.5*d.norm()
		out = append(out, beat{t, int(clamp(bpm, 50, 196)), "workout"})
	}
	return out
}

func (s session) appendBeats(out []beat, d *dice, v *view) []beat {
	base := v.p.restingRate(v.n) + 9
	for t := s.start; t < s.end; t += int64(5 + 5*d.intn(3)) {
		out = append(out, beat{t, int(clamp(base+2*d.norm(), 40, 150)), "session"})
	}
	return out
}

// appendAwake adds a few rows in five minutes of everyday life, in order. One in
// forty stretches is a live reading with a row every second or two.
func (v *view) appendAwake(out []beat, d *dice, s span, base float64) []beat {
	if met := v.metAt(s.start); met <= offFinger || s.seconds() <= 0 {
		return out
	}
	rows, source := 2+d.intn(7), "awake"
	step := s.seconds() / int64(rows)
	if d.chance(0.004) {
		rows, source, step = 25, "live", 2
	}
	for i, t := 0, s.start; i < rows && t < s.end; i++ {
		out = append(out, v.awakeBeat(d, t, base, source))
		t += int64(d.between(0.3, 1.7) * float64(step))
	}
	return out
}

func (v *view) awakeBeat(d *dice, t int64, base float64, source string) beat {
	met := float64(v.metAt(t)) / 10
	if source == "awake" && met < 1.35 && d.chance(0.25) {
		source = "rest"
	}
	bpm := base + 9*(met-0.9) + 3*d.norm()
	return beat{t, int(clamp(bpm, 38, 190)), source}
}
