package metrics

import (
	"context"
	"encoding/json"
	"slices"

	"oura-streaming/internal/oura"
)

const (
	mostApart = 92 // days of one period or tag; who is ill or away for longer has another usual
	openApart = 30 // days of a period of which no end is known
)

// tagsApart are the tags whose days are no usual ones: METRICS §0. What a person
// calls a tag of his own is not judged.
var tagsApart = []string{"tag_generic_sick", "tag_generic_fever", "tag_generic_cold", "tag_generic_travel"}

// typesApart can tell of such days.
var typesApart = []oura.DataType{oura.RestModePeriod, oura.EnhancedTag, oura.Tag}

// setApart notes until which day a document tells of days that are no usual ones. They
// begin with the day of the document.
func (t *table) setApart(cells []float64, w *words, doc []byte) {
	most := date(mostApart)
	switch t.dt {
	case oura.RestModePeriod:
	case oura.EnhancedTag:
		if !slices.Contains(tagsApart, string(w.tag)) {
			return
		}
	case oura.Tag:
		var told struct {
			Day  oura.Day `json:"day"`
			Tags []string `json:"tags"`
		}
		if json.Unmarshal(doc, &told) != nil || !slices.ContainsFunc(told.Tags, func(tag string) bool { return slices.Contains(tagsApart, tag) }) {
			return
		}
		w.startDay, w.endDay = []byte(told.Day), []byte(told.Day)
	default:
		return
	}
	first, ok := dateOf(oura.Day(w.startDay))
	if !ok {
		return
	}
	last, ok := dateOf(oura.Day(w.endDay))
	if !ok && t.dt == oura.RestModePeriod { // it goes on
		last, most = lastDate, openApart
	}
	t.set(cells, colUntil, float64(min(max(first, last), first+most-1)))
}

// apart tells of each day of [from, to] whether it is none for a usual range: one of
// rest mode, or tagged as sick or as travel. nil stands for none. r.mu is held.
func (r *Reader) apart(ctx context.Context, from, to date) (out []bool, err error) {
	for _, dt := range typesApart {
		t := r.table(dt)
		until := t.columns[colUntil]
		err := r.each(ctx, dt, from-mostApart, to, func(d date, m *rows, first, end int) {
			for i := first; i < end; i++ {
				for at := max(d, from); float64(at) <= min(m.at(i, until), float64(to)); at++ { // none where that is NaN
					if out == nil {
						out = make([]bool, to-from+1)
					}
					out[at-from] = true
				}
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// history reads a metric as usual ranges need it: values of [from, to], and which of
// these days are left out.
func (r *Reader) history(ctx context.Context, m *Metric, from, to date) (values, error) {
	v, err := r.values(ctx, m, from, to)
	if err == nil {
		v.apart, err = r.apart(ctx, from, to)
	}
	return v, err
}
