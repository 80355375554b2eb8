package person

import (
	"encoding/json"
	"iter"
	"math"
	"time"

	"oura-streaming/internal/oura"
)

type ringBody struct {
	ID              string  `json:"id"`
	Color           string  `json:"color"`
	Design          *string `json:"design"`
	FirmwareVersion string  `json:"firmware_version"`
	HardwareType    string  `json:"hardware_type"`
	SetUpAt         string  `json:"set_up_at"`
	Size            int     `json:"size"`
}

// secondRing is 2024-10-19, the day on which a new ring replaced the first.
const secondRing dayNum = 20015

// ringConfigurations gives a ring with the day of its set-up, or with the first
// day of the window if it is older. The first ring was set up before Oura kept
// the date: 1970.
func ringConfigurations(v *view) []Doc {
	var out []Doc
	set := wall(secondRing, 18.2, v.p.home)
	if v.n == v.p.firstDay() {
		out = append(out, v.ringDoc(0, v.begin, ringBody{
			Color: "stealth_black", Design: new("heritage"), FirmwareVersion: "2.9.32", HardwareType: "gen3",
			SetUpAt: "1970-01-01T00:00:00+00:00", Size: 8,
		}))
	}
	if v.n == max(secondRing, v.p.firstDay()) && v.has(set) {
		out = append(out, v.ringDoc(1, set, ringBody{
			Color: "silver", FirmwareVersion: "3.4.4", HardwareType: "gen4",
			SetUpAt: time.Unix(set, 0).UTC().Format("2006-01-02T15:04:05+00:00"), Size: 8,
		}))
	}
	return out
}

func (v *view) ringDoc(k int, ready int64, b ringBody) Doc {
	b.ID = v.p.uuid(subjectRing, 0, k)
	doc := v.doc(oura.RingConfiguration, b.ID, ready, b)
	doc.Day = ""
	return doc
}

// ringAt is the id of the ring worn on day n.
func (p *Person) ringAt(n dayNum) string {
	if n < secondRing {
		return p.uuid(subjectRing, 0, 0)
	}
	return p.uuid(subjectRing, 0, 1)
}

// charge returns when the ring was charged on day n; that happens on one of the
// first three days of every five, in the morning.
func (p *Person) charge(n dayNum) (span, bool) {
	block := n / 5
	if n != block*5+dayNum(p.roll(subjectBattery, block).intn(3)) {
		return span{}, false
	}
	start := p.window(n).end + 45*60
	return span{start, start + 70*60}, true
}

// drain is how many percent the ring loses in a second.
const drain = 12.2 / 86400

// batteryAt is the charge in percent.
func (p *Person) batteryAt(t int64) float64 {
	for n := p.dayAt(t); ; n-- {
		c, ok := p.charge(n)
		switch {
		case !ok || t < c.start:
			continue
		case t >= c.end:
			return math.Max(0, 100-drain*float64(t-c.end))
		}
		before := p.batteryAt(c.start - 1)
		return before + (100-before)*float64(t-c.start)/float64(c.seconds())
	}
}

// Battery yields the battery level from from until to (not included), oldest
// first: every half hour, in the charger every ten minutes. It knows no "now":
// the caller ends the span there.
func (p *Person) Battery(from, to time.Time) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		first := max(from.Unix(), p.from.Unix())
		for n := p.dayAt(first); p.dayStart(n) < to.Unix(); n++ {
			for _, row := range p.batteryDay(n) {
				if row.TimeMS >= from.UnixMilli() && row.TimeMS >= first*1000 && row.TimeMS < to.UnixMilli() && !yield(row) {
					return
				}
			}
		}
	}
}

func (p *Person) batteryDay(n dayNum) []Row {
	if !p.worn(n) {
		return nil
	}
	var out []Row
	c, charged := p.charge(n)
	for t, end := p.dayStart(n), p.dayStart(n+1); t < end; t += 600 {
		in := charged && c.holds(t)
		if in || t%1800 == 0 {
			out = append(out, batteryRow(t, p.batteryAt(t), in))
		}
	}
	return out
}

type batteryBody struct {
	Timestamp     string `json:"timestamp"`
	TimestampUnix int64  `json:"timestamp_unix"`
	Charging      *bool  `json:"charging"`
	InCharger     *bool  `json:"in_charger"`
	Level         int    `json:"level"`
}

// batteryRow leaves charging unknown (null) while the ring is nearly full.
func batteryRow(t int64, level float64, in bool) Row {
	b := batteryBody{Timestamp: string(appendUTC(nil, t)), TimestampUnix: t * 1000, InCharger: &in, Level: int(math.Round(level))}
	if b.Level < 99 || !in {
		b.Charging = &in
	}
	return Row{TimeMS: t * 1000, JSON: json.RawMessage(encode(b))}
}

// appendUTC writes an instant as time series do: "2026-07-30T04:03:19.000Z".
func appendUTC(out []byte, t int64) []byte {
	return time.Unix(t, 0).UTC().AppendFormat(out, "2006-01-02T15:04:05.000Z")
}
