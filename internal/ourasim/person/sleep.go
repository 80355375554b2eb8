package person

import (
	"math"

	"oura-streaming/internal/oura"
)

type sleepBody struct {
	ID                    string         `json:"id"`
	AverageBreath         *float64       `json:"average_breath"`
	AverageHeartRate      *float64       `json:"average_heart_rate"`
	AverageHRV            *int           `json:"average_hrv"`
	AwakeTime             int            `json:"awake_time"`
	BedtimeEnd            string         `json:"bedtime_end"`
	BedtimeStart          string         `json:"bedtime_start"`
	Day                   oura.Day       `json:"day"`
	DeepSleepDuration     int            `json:"deep_sleep_duration"`
	Efficiency            int            `json:"efficiency"`
	HeartRate             *sample        `json:"heart_rate"`
	HRV                   *sample        `json:"hrv"`
	Latency               int            `json:"latency"`
	LightSleepDuration    int            `json:"light_sleep_duration"`
	LowBatteryAlert       bool           `json:"low_battery_alert"`
	LowestHeartRate       *int           `json:"lowest_heart_rate"`
	Movement30Sec         string         `json:"movement_30_sec"`
	Period                int            `json:"period"`
	Readiness             *readinessPart `json:"readiness"`
	ReadinessScoreDelta   *int           `json:"readiness_score_delta"`
	RemSleepDuration      int            `json:"rem_sleep_duration"`
	RestlessPeriods       int            `json:"restless_periods"`
	RingID                string         `json:"ring_id"`
	SleepAlgorithmVersion string         `json:"sleep_algorithm_version"`
	SleepAnalysisReason   string         `json:"sleep_analysis_reason"`
	SleepPhase30Sec       string         `json:"sleep_phase_30_sec"`
	SleepPhase5Min        string         `json:"sleep_phase_5_min"`
	SleepScoreDelta       *int           `json:"sleep_score_delta"`
	TimeInBed             int            `json:"time_in_bed"`
	TotalSleepDuration    int            `json:"total_sleep_duration"`
	Type                  string         `json:"type"`
}

// sleepDocs writes the sleeps that count for the day: naps of the evening before
// that ended at or after 18:00, the night, the naps of the day itself.
func sleepDocs(v *view) []Doc {
	var out []Doc
	eve := v.p.view(v.n-1, v.asOf)
	for k, n := range eve.naps() {
		if v.p.sleepDay(n.end) == v.n {
			out = v.appendSleep(out, eve, eve.recordNap(n, k), k+1)
		}
	}
	if r := v.sleep(); r != nil {
		out = v.appendSleep(out, v, r, 0)
	}
	for k, n := range v.naps() {
		if v.p.sleepDay(n.end) == v.n {
			out = v.appendSleep(out, v, v.recordNap(n, k), k+1)
		}
	}
	return out
}

// sleepDay is the day a sleep counts for: the date of its end, the next one from 18:00 on.
func (p *Person) sleepDay(end int64) dayNum {
	n := p.dateAt(end)
	if p.hourAt(end) >= 18 {
		n++
	}
	return n
}

// appendSleep adds the document of r, which belongs to the view origin; its number
// there (0 for the night) makes the id.
func (v *view) appendSleep(out []Doc, origin *view, r *sleepRecord, k int) []Doc {
	if !v.has(r.end) {
		return out
	}
	b := v.sleepBody(r)
	b.ID, b.Period = origin.id(subjectStages, k), len(out)
	return append(out, v.doc(oura.Sleep, b.ID, r.end, b))
}

func (v *view) sleepBody(r *sleepRecord) sleepBody {
	d := seedDice(v.p.seed, subjectStages, r.start|1<<48)
	b := sleepBody{
		AverageBreath: new(round(eighths(13.6+1.5*v.state.illness+0.5*d.norm()), 3)),
		AwakeTime:     r.inBed() - r.asleep(),
		BedtimeStart:  v.p.local(r.start), BedtimeEnd: v.p.local(r.end), Day: v.day,
		DeepSleepDuration: r.deep, LightSleepDuration: r.light, RemSleepDuration: r.rem,
		Efficiency: r.efficiency(), Latency: r.latency, LowestHeartRate: &r.lowest,
		LowBatteryAlert: v.p.batteryAt(r.start) < 20,
		Movement30Sec:   string(r.moves), RestlessPeriods: r.restless, RingID: v.p.ringAt(v.n),
		SleepAlgorithmVersion: "v2", SleepAnalysisReason: pick(d, "foreground_sleep_analysis", "foreground_sleep_analysis", "background_sleep_analysis", "background_created_foreground_updated"),
		SleepPhase30Sec: string(r.stages), SleepPhase5Min: fiveMinutes(r.stages),
		TimeInBed: r.inBed(), TotalSleepDuration: r.asleep(), Type: v.p.sleepType(r),
	}
	v.addHeart(&b, r, d)
	v.addScores(&b, r)
	return b
}

func eighths(x float64) float64 { return math.Round(x*8) / 8 }

func (p *Person) sleepType(r *sleepRecord) string {
	switch {
	case r.long:
		return "long_sleep"
	case r.kind == napRejected:
		return "rest"
	case r.kind == napDeleted:
		return "deleted"
	case r.kind == napConfirmed && p.hourAt(r.end) >= 18:
		return "late_nap"
	}
	return "sleep"
}

func (v *view) addHeart(b *sleepBody, r *sleepRecord, d *dice) {
	if r.heart == nil {
		b.AverageHeartRate = new(eighths(v.p.restingRate(v.n) + 12 + d.norm()))
		return
	}
	start := v.p.localMS(r.start)
	b.HeartRate = &sample{[]byte("300.0"), wholes(r.heart), start}
	b.HRV = &sample{[]byte("300.0"), wholes(r.hrv), start}
	b.AverageHeartRate = new(eighths(mean(r.heart)))
	b.AverageHRV = new(int(math.Round(mean(r.hrv))))
}

func (v *view) addScores(b *sleepBody, r *sleepRecord) {
	if r.kind == napTiny {
		b.Readiness = v.emptyReadiness()
		return
	}
	if !r.long || r.kind == napFlight {
		if r.kind == napConfirmed {
			b.SleepScoreDelta, b.ReadinessScoreDelta = new(r.asleep()/900), new(r.asleep()/1200)
		}
		return
	}
	part := v.readiness()
	b.Readiness, b.SleepScoreDelta, b.ReadinessScoreDelta = &part, new(0), new(0)
}
