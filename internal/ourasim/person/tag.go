package person

import "oura-streaming/internal/oura"

type tagBody struct {
	ID        string   `json:"id"`
	Day       oura.Day `json:"day"`
	Text      *string  `json:"text"`
	Timestamp string   `json:"timestamp"`
	Tags      []string `json:"tags"`
}

// tagDocs writes the few notes of the deprecated kind, about one in six weeks.
func tagDocs(v *view) []Doc {
	d := v.p.roll(subjectTag, v.n)
	at := v.from(d.between(13, 19), 0).start
	if !d.chance(1.0/45) || !v.ordinary() || !v.has(at) {
		return nil
	}
	b := tagBody{ID: v.id(subjectTag, 0), Day: v.day, Timestamp: v.p.local(at), Tags: []string{}}
	if d.chance(0.7) {
		b.Tags = []string{pick(d, "tag_generic_nocaffeine", "tag_sleep_latemeal", "tag_generic_stress")}
	}
	if len(b.Tags) == 0 || d.chance(0.5) {
		b.Text = new(pick(d, "Long day", "Felt rested", "Garden work", "Sore legs"))
	}
	return []Doc{v.doc(oura.Tag, b.ID, at, b)}
}

type enhancedTagBody struct {
	ID          string    `json:"id"`
	TagTypeCode *string   `json:"tag_type_code"`
	StartTime   string    `json:"start_time"`
	EndTime     *string   `json:"end_time"`
	StartDay    oura.Day  `json:"start_day"`
	EndDay      *oura.Day `json:"end_day"`
	Comment     *string   `json:"comment"`
	CustomName  *string   `json:"custom_name"`
}

// note is something the person writes down; minutes 0 is a moment.
type note struct {
	code, custom, comment string
	hour, minutes         float64
}

func enhancedTags(v *view) []Doc {
	if !v.ordinary() {
		return nil
	}
	var out []Doc
	for k, n := range v.notes() {
		at := v.from(n.hour, n.minutes)
		if !v.has(at.end) {
			continue
		}
		b := v.noteBody(n, at)
		b.ID = v.id(subjectEnhancedTag, k)
		out = append(out, v.doc(oura.EnhancedTag, b.ID, at.end, b))
	}
	return out
}

// notes of a day, in the order of the clock.
func (v *view) notes() []note {
	d := v.p.roll(subjectEnhancedTag, v.n)
	var out []note
	add := func(yes bool, n note) {
		n.hour += d.between(0, 0.8)
		if yes {
			out = append(out, n)
		}
	}
	s := v.state
	add(s.illness > 0.3 && d.chance(0.6), note{code: "tag_generic_sick", hour: 12, comment: pick(d, "", "Sore throat", "Fever in the night")})
	add(d.chance(0.09), note{code: "tag_generic_nocaffeine", hour: 13})
	add(d.chance(0.03), note{comment: pick(d, "Slept with the window open", "Big presentation", "Neighbours were loud"), hour: 14})
	add(s.away && d.chance(0.25), note{code: "tag_generic_travel", hour: 15, minutes: 95})
	add(s.weekday == 0 && s.summer < 0.2 && d.chance(0.4), note{code: "custom", custom: "Sauna", hour: 17.5, minutes: 45})
	add(d.chance(0.06), note{code: "tag_sleep_latemeal", hour: 19})
	add(s.party > 0.3, note{code: "tag_sleep_alcohol", hour: 20, comment: pick(d, "", "", "Birthday of a friend")})
	return out
}

// noteBody: an empty code is a text-only tag; its type is null.
func (v *view) noteBody(n note, at span) enhancedTagBody {
	b := enhancedTagBody{StartTime: v.p.local(at.start), StartDay: v.day, Comment: &n.comment}
	if n.code != "" {
		b.TagTypeCode = &n.code
	}
	if n.custom != "" {
		b.CustomName = &n.custom
	}
	if n.minutes > 0 {
		b.EndTime, b.EndDay = new(v.p.local(at.end)), new(v.p.dateAt(at.end).day())
	}
	return b
}
