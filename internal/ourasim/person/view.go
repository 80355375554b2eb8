package person

import (
	"encoding/json"
	"time"

	"oura-streaming/internal/oura"
)

// view is one day as it stands at asOf. The costly parts are made once, on demand.
type view struct {
	p          *Person
	n          dayNum
	day        oura.Day
	asOf       int64
	begin, end int64 // from 04:00 to the next day's 04:00
	state      state
	night      span // before this day
	next       span // after it

	nap     []nap
	napMade bool
	work    []workout
	workOK  bool
	rest    *sleepRecord
	ready   *readinessPart
	met     *minutes
}

func (p *Person) view(n dayNum, asOf int64) *view {
	return &view{
		p: p, n: n, day: n.day(), asOf: asOf,
		begin: p.dayStart(n), end: p.dayStart(n + 1),
		state: p.state(n), night: p.window(n), next: p.window(n + 1),
	}
}

// awake is the span from getting up to going to bed.
func (v *view) awake() span { return span{v.night.end, v.next.start} }

// ordinary tells whether the day has roughly 24 hours: nobody trains on a day in the air.
func (v *view) ordinary() bool {
	return v.end-v.begin > 22*3600 && v.end-v.begin < 26*3600
}

// has tells whether something that is over at t exists already.
func (v *view) has(t int64) bool { return t <= v.asOf }

func (v *view) id(s subject, k int) string { return v.p.uuid(s, v.n, k) }

// doc wraps a body whose ID field is id; ready is when the ring had the facts.
func (v *view) doc(dt oura.DataType, id string, ready int64, body any) Doc {
	return Doc{Type: dt, ID: id, Day: v.day, JSON: encode(body), SyncedAt: v.synced(ready)}
}

// synced is when the phone brought to the cloud what was ready then: mostly within
// minutes, but one day in forty the phone stays away for up to three days.
func (v *view) synced(ready int64) time.Time {
	d := v.p.roll(subjectSync, v.n)
	lag := d.between(90, 1500)
	if d.chance(0.025) {
		lag += d.between(8, 70) * 3600
	}
	return time.Unix(min(ready+int64(lag), v.asOf), 0).UTC()
}

// midnight is the timestamp of daily_sleep and daily_readiness, whatever the zone.
func (v *view) midnight() string { return string(v.day) + "T00:00:00+00:00" }

// sample is a series inside a document. Numbers are written with one decimal, as Oura does.
type sample struct {
	Interval  json.RawMessage `json:"interval"`
	Items     json.RawMessage `json:"items"`
	Timestamp string          `json:"timestamp"`
}

// encode cannot fail: bodies hold strings, finite numbers and lists written here.
func encode(body any) json.RawMessage {
	out, err := json.Marshal(body)
	if err != nil {
		return json.RawMessage("null")
	}
	return out
}

// wholes writes samples as "52.0"; 0 stands for no measurement and becomes null.
func wholes(items []uint8) json.RawMessage {
	out := append(make([]byte, 0, 6*len(items)+2), '[')
	for i, x := range items {
		if i > 0 {
			out = append(out, ',')
		}
		if x == 0 {
			out = append(out, "null"...)
			continue
		}
		out = appendTenths(out, int(x)*10)
	}
	return append(out, ']')
}

// tenths writes samples given in tenths as "1.3"; 0 is a value here.
func tenths(items []uint8) json.RawMessage {
	out := append(make([]byte, 0, 5*len(items)+2), '[')
	for i, x := range items {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendTenths(out, int(x))
	}
	return append(out, ']')
}

func appendTenths(out []byte, x int) []byte {
	out = appendInt(out, x/10)
	return append(out, '.', byte('0'+x%10))
}
