package metrics

import (
	"context"
	"math"
	"slices"

	"oura-streaming/internal/oura"
)

// values are one metric on the days from first on; NaN where nothing is known.
type values struct {
	first date
	list  []float64
	apart []bool // days that are left out of usual ranges; nil for none
}

// usually is what a usual range takes in of a day, NaN for nothing.
func (v values) usually(d date) float64 {
	if v.isApart(d) {
		return math.NaN()
	}
	return v.on(d)
}

func (v values) isApart(d date) bool {
	i := int(d - v.first)
	return i >= 0 && i < len(v.apart) && v.apart[i]
}

func (v values) on(d date) float64 {
	if i := int(d - v.first); i >= 0 && i < len(v.list) {
		return v.list[i]
	}
	return math.NaN()
}

// values reads a metric on the days of [from, to]. r.mu is held.
func (r *Reader) values(ctx context.Context, m *Metric, from, to date) (values, error) {
	out := values{first: from, list: blank(max(0, int(to-from)+1))}
	t := r.table(m.Type)
	err := r.each(ctx, m.Type, from, to, func(d date, rows *rows, first, end int) {
		// Looked up here: the column of a found field may have come with these rows.
		if c, ok := t.columns[m.Field]; ok {
			out.list[d-from] = m.ofDay(t, rows, first, end, c)
		}
	})
	return out, err
}

// ofDay makes one value of a day's documents, NaN without any.
func (m *Metric) ofDay(t *table, rows *rows, first, end, column int) float64 {
	if m.PerDay == PerDayMain {
		i := mainSleep(t, rows, first, end)
		if i < 0 {
			return math.NaN()
		}
		return m.rule.clean(rows.at(i, column))
	}
	out := math.NaN()
	for i := first; i < end; i++ {
		v := m.rule.clean(rows.at(i, column))
		switch {
		case math.IsNaN(v):
		case m.PerDay == PerDaySum && !math.IsNaN(out):
			out += v
		default:
			out = v
		}
	}
	return out
}

// clean gives NaN for what is no measurement.
func (r rule) clean(v float64) float64 {
	if !r.means(v) {
		return math.NaN()
	}
	return v
}

// metric finds a metric by its id. r.mu is held. Code: not_found.
func (r *Reader) metric(ctx context.Context, id string) (*Metric, error) {
	if m := catalogue[id]; m != nil {
		return m, nil
	}
	dt, field := splitID(id)
	info, known := oura.Lookup(dt)
	if known && info.Dated && isField(field) {
		if err := r.readAll(ctx, dt); err != nil {
			return nil, err
		}
		if _, ok := r.table(dt).columns[field]; ok {
			return found(dt, field), nil
		}
	}
	return nil, &oura.Error{Code: oura.CodeNotFound, Message: "There is no such number among your data. Choose another one."}
}

// readAll reads all months of a type.
func (r *Reader) readAll(ctx context.Context, dt oura.DataType) error {
	spans, err := r.typeDays(ctx)
	if err != nil {
		return err
	}
	first, ok1 := dateOf(spans[dt].first)
	last, ok2 := dateOf(spans[dt].last)
	if !ok1 || !ok2 {
		return nil
	}
	return r.each(ctx, dt, first, last, func(date, *rows, int, int) {})
}

// Metrics returns every numeric field there is: the named ones, and those that were
// found in the documents read so far, which are all once Serve has been through.
func (r *Reader) Metrics(ctx context.Context, who Who) ([]Metric, error) {
	end, err := r.begin(ctx, who.UserID)
	if err != nil {
		return nil, err
	}
	defer end()
	spans, err := r.typeDays(ctx)
	if err != nil {
		return nil, err
	}
	var out []Metric
	for _, dt := range listed(spans) {
		span := spans[dt]
		for _, e := range named[dt] {
			out = append(out, *catalogue[metricID(dt, e.field)])
		}
		extra, err := r.extra(ctx, dt, span)
		if err != nil {
			return nil, err
		}
		for _, field := range extra {
			out = append(out, *found(dt, field))
		}
	}
	for i := range out {
		span := spans[out[i].Type]
		out[i].Days, out[i].FirstDay, out[i].LastDay = span.days, span.first, span.last
	}
	return out, nil
}

// listed are the types of the catalogue, and then those of which more is stored.
func listed(spans map[oura.DataType]typeDays) []oura.DataType {
	out := slices.Clone(shown)
	for _, info := range oura.Catalogue() {
		if _, ok := spans[info.Type]; ok && info.Dated && !slices.Contains(out, info.Type) {
			out = append(out, info.Type)
		}
	}
	return out
}

// extra lists the fields of a type that the catalogue does not name, by name.
func (r *Reader) extra(ctx context.Context, dt oura.DataType, span typeDays) ([]string, error) {
	if d, ok := dateOf(span.last); ok {
		if _, err := r.month(ctx, dt, d.month()); err != nil {
			return nil, err
		}
	}
	t := r.table(dt)
	out := slices.Clone(t.names[len(hidden)+len(named[dt]):])
	slices.Sort(out)
	return out, nil
}

// typeDays tells of which types something is stored. r.mu is held.
func (r *Reader) typeDays(ctx context.Context) (map[oura.DataType]typeDays, error) {
	if r.spans != nil {
		return r.spans, nil
	}
	spans := map[oura.DataType]typeDays{}
	err := r.store.EachTypeDays(ctx, r.user, firstDate.day(), lastDate.day(), func(dt oura.DataType, days int, first, last oura.Day) {
		spans[dt] = typeDays{days, first, last}
	})
	if err == nil {
		r.spans = spans
	}
	return spans, err
}
