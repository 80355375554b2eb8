package app

// FigureView is one number with its name. What is not known has Known false; its
// Value means nothing then.
type FigureView struct {
	ID    string  `json:"id"` // of the metric: sleep.average_hrv
	Name  string  `json:"name"`
	Unit  string  `json:"unit"` // "" for scores and counts; see metrics.Unit
	Known bool    `json:"known"`
	Value float64 `json:"value"`

	Digits int `json:"digits"` // decimals worth showing
}

// UsualView is a person's own usual range of a figure: middle and limits over
// the days before it.
type UsualView struct {
	Known bool    `json:"known"` // false with less than the least data
	Low   float64 `json:"low"`
	Mid   float64 `json:"mid"`
	High  float64 `json:"high"`
	Days  int     `json:"days"`  // days with a value in the window
	Needs int     `json:"needs"` // days more until there is a range; 0 when Known
}

// LineView is a course of readings. Neighbours further apart than StepMs are a gap.
type LineView struct {
	Unit   string    `json:"unit"`
	StepMs int64     `json:"stepMs"`
	AtMs   []int64   `json:"atMs"`   // rising
	Values []float64 `json:"values"` // one for each of AtMs
}

// RunView is a stretch of time in one class.
type RunView struct {
	Class  int   `json:"class"`
	FromMs int64 `json:"fromMs"`
	ToMs   int64 `json:"toMs"`
}

// ScoreView is one of the three scores of a day.
type ScoreView struct {
	DataType     string       `json:"dataType"`
	ObjectID     string       `json:"objectId"` // "" without a document
	Score        FigureView   `json:"score"`
	Before       FigureView   `json:"before"` // of the day before
	Usual        UsualView    `json:"usual"`
	Contributors []FigureView `json:"contributors"`
	ReceivedAt   string       `json:"receivedAt"` // when this revision came in
	Revisions    int          `json:"revisions"`
	Waits        string       `json:"waits"`   // why Score is not known: see metrics.Waits; "" when it is
	Running      bool         `json:"running"` // its day still runs: Score rises yet, Before and Usual are not held against it
}

// DayView is the screen Today, of any day.
type DayView struct {
	Day         string        `json:"day"`
	Today       string        `json:"today"` // by the ring's own clock
	PreviousDay string        `json:"previousDay"`
	NextDay     string        `json:"nextDay"` // "" at today
	Offset      string        `json:"offset"`  // of the ring's clock on that day, like +02:00; "" unknown
	HasData     bool          `json:"hasData"` // false: nothing at all is stored
	Scores      []ScoreView   `json:"scores"`  // sleep, readiness, activity
	HasNight    bool          `json:"hasNight"`
	Night       SleepView     `json:"night"` // the main sleep
	Body        []FigureView  `json:"body"`  // of the night: temperature deviation, breathing, blood oxygen, ...
	Stress      StressView    `json:"stress"`
	Movement    MovementView  `json:"movement"`
	Heart       HeartView     `json:"heart"`
	Week        []WeekDayView `json:"week"`    // the seven days up to Day, oldest first
	Changes     []ChangeView  `json:"changes"` // against the day before, the most notable first
	SyncedAt    string        `json:"syncedAt"`
	RingAt      string        `json:"ringAt"` // instant of the newest reading of the ring; "" unknown
}

// StressView is daily stress and resilience.
type StressView struct {
	Known      bool       `json:"known"`
	High       FigureView `json:"high"`     // seconds
	Recovery   FigureView `json:"recovery"` // seconds
	Summary    string     `json:"summary"`  // restored | normal | stressful | ""
	Resilience string     `json:"resilience"`
	Waits      string     `json:"waits"`
}

// MovementView is the day's activity. Classes are those of class_5_min: 0 not
// worn, 1 rest, 2 inactive, 3 low, 4 medium, 5 high.
type MovementView struct {
	Known   bool         `json:"known"`
	FromMs  int64        `json:"fromMs"` // 04:00 by the ring's clock
	ToMs    int64        `json:"toMs"`
	Steps   FigureView   `json:"steps"`
	Figures []FigureView `json:"figures"` // energy, distance, times by class, non-wear
	Runs    []RunView    `json:"runs"`
	Met     LineView     `json:"met"` // means over five minutes
	Waits   string       `json:"waits"`
}

// HeartView is the heart rate through a day: means over five minutes, with the
// least and the greatest reading beside them.
type HeartView struct {
	Known   bool      `json:"known"`
	FromMs  int64     `json:"fromMs"`
	ToMs    int64     `json:"toMs"`
	Line    LineView  `json:"line"`
	Low     []float64 `json:"low"`  // one for each of Line.AtMs
	High    []float64 `json:"high"` // one for each of Line.AtMs
	Lowest  float64   `json:"lowest"`
	Highest float64   `json:"highest"`
	Waits   string    `json:"waits"`
}

// WeekDayView is one day of the week strip.
type WeekDayView struct {
	Day    string       `json:"day"`
	Scores []FigureView `json:"scores"` // sleep, readiness, activity
}

// ChangeView is a figure that differs from the day before.
type ChangeView struct {
	Figure FigureView `json:"figure"`
	Before float64    `json:"before"`
	Usual  UsualView  `json:"usual"`
}

