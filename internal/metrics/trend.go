package metrics

import (
	"context"
	"math"
	"slices"

	"oura-streaming/internal/oura"
)

// Trend is a metric over a range of days. Days without a value are left out.
type Trend struct {
	Metric   Metric
	From, To oura.Day
	Today    oura.Day   // by the ring's own clock
	Days     []oura.Day // rising
	Values   []float64
	BandDays []oura.Day // days that have a usual range, rising
	Bands    []Usual
	Apart    []oura.Day // days with a value that no usual range takes in, also such before From that could be in the first
	NotWorn  []oura.Day // days known to be without wear
	Summary  Span       // without a day that still runs
	Previous Span       // the same number of days before
	Change   Change
}

// Span sums up the values of some days.
type Span struct {
	From, To       oura.Day
	Count          int // days with a value
	Days           int // days of the range
	Median         float64
	Low, High      float64 // 10th and 90th percentile
	Min, Max       float64
	MinDay, MaxDay oura.Day // the older one where two are equal
}

// Trend reads a metric from from to to; "" stands for the first and the last day
// with anything of its type. Codes: not_found, invalid.
func (r *Reader) Trend(ctx context.Context, who Who, id string, from, to oura.Day) (Trend, error) {
	end, err := r.begin(ctx, who.UserID)
	if err != nil {
		return Trend{}, err
	}
	defer end()
	m, err := r.metric(ctx, id)
	if err != nil {
		return Trend{}, err
	}
	spans, err := r.typeDays(ctx)
	if err != nil {
		return Trend{}, err
	}
	out := Trend{Metric: *m}
	out.Metric.Days, out.Metric.FirstDay, out.Metric.LastDay = spans[m.Type].days, spans[m.Type].first, spans[m.Type].last
	today, err := r.today(ctx)
	if err != nil {
		return Trend{}, err
	}
	out.Today = today.day()
	first, last, err := rangeOf(today, spans[m.Type], from, to)
	if err != nil {
		return Trend{}, err
	}
	return out, r.course(ctx, m, first, last, today, &out)
}

// rangeOf reads the ends of a range.
func rangeOf(today date, span typeDays, from, to oura.Day) (first, last date, err error) {
	first, last = today, today
	if d, ok := dateOf(span.last); ok && d != today+1 { // this evening's nap belongs to tomorrow, where the chart need not end
		last = d
	}
	if d, ok := dateOf(span.first); ok {
		first = min(d, last)
	}
	if from != "" {
		if first, err = askedDate(from); err != nil {
			return 0, 0, err
		}
	}
	if to != "" {
		if last, err = askedDate(to); err != nil {
			return 0, 0, err
		}
	}
	if first > last {
		return 0, 0, &oura.Error{Code: oura.CodeInvalid, Message: "The range ends before it begins. Swap the two days."}
	}
	return first, last, nil
}

// askedDate reads a day that somebody asks for. Code: invalid.
func askedDate(day oura.Day) (date, error) {
	d, ok := dateOf(day)
	if !ok {
		return 0, &oura.Error{Code: oura.CodeInvalid, Message: "There is no such day. Write days like 2026-11-22."}
	}
	return d, nil
}

// course fills a trend. A day that still runs has its point, but half a day is
// neither summed up nor compared, unless there is no other.
func (r *Reader) course(ctx context.Context, m *Metric, first, last, today date, out *Trend) error {
	whole := last
	if runsThrough(m.Type) {
		whole = max(first, min(last, today-1))
	}
	length := whole - first + 1
	v, err := r.history(ctx, m, min(first-length, first-longDays), last)
	if err != nil {
		return err
	}
	out.From, out.To = first.day(), last.day()
	names := dayNames(first, last)
	for d := first; d <= last; d++ {
		if x := v.on(d); !math.IsNaN(x) {
			out.Days, out.Values = append(out.Days, names[d-first]), append(out.Values, x)
		}
	}
	m.rule.usuals(v, first, last, func(d date, u Usual) {
		if u.Known {
			out.BandDays, out.Bands = append(out.BandDays, names[d-first]), append(out.Bands, u)
		}
	})
	for d := first - longDays; d <= last; d++ {
		if v.isApart(d) && !math.IsNaN(v.on(d)) {
			out.Apart = append(out.Apart, d.day())
		}
	}
	after, before := v.between(first, whole), v.between(first-length, first-1)
	out.Summary, out.Previous = v.span(first, whole, after), v.span(first-length, first-1, before)
	out.Change = compare(after, before)
	out.NotWorn, err = r.store.NotWornDays(ctx, r.user, out.From, out.To)
	return err
}

func dayNames(first, last date) []oura.Day {
	out := make([]oura.Day, 0, last-first+1)
	for d := first; d <= last; d++ {
		out = append(out, d.day())
	}
	return out
}

// between lists what is known of [from, to].
func (v values) between(from, to date) []float64 {
	var out []float64
	for d := from; d <= to; d++ {
		if x := v.on(d); !math.IsNaN(x) {
			out = append(out, x)
		}
	}
	return out
}

// span sums up list, which is what is known of [from, to].
func (v values) span(from, to date, list []float64) Span {
	s := Span{From: from.day(), To: to.day(), Days: int(to-from) + 1, Count: len(list)}
	if len(list) == 0 {
		return s
	}
	sorted := slices.Sorted(slices.Values(list))
	s.Median, s.Low, s.High = middle(sorted), percentile(sorted, 0.1), percentile(sorted, 0.9)
	s.Min, s.Max = sorted[0], sorted[len(sorted)-1]
	for d := to; d >= from; d-- { // the oldest comes last
		if x := v.on(d); x == s.Min {
			s.MinDay = d.day()
		}
		if x := v.on(d); x == s.Max {
			s.MaxDay = d.day()
		}
	}
	return s
}
