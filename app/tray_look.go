package app

import (
	"fmt"
	"time"

	"oura-streaming/app/tray"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

// look is how the program is doing, from the same sources as the window's status
// line. Its words hold until that time if nothing happens.
func (b *backend) look(now time.Time) (l tray.Look, until time.Time) {
	until = nextDay(now)
	e, err := b.live()
	if err != nil {
		view := (&StatusAPI{b}).withoutEngine(err)
		return tray.Look{State: status.State(view.State), Word: view.Word, Next: view.NextStep}, until
	}
	snap := e.Status().Snapshot()
	l = tray.Look{State: snap.State, Word: snap.Word + " since " + moment(snap.Since, now), Next: snap.NextStep, CanCopy: e.Address().URL != "", HasScreens: hasScreens(e)}
	if e.IsDemo() {
		l.Word = "Sample data: " + l.Word
	}
	_, l.Paused = e.Paused()
	if st, err := accountOf(b.ctx, e); err == nil {
		l.CanSync = st.UserID != ""
	}
	last, ages := b.lastEvent(e, now)
	l.LastEvent = last
	if !ages.IsZero() && ages.Before(until) {
		until = ages
	}
	return l, until
}

// lastEvent tells of the newest event, and when those words no longer hold; zero if
// they hold on.
func (b *backend) lastEvent(e *engine.Engine, now time.Time) (said string, until time.Time) {
	newest, err := e.Store().EventHeads(b.ctx, sqlite.EventFilter{Limit: 1})
	switch {
	case err != nil:
		return "", time.Time{} // the status tells what is wrong with the store
	case len(newest) == 0:
		return "No event yet", time.Time{}
	}
	at := newest[0].ReceivedAt
	age, until := ago(at, now)
	return typeName(newest[0].DataType) + ", " + age, until
}

// ago is an age in the largest fitting unit, and when it becomes another one: at
// the next full minute at the earliest.
func ago(at, now time.Time) (said string, until time.Time) {
	age := max(now.Sub(at), 0)
	count := func(unit time.Duration) (n int, next time.Time) {
		n = int(age / unit)
		return n, now.Add(time.Duration(n+1)*unit - age)
	}
	switch {
	case age < time.Minute:
		_, until = count(time.Minute)
		return "just now", until
	case age < time.Hour:
		n, next := count(time.Minute)
		return fmt.Sprintf("%d min ago", n), next
	case age < 48*time.Hour:
		n, next := count(time.Hour)
		return fmt.Sprintf("%d h ago", n), next
	}
	n, next := count(24 * time.Hour)
	return fmt.Sprintf("%d days ago", n), next
}

// moment is an instant of the past by the computer's clock: "09:12", "yesterday
// 09:12", "20 Nov, 09:12", with the year when it is another one.
func moment(at, now time.Time) string {
	at, now = at.In(now.Location()), now.Round(0)
	switch day, today := oura.DayOf(at), oura.DayOf(now); {
	case day == today:
		return at.Format("15:04")
	case day == today.Add(-1):
		return at.Format("yesterday 15:04")
	case at.Year() == now.Year():
		return at.Format("2 Jan, 15:04")
	}
	return at.Format("2 Jan 2006, 15:04")
}

// nextDay is the coming midnight: "09:12" is then "yesterday 09:12".
func nextDay(now time.Time) time.Time {
	return time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, now.Location())
}

// typeNames are what people call the data types; the page has the same.
var typeNames = map[oura.DataType]string{
	oura.DailyActivity:          "Daily activity",
	oura.DailyCardiovascularAge: "Cardiovascular age",
	oura.DailyReadiness:         "Daily readiness",
	oura.DailyResilience:        "Daily resilience",
	oura.DailySleep:             "Daily sleep",
	oura.DailySpO2:              "Blood oxygen",
	oura.DailyStress:            "Daily stress",
	oura.EnhancedTag:            "Enhanced tag",
	oura.HeartRate:              "Heart rate",
	oura.Meal:                   "Meal",
	oura.PersonalInfo:           "Personal info",
	oura.RestModePeriod:         "Rest mode",
	oura.RingBatteryLevel:       "Ring battery",
	oura.RingConfiguration:      "Ring",
	oura.Session:                "Session",
	oura.Sleep:                  "Sleep period",
	oura.SleepTime:              "Bedtime advice",
	oura.Tag:                    "Tag",
	oura.VO2Max:                 "VO₂ max",
	oura.Workout:                "Workout",
}

// typeName is what people call a data type; unknown ones keep their own name.
func typeName(dt oura.DataType) string {
	if name, ok := typeNames[dt]; ok {
		return name
	}
	return plain(string(dt))
}
