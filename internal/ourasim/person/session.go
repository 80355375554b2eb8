package person

import "oura-streaming/internal/oura"

type session struct {
	span
	kind string
}

// sessions returns the guided moment of the day, if there was one: a few minutes
// late in the evening, now and then before lunch.
func (v *view) sessions() []session {
	d := v.p.roll(subjectSession, v.n)
	share := 0.16
	if v.state.summer < 0 {
		share = 0.24
	}
	hour, minutes := 11.4+d.norm()*0.3, d.between(4, 15)
	kind := pick(d, "breathing", "breathing", "meditation", "meditation", "meditation", "relaxation", "rest", "body_status", "nap")
	if !d.chance(share) || !v.p.worn(v.n) || !v.ordinary() {
		return nil
	}
	s := v.from(hour, minutes)
	if d.chance(0.75) {
		s = span{v.next.start - 3900, v.next.start - 3900 + int64(minutes*60)}
	}
	if !v.fits(s, 40*60) || v.p.dateAt(s.start) != v.n || meetsAny(s, v.workouts()) || v.napping(s) {
		return nil
	}
	return []session{{s, kind}}
}

func (v *view) napping(s span) bool {
	for _, n := range v.naps() {
		if s.meets(n.span) {
			return true
		}
	}
	return false
}

type sessionBody struct {
	ID                   string   `json:"id"`
	Day                  oura.Day `json:"day"`
	StartDatetime        string   `json:"start_datetime"`
	EndDatetime          string   `json:"end_datetime"`
	Type                 string   `json:"type"`
	HeartRate            *sample  `json:"heart_rate"`
	HeartRateVariability *sample  `json:"heart_rate_variability"`
	Mood                 *string  `json:"mood"`
	MotionCount          *sample  `json:"motion_count"`
}

func sessionDocs(v *view) []Doc {
	var out []Doc
	for k, s := range v.sessions() {
		if v.has(s.end) {
			b := v.sessionBody(s, k)
			out = append(out, v.doc(oura.Session, b.ID, s.end, b))
		}
	}
	return out
}

func (v *view) sessionBody(s session, k int) sessionBody {
	d := seedDice(v.p.seed, subjectSession, int64(v.n)|1<<40)
	b := sessionBody{
		ID: v.id(subjectSession, k), Day: v.day, Type: s.kind,
		StartDatetime: v.p.local(s.start), EndDatetime: v.p.local(s.end),
	}
	if mood := pick(d, "", "", "bad", "worse", "same", "good", "good", "great"); mood != "" {
		b.Mood = &mood
	}
	items := int(s.seconds()/5) + 1
	b.MotionCount = v.fiveSeconds(s, motion(d, items))
	if d.chance(0.85) { // without contact to the skin both are missing
		heart, hrv := v.calming(d, items)
		b.HeartRate, b.HeartRateVariability = v.fiveSeconds(s, heart), v.fiveSeconds(s, hrv)
	}
	return b
}

func (v *view) fiveSeconds(s session, items []uint8) *sample {
	return &sample{[]byte("5.0"), wholes(items), v.p.localMS(s.start)}
}

func motion(d *dice, items int) []uint8 {
	out := make([]uint8, items)
	for i := range out {
		out[i] = uint8(1 + d.intn(32))
	}
	return out
}

// calming lets the heart slow down; the first readings are missing until the
// sensor has settled, for variability some more.
func (v *view) calming(d *dice, items int) (heart, hrv []uint8) {
	heart, hrv = make([]uint8, items), make([]uint8, items)
	rest, level := v.p.restingRate(v.n)+12, v.p.hrvLevel(v.n)
	for i := range items {
		calm := float64(i) / float64(items)
		if i >= 3 {
			heart[i] = uint8(clamp(rest-6*calm+1.5*d.norm(), 40, 180))
		}
		if i >= 8 {
			hrv[i] = uint8(clamp(level*(0.8+0.5*calm)+6*d.norm(), 5, 200))
		}
	}
	return heart, hrv
}
