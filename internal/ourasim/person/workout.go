package person

import (
	"cmp"
	"slices"
	"time"

	"oura-streaming/internal/oura"
)

// sport is a way to move: range of MET, and speed in m/s (0: no distance).
type sport struct {
	name   string
	lo, hi float64
	speed  float64
}

var (
	running  = sport{"running", 8.2, 11, 2.75}
	cycling  = sport{"cycling", 5.8, 8.8, 5.8}
	strength = sport{"strength_training", 3.6, 6.2, 0}
	walking  = sport{"walking", 3.6, 4.9, 1.35}
	hiking   = sport{"hiking", 4.6, 7, 1.15}
	yoga     = sport{"yoga", 2.1, 3.2, 0}
	swimming = sport{"swimming", 6, 8.5, 0.8}
)

// plan is a workout somebody means to do: hour of the day and minutes.
type plan struct {
	sport   sport
	hour    float64
	minutes float64
}

type workout struct {
	span
	sport sport
	k     int // stable number within the day
}

// plans rolls the intended workouts of day n: a week has its habits, summer is for
// cycling, journeys for walking, and the fitter the longer.
func (p *Person) plans(n dayNum) []plan {
	s := p.state(n)
	d := p.roll(subjectWorkout, n)
	more := 1 + 0.25*s.fitness
	var out []plan
	add := func(share float64, sp sport, hour, minutes float64) {
		want, at, long := d.chance(share), hour+0.4*d.norm(), minutes*more*d.between(0.8, 1.25)
		if want && s.illness < 0.15 {
			out = append(out, plan{sp, at, long})
		}
	}
	if s.away {
		add(0.75, walking, 11, 80)
		add(0.6, walking, 15.5, 70)
		return out
	}
	add(0.6, walking, 12.6, 21)
	weekly(s, add)
	return out
}

func weekly(s state, add func(share float64, sp sport, hour, minutes float64)) {
	switch s.weekday {
	case time.Monday:
		add(0.5, strength, 18.3, 42)
	case time.Tuesday, time.Thursday:
		add(0.7, running, 17.7, 38)
	case time.Wednesday:
		add(0.25, swimming, 18.2, 35)
	case time.Friday:
		add(0.3, yoga, 17.8, 45)
	case time.Saturday:
		if s.summer > -0.3 {
			add(0.65, cycling, 15.6, 95)
		} else {
			add(0.5, hiking, 15.2, 100)
		}
	case time.Sunday:
		add(0.6, walking, 15.8, 55)
	}
}

// load is the training of day n in hours weighted by effort; about 0.5 on average.
func (p *Person) load(n dayNum) float64 {
	sum := 0.0
	for _, w := range p.plans(n) {
		sum += w.minutes / 60 * (w.sport.lo + w.sport.hi - 4) / 8
	}
	return sum
}

// workouts returns what came of the plans, oldest first.
func (v *view) workouts() []workout {
	if !v.workOK {
		v.work, v.workOK = v.realised(), true
	}
	return v.work
}

func (v *view) realised() []workout {
	if !v.p.worn(v.n) || !v.ordinary() {
		return nil
	}
	var out []workout
	for k, w := range v.p.plans(v.n) {
		s := v.from(w.hour, w.minutes)
		s.start -= s.start % 60
		s.end -= s.end % 60
		if v.fits(s, 130*60) && !meetsAny(s, out) {
			out = append(out, workout{s, w.sport, k})
		}
	}
	slices.SortFunc(out, func(a, b workout) int { return cmp.Compare(a.start, b.start) })
	return out
}

func meetsAny(s span, others []workout) bool {
	for _, o := range others {
		if s.meets(o.span) {
			return true
		}
	}
	return false
}

type workoutBody struct {
	ID            string   `json:"id"`
	Activity      string   `json:"activity"`
	Calories      *float64 `json:"calories"`
	Day           oura.Day `json:"day"`
	Distance      *float64 `json:"distance"`
	EndDatetime   string   `json:"end_datetime"`
	Intensity     string   `json:"intensity"`
	Label         *string  `json:"label"`
	Source        string   `json:"source"`
	StartDatetime string   `json:"start_datetime"`
}

func workoutDocs(v *view) []Doc {
	var out []Doc
	for _, w := range v.workouts() {
		if v.has(w.end) {
			b := v.workoutBody(w)
			out = append(out, v.doc(oura.Workout, b.ID, w.end, b))
		}
	}
	return out
}

func (v *view) workoutBody(w workout) workoutBody {
	d := seedDice(v.p.seed, subjectWorkout, int64(v.n)<<8|int64(w.k)|1<<40)
	b := workoutBody{
		ID: v.id(subjectWorkout, w.k), Activity: w.sport.name, Day: v.day, Source: w.source(d),
		StartDatetime: v.p.local(w.start), EndDatetime: v.p.local(w.end), Intensity: w.intensity(),
	}
	hours := float64(w.seconds()) / 3600
	if d.chance(0.93) {
		b.Calories = new(round((w.sport.lo+w.sport.hi)/2*hours*weightKG, 3))
	}
	if w.sport.speed > 0 && d.chance(0.8) {
		b.Distance = new(round(w.sport.speed*float64(w.seconds())*d.between(0.85, 1.12), 2))
	}
	if b.Source != "autodetected" && d.chance(0.06) {
		b.Label = new(pick(d, "With Mira", "Slow one", "New shoes", "Rain"))
	}
	return b
}

func (w workout) source(d *dice) string {
	switch w.sport.name {
	case "walking", "hiking":
		return pick(d, "autodetected", "autodetected", "confirmed")
	case "running", "cycling":
		return pick(d, "workout_heart_rate", "workout_heart_rate", "confirmed", "manual")
	}
	return pick(d, "manual", "manual", "confirmed")
}

func (w workout) intensity() string {
	switch met := (w.sport.lo + w.sport.hi) / 2; {
	case met < 4.5:
		return "easy"
	case met < 8:
		return "moderate"
	}
	return "hard"
}
