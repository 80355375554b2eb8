package person

import (
	"encoding/json"
	"slices"
	"time"

	"oura-streaming/internal/oura"
)

// Options choose a life and the window onto it. To is "now": later days do not
// exist in Documents, and the day of To stands as far as it had come. The zero
// To is the present moment, the zero From five years before To.
type Options struct {
	Seed     int64
	From, To time.Time
}

// Person is a generator of records; see the package comment.
type Person struct {
	seed     int64
	from, to time.Time
	home     *time.Location
	years    []year // by calendar year, from firstYear
	id       string // user id, "id" of personal_info
}

// Doc is one document. Day is "" for ring_configuration. SyncedAt tells when the
// phone brought it to the cloud: mostly minutes after the fact, now and then
// days; never after the "now" it was asked for.
type Doc struct {
	Type     oura.DataType
	ID       string
	Day      oura.Day
	JSON     json.RawMessage
	SyncedAt time.Time
}

// Row is one row of a time series.
type Row struct {
	TimeMS int64
	JSON   json.RawMessage
}

// New prepares a person. It costs a few milliseconds; documents cost when asked for.
func New(opt Options) *Person {
	p := &Person{seed: opt.Seed, from: opt.From, to: opt.To}
	if p.to.IsZero() {
		p.to = time.Now()
	}
	if p.from.IsZero() {
		p.from = p.to.AddDate(-5, 0, 0)
	}
	z := loadZones()
	p.home = z.home
	p.years = planYears(p.seed, z)
	p.id = p.uuid(subjectProfile, 0, 0)
	return p
}

// Documents returns every document of the window: type by type in the order of
// oura.Fetchable, oldest first within a type.
func (p *Person) Documents() []Doc {
	return p.DocumentsBetween("", "")
}

// DocumentsBetween returns the documents whose day lies in [from, to], clipped to
// the window, in the order of Documents. An empty day leaves that side open. A
// ring, which has no day, comes with the day on which it was set up, or with
// the first day of the window if it is older.
func (p *Person) DocumentsBetween(from, to oura.Day) []Doc {
	return p.DocumentsAt(from, to, p.to)
}

// DocumentsAt is DocumentsBetween as the documents stand at now, which may lie
// after To: a demo that runs over midnight gets its new days here.
func (p *Person) DocumentsAt(from, to oura.Day, now time.Time) []Doc {
	return p.collect(makers, from, to, now)
}

// DocumentsOf returns the documents of one type, oldest first; none for a type
// that has no documents.
func (p *Person) DocumentsOf(dt oura.DataType) []Doc {
	for i, m := range makers {
		if m.dt == dt {
			return p.collect(makers[i:i+1], "", "", p.to)
		}
	}
	return nil
}

// Today returns the documents of the day that runs at now (04:00 to 04:00 where
// the person is), as they stand at now: activity and stress in progress, the
// night once it is over, a late nap that already counts for tomorrow.
func (p *Person) Today(now time.Time) []Doc {
	today := p.dayAt(now.Unix())
	return p.DocumentsAt(today.day(), (today + 1).day(), now)
}

// collect makes the days one after the other, so that the documents of a day share
// its view, and then puts them in order of type.
func (p *Person) collect(wanted []docMaker, from, to oura.Day, now time.Time) []Doc {
	byType := make([][]Doc, len(wanted))
	first, last := p.clip(from, to, now)
	for n := first; n <= last; n++ {
		v := p.view(n, now.Unix())
		for i, m := range wanted {
			byType[i] = append(byType[i], m.build(v)...)
		}
	}
	return slices.Concat(byType...)
}

// clip turns days into day numbers inside the life that has happened by now. The
// day after today is inside: an evening nap counts for it.
func (p *Person) clip(from, to oura.Day, now time.Time) (first, last dayNum) {
	first, last = p.firstDay(), p.dayAt(now.Unix())+1
	if n, ok := numOfDay(from); ok {
		first = max(first, n)
	}
	if n, ok := numOfDay(to); ok {
		last = min(last, n)
	}
	return first, last
}

func (p *Person) firstDay() dayNum { return numOf(p.from.In(p.home)) }

// docMaker writes the documents of one type with the day of a view, oldest first.
type docMaker struct {
	dt    oura.DataType
	build func(*view) []Doc
}

// makers stand in the order of oura.Fetchable.
var makers = []docMaker{
	{oura.DailyActivity, dailyActivity},
	{oura.DailyCardiovascularAge, dailyCardiovascularAge},
	{oura.DailyReadiness, dailyReadiness},
	{oura.DailyResilience, dailyResilience},
	{oura.DailySleep, dailySleep},
	{oura.DailySpO2, dailySpO2},
	{oura.DailyStress, dailyStress},
	{oura.EnhancedTag, enhancedTags},
	{oura.RestModePeriod, restModePeriods},
	{oura.RingConfiguration, ringConfigurations},
	{oura.Session, sessionDocs},
	{oura.Sleep, sleepDocs},
	{oura.SleepTime, sleepTimes},
	{oura.Tag, tagDocs},
	{oura.VO2Max, vo2Max},
	{oura.Workout, workoutDocs},
}
