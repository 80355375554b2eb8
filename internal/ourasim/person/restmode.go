package person

import "oura-streaming/internal/oura"

type restEpisode struct {
	Tags      []string `json:"tags"`
	Timestamp string   `json:"timestamp"`
}

type restModeBody struct {
	ID        string        `json:"id"`
	EndDay    *oura.Day     `json:"end_day"`
	EndTime   *string       `json:"end_time"`
	Episodes  []restEpisode `json:"episodes"`
	StartDay  oura.Day      `json:"start_day"`
	StartTime string        `json:"start_time"`
}

// restModePeriods opens a period on the first forenoon of an influenza; it is open
// until the last day of the illness, and a cold has none.
func restModePeriods(v *view) []Doc {
	for _, ill := range v.p.year(v.n).ills {
		if ill.from != v.n || ill.peak < 0.6 {
			continue
		}
		d := v.p.roll(subjectRestMode, v.n)
		start := v.from(d.between(9, 11.5), 0).start
		last := ill.from + dayNum(ill.days) - 1
		end := wall(last, d.between(9, 12), v.p.zone(last))
		if v.has(start) {
			b := v.restModeBody(start, end)
			return []Doc{v.doc(oura.RestModePeriod, b.ID, start, b)}
		}
	}
	return nil
}

func (v *view) restModeBody(start, end int64) restModeBody {
	b := restModeBody{
		ID: v.id(subjectRestMode, 0), StartDay: v.day, StartTime: v.p.local(start),
		Episodes: []restEpisode{{[]string{"tag_generic_sick", "tag_generic_fever"}, v.p.localMS(start)}},
	}
	if second := start + 2*86400; v.has(second) {
		b.Episodes = append(b.Episodes, restEpisode{[]string{"tag_generic_cold"}, v.p.localMS(second)})
	}
	if v.has(end) {
		b.EndTime, b.EndDay = new(v.p.local(end)), new(v.p.dateAt(end).day())
	}
	return b
}
