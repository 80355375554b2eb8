package metrics

import (
	"strings"

	"oura-streaming/internal/oura"
)

// Unit is what a metric counts in. "" stands for scores, indices and counts.
type Unit string

// The units.
const (
	UnitNone       Unit = ""
	UnitBPM        Unit = "bpm"
	UnitMS         Unit = "ms"
	UnitPerMinute  Unit = "/min"
	UnitCelsius    Unit = "°C"
	UnitPercent    Unit = "%"
	UnitSeconds    Unit = "s"
	UnitKcal       Unit = "kcal"
	UnitMetres     Unit = "m"
	UnitSpeed      Unit = "m/s"
	UnitSteps      Unit = "steps"
	UnitYears      Unit = "years"
	UnitVO2        Unit = "ml/kg/min"
	UnitMET        Unit = "MET"
	UnitMETMinutes Unit = "MET·min"
)

// PerDay tells how several values of a day become one.
type PerDay string

// Only: there is one a day; of more the last that came in counts. Main: that of
// the main sleep.
const (
	PerDayOnly PerDay = "only"
	PerDayMain PerDay = "main"
	PerDaySum  PerDay = "sum"
	PerDayMean PerDay = "mean"
)

// Metric is one numeric field of a type.
type Metric struct {
	ID     string // type and field, joined by a dot
	Type   oura.DataType
	Field  string // path inside the document: contributors.deep_sleep
	Name   string
	Unit   Unit
	PerDay PerDay
	Digits int  // decimals worth showing
	Known  bool // named in the catalogue; false: a number found in documents

	Days     int // days of the type that are stored
	FirstDay oura.Day
	LastDay  oura.Day

	rule rule
}

// rule is how the values of a metric are read and how far they scatter at least.
type rule struct {
	floor    float64 // least half width of the usual range, in the unit; of logarithms with log
	log      bool    // skewed: handled as natural logarithms
	swing    float64 // half width in standard deviations around the mean, 0: by median and MAD
	least    float64 // with log: what is smaller counts as this, 0: is left out
	positive bool    // 0 and less stand for "no measurement"
	none     float64 // another value that stands for it, 0: there is none
}

// means reports whether v is a measurement.
func (r rule) means(v float64) bool {
	return (!r.positive || v > 0) && (r.none == 0 || v != r.none)
}

// metricID joins a type and a field.
func metricID(dt oura.DataType, field string) string { return string(dt) + "." + field }

// splitID is the other way round. Types have no dots.
func splitID(id string) (dt oura.DataType, field string) {
	name, field, _ := strings.Cut(id, ".")
	return oura.DataType(name), field
}

// Figure is one number with its metric.
type Figure struct {
	Metric *Metric
	Known  bool
	Value  float64 // 0 unless Known
}

// Usual is a person's own usual range of a metric: middle and limits over the days
// before the one it is held against.
type Usual struct {
	Known          bool
	Low, Mid, High float64
	Days           int // with a value in the window
	Needs          int // days more until there is a range, 0 when Known
	scale          float64
}
