package app

import "oura-streaming/internal/oura"

// HealthAPI reads what is stored as days, nights and courses over months: the
// screens Today, Night and Trends.
type HealthAPI struct{ b *backend }

// Day returns the screen Today of a day, "" for the newest.
func (a *HealthAPI) Day(day string) (DayView, error) {
	return DayView{}, notYet()
}

// Night returns all sleep of a day, "" for the newest that has any.
func (a *HealthAPI) Night(day string) (NightView, error) {
	return NightView{}, notYet()
}

// Metrics returns every numeric field there is.
func (a *HealthAPI) Metrics() ([]MetricView, error) {
	return []MetricView{}, notYet()
}

// Trend returns a metric from from to to; "" for the first and the last day.
func (a *HealthAPI) Trend(metric, from, to string) (TrendView, error) {
	return TrendView{}, notYet()
}

// SaveTrend asks for a place and writes days and values there as CSV; it returns
// the file's name, "" when no place was chosen.
func (a *HealthAPI) SaveTrend(metric, from, to string) (string, error) {
	return "", notYet()
}

// SavePicture asks for a place and writes a picture there: name without ending,
// png in base64. It returns the file's name, "" when no place was chosen.
func (a *HealthAPI) SavePicture(name, png string) (string, error) {
	return "", notYet()
}

func notYet() error {
	return &oura.Error{Code: oura.CodeUnavailable, Message: "This is not built yet."}
}