// SleepView is one sleep period. Stages are 1 deep, 2 light, 3 REM, 4 awake.
type SleepView struct {
	ObjectID    string        `json:"objectId"`
	Day         string        `json:"day"`
	Type        string        `json:"type"` // long_sleep | sleep | late_nap | ""
	Main        bool          `json:"main"`
	Start       string        `json:"start"` // with the offset of that moment
	End         string        `json:"end"`
	FromMs      int64         `json:"fromMs"`
	ToMs        int64         `json:"toMs"`
	Stages5     []RunView     `json:"stages5"`
	Stages30    []RunView     `json:"stages30"`
	Movement    []RunView     `json:"movement"` // 1 none ... 4 active
	HeartRate   LineView      `json:"heartRate"`
	HRV         LineView      `json:"hrv"`
	Totals      []StageTotal  `json:"totals"`
	Figures     []NightFigure `json:"figures"`
	ReceivedAt  string        `json:"receivedAt"`
	Revisions   int           `json:"revisions"`
	HasRecovery bool          `json:"hasRecovery"`
	Recovery    []FigureView  `json:"recovery"` // contributors of the readiness inside
}

// StageTotal is the time in one stage, in seconds: as Oura states it, and as
// counted from the two strings. Negative where there is none.
type StageTotal struct {
	Stage     string  `json:"stage"` // deep | light | rem | awake | asleep | in_bed
	Stated    float64 `json:"stated"`
	Counted5  float64 `json:"counted5"`
	Counted30 float64 `json:"counted30"`
}

// NightFigure is one figure of a night beside the person's usual range.
type NightFigure struct {
	Figure FigureView `json:"figure"`
	Usual  UsualView  `json:"usual"`
}

// NightView is the screen Night: all sleep of a day.
type NightView struct {
	Day         string      `json:"day"`
	Today       string      `json:"today"`       // by the ring's own clock
	PreviousDay string      `json:"previousDay"` // nearest with sleep, "" without
	NextDay     string      `json:"nextDay"`
	FirstDay    string      `json:"firstDay"`
	LastDay     string      `json:"lastDay"`
	Periods     []SleepView `json:"periods"`  // the main sleep first, then by time
	Waits       string      `json:"waits"`    // why Periods is empty
	Excluded    int         `json:"excluded"` // periods that the user rejected or deleted, not shown
}

// MetricView is one numeric field of a type.
type MetricView struct {
	ID       string `json:"id"`
	DataType string `json:"dataType"`
	Field    string `json:"field"` // contributors.deep_sleep
	Name     string `json:"name"`
	Unit     string `json:"unit"`
	PerDay   string `json:"perDay"` // how several of a day become one: only | main | sum | mean
	Digits   int    `json:"digits"` // decimals worth showing
	Days     int    `json:"days"`   // days of the type that are stored
	FirstDay string `json:"firstDay"`
	LastDay  string `json:"lastDay"`
	Known    bool   `json:"known"` // named here; false: a number found in the documents
}

// TrendView is a metric over a range of days. Days without a value are left out.
type TrendView struct {
	Metric   MetricView `json:"metric"`
	From     string     `json:"from"`
	To       string     `json:"to"`
	Today    string     `json:"today"` // by the ring's own clock
	Days     []string   `json:"days"`  // rising
	Values   []float64  `json:"values"`
	BandDays []string   `json:"bandDays"` // days that have a usual range, rising
	Low      []float64  `json:"low"`
	Mid      []float64  `json:"mid"`
	High     []float64  `json:"high"`
	Apart    []string   `json:"apart"`   // days with a value that no usual range takes in: rest mode, sick, travel
	NotWorn  []string   `json:"notWorn"` // days known to be without wear
	Summary  SpanView   `json:"summary"`
	Previous SpanView   `json:"previous"` // the same number of days before
	Change   ChangeSpan `json:"change"`
}

// SpanView sums up the values of some days.
type SpanView struct {
	From   string  `json:"from"`
	To     string  `json:"to"`
	Count  int     `json:"count"` // days with a value
	Days   int     `json:"days"`  // days of the range
	Median float64 `json:"median"`
	Low    float64 `json:"low"`  // 10th percentile
	High   float64 `json:"high"` // 90th percentile
	Min    float64 `json:"min"`
	MinDay string  `json:"minDay"`
	Max    float64 `json:"max"`
	MaxDay string  `json:"maxDay"`
}

// ChangeSpan compares two periods.
type ChangeSpan struct {
	Known bool    `json:"known"` // 14 values on each side
	Shift float64 `json:"shift"` // Hodges-Lehmann, of Summary against Previous
	Low   float64 `json:"low"`   // 95 % interval
	High  float64 `json:"high"`
	Delta float64 `json:"delta"` // Cliff's delta, -1 to 1
	Needs int     `json:"needs"` // days more that the poorer side needs
}

// RevisionView is one stored revision of a document.
type RevisionView struct {
	Seq        int64  `json:"seq"`
	EventType  string `json:"eventType"`
	Source     string `json:"source"`
	ReceivedAt string `json:"receivedAt"`
}

// SavedFilter is a filter of the stream with a name.
type SavedFilter struct {
	Name       string   `json:"name"`
	DataTypes  []string `json:"dataTypes"`
	EventTypes []string `json:"eventTypes"`
	Sources    []string `json:"sources"`
	Query      string   `json:"query"`
}
