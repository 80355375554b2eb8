package metrics

import (
	"context"
	"time"

	"oura-streaming/internal/oura"
)

// The ring's day of movement ends at four in the morning. Until then a person who
// is still up looks at the day before.
const dayTurns = 4 * time.Hour

// Day is one day in full.
type Day struct {
	Day            oura.Day
	Today          oura.Day // by the ring's own clock
	Previous, Next oura.Day // "" at the first day, and at today
	Offset         string   // of the ring's clock in the morning, like +02:00; "" unknown
	HasData        bool     // anything is stored
	Scores         []Score  // sleep, readiness, activity
	Night          *Sleep   // the main sleep, nil without
	Body           []Figure
	Stress         Stress
	Movement       Movement
	Heart          Heart
	Week           []WeekDay // the seven days up to Day, oldest first
	Changes        []DayChange
	SyncedAt       time.Time
	RingAt         time.Time // of the newest reading of the ring, zero unknown
}

// Score is one of the three scores.
type Score struct {
	Type         oura.DataType
	ObjectID     string // "" without a document
	Score        Figure
	Before       Figure // of the day before
	Usual        Usual
	Contributors []Figure
	ReceivedAt   time.Time // when this revision came in
	Revisions    int
	Waits        Waits // why Score is not known
	Running      bool  // its day still runs: Score rises yet, so that it has no Before and no Usual
}

// Stress is daily stress and resilience.
type Stress struct {
	Known          bool
	High, Recovery Figure
	Summary        string // restored | normal | stressful | ""
	Resilience     string
	Waits          Waits
}

// WeekDay is one day of the week.
type WeekDay struct {
	Day    oura.Day
	Scores []Figure
}

var scored = []oura.DataType{oura.DailySleep, oura.DailyReadiness, oura.DailyActivity}

// runsThrough reports whether documents of a type grow until their day is over: half
// a day is held against nothing.
func runsThrough(dt oura.DataType) bool {
	return dt == oura.DailyActivity || dt == oura.DailyStress || dt == oura.HeartRate
}

// bodyFigures are told of a day's night and body.
var bodyFigures = []string{
	temperatureOfDay, "daily_readiness.temperature_trend_deviation", "sleep.average_breath", "daily_spo2.spo2_percentage.average",
	"daily_spo2.breathing_disturbance_index", "sleep.lowest_heart_rate", "sleep.average_heart_rate", "sleep.average_hrv",
	"daily_cardiovascular_age.vascular_age", "daily_cardiovascular_age.pulse_wave_velocity", "vo2_max.vo2_max",
}

// waitedFor are the types of which Day says why they are missing.
var waitedFor = []oura.DataType{oura.DailySleep, oura.DailyReadiness, oura.DailyActivity, oura.DailyStress, oura.HeartRate}

// Day reads a day, "" for the newest. Code: invalid.
func (r *Reader) Day(ctx context.Context, who Who, day oura.Day) (Day, error) {
	end, err := r.begin(ctx, who.UserID)
	if err != nil {
		return Day{}, err
	}
	defer end()
	today, err := r.today(ctx)
	if err != nil {
		return Day{}, err
	}
	d := today
	if day != "" {
		if d, err = askedDate(day); err != nil {
			return Day{}, err
		}
	}
	b := dayBuilder{r: r, who: who, d: d, today: today}
	err = b.build(ctx)
	return b.out, err
}

// dayBuilder puts a day together.
type dayBuilder struct {
	r        *Reader
	who      Who
	d, today date
	clock    *clock
	waits    map[oura.DataType]Waits
	out      Day
}

func (b *dayBuilder) build(ctx context.Context) (err error) {
	if b.clock, err = b.r.clock(ctx, b.d, b.d+1); err != nil {
		return err
	}
	if b.waits, err = b.r.waits(ctx, b.who, b.d, waitedFor...); err != nil {
		return err
	}
	for _, part := range []func(context.Context) error{
		b.frame, b.scores, b.night, b.body, b.stress, b.movement, b.heart, b.week, b.changes,
	} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (b *dayBuilder) frame(ctx context.Context) (err error) {
	spans, err := b.r.typeDays(ctx)
	if err != nil {
		return err
	}
	out := &b.out
	out.Day, out.Today, out.HasData = b.d.day(), b.today.day(), len(spans) > 0
	first := out.Day
	for _, span := range spans {
		first = min(first, span.first)
	}
	if first < out.Day {
		out.Previous = (b.d - 1).day()
	}
	if b.d < b.today {
		out.Next = (b.d + 1).day()
	}
	if b.clock.known {
		out.Offset = offsetText(b.clock.morning(b.d))
	}
	if out.SyncedAt, err = b.r.store.SyncedAt(ctx, b.who.UserID); err != nil {
		return err
	}
	out.RingAt, err = b.r.ringAt(ctx, spans)
	return err
}

// newest calls f for the document of a type and day that came last, if there is
// one. Its Data is valid until f returns.
func (b *dayBuilder) newest(ctx context.Context, dt oura.DataType, f func(oura.Document)) error {
	var last oura.Document
	err := b.r.store.EachDocument(ctx, b.who.UserID, dt, b.d.day(), b.d.day(), func(doc oura.Document) error {
		if doc.Data != nil && (last.Data == nil || !doc.FirstSeen.Before(last.FirstSeen)) {
			last = doc
			last.Data = append([]byte(nil), doc.Data...)
		}
		return nil
	})
	if err == nil && last.Data != nil {
		f(last)
	}
	return err
}

func (b *dayBuilder) scores(ctx context.Context) error {
	for _, dt := range scored {
		s, err := b.score(ctx, dt)
		if err != nil {
			return err
		}
		b.out.Scores = append(b.out.Scores, s)
	}
	return nil
}

func (b *dayBuilder) score(ctx context.Context, dt oura.DataType) (Score, error) {
	t, names := b.r.table(dt), partsOf(dt, "contributors.")
	m := catalogue[metricID(dt, "score")]
	none := blank(len(t.names))
	s := Score{Type: dt, Score: Figure{Metric: m}, Before: Figure{Metric: m}, Contributors: figuresOf(t, none, names...), Waits: b.waits[dt]}
	err := b.newest(ctx, dt, func(doc oura.Document) {
		cells := t.read(doc.Data)
		s.ObjectID, s.Revisions, s.ReceivedAt = doc.ObjectID, doc.Revisions, doc.FirstSeen
		s.Score, s.Contributors = figuresOf(t, cells, "score")[0], figuresOf(t, cells, names...)
		if s.Waits = unscored(s.Waits); s.Score.Known {
			s.Waits = WaitsNothing
		}
	})
	if err != nil {
		return s, err
	}
	if s.ObjectID != "" {
		if s.ReceivedAt, err = b.r.receivedAt(ctx, dt, s.ObjectID, s.ReceivedAt); err != nil {
			return s, err
		}
	}
	if s.Running = runsThrough(dt) && b.d >= b.today; s.Running {
		return s, nil
	}
	v, err := b.r.history(ctx, m, b.d-longDays, b.d)
	s.Before, s.Usual = figureOf(m, v.on(b.d-1)), m.rule.usualOn(v, b.d)
	return s, err
}

func (b *dayBuilder) night(ctx context.Context) error {
	periods, _, err := b.r.sleeps(ctx, b.d)
	if len(periods) > 0 && periods[0].Main {
		b.out.Night = &periods[0]
	}
	return err
}

func (b *dayBuilder) body(ctx context.Context) (err error) {
	list := make([]*Metric, len(bodyFigures))
	for i, id := range bodyFigures {
		list[i] = catalogue[id]
	}
	b.out.Body, err = b.r.figuresOn(ctx, b.d, list...)
	return err
}

func (b *dayBuilder) stress(ctx context.Context) error {
	t, out := b.r.table(oura.DailyStress), &b.out.Stress
	show := func(cells []float64) {
		both := figuresOf(t, cells, "stress_high", "recovery_high")
		out.High, out.Recovery = both[0], both[1]
		out.Known = both[0].Known || both[1].Known
	}
	show(blank(len(t.names)))
	out.Waits = b.waits[oura.DailyStress]
	err := b.newest(ctx, oura.DailyStress, func(doc oura.Document) {
		show(t.read(doc.Data))
		out.Summary = fieldsOf(doc.Data).word("day_summary", "restored", "normal", "stressful")
		if out.Waits = unscored(out.Waits); out.Known {
			out.Waits = WaitsNothing
		}
	})
	if err != nil {
		return err
	}
	return b.newest(ctx, oura.DailyResilience, func(doc oura.Document) {
		out.Resilience = fieldsOf(doc.Data).word("level", "limited", "adequate", "solid", "strong", "exceptional")
	})
}

func (b *dayBuilder) week(ctx context.Context) error {
	var lists []values
	for _, dt := range scored {
		v, err := b.r.values(ctx, catalogue[metricID(dt, "score")], b.d-6, b.d)
		if err != nil {
			return err
		}
		lists = append(lists, v)
	}
	for d := b.d - 6; d <= b.d; d++ {
		day := WeekDay{Day: d.day()}
		for i, dt := range scored {
			day.Scores = append(day.Scores, figureOf(catalogue[metricID(dt, "score")], lists[i].on(d)))
		}
		b.out.Week = append(b.out.Week, day)
	}
	return nil
}
