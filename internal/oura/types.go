package oura

import "slices"

// DataType names a kind of Oura data as webhooks and our own API spell it:
// lower case with underscores ("daily_sleep", "vo2_max").
type DataType string

// The types of API revision 1.37. Oura may send others; they are kept as they come.
const (
	DailyActivity          DataType = "daily_activity"
	DailyCardiovascularAge DataType = "daily_cardiovascular_age"
	DailyReadiness         DataType = "daily_readiness"
	DailyResilience        DataType = "daily_resilience"
	DailySleep             DataType = "daily_sleep"
	DailySpO2              DataType = "daily_spo2"
	DailyStress            DataType = "daily_stress"
	EnhancedTag            DataType = "enhanced_tag"
	HeartRate              DataType = "heartrate"
	Meal                   DataType = "meal"
	PersonalInfo           DataType = "personal_info"
	RestModePeriod         DataType = "rest_mode_period"
	RingBatteryLevel       DataType = "ring_battery_level"
	RingConfiguration      DataType = "ring_configuration"
	Session                DataType = "session"
	Sleep                  DataType = "sleep"
	SleepTime              DataType = "sleep_time"
	Tag                    DataType = "tag"
	VO2Max                 DataType = "vo2_max"
	Workout                DataType = "workout"
)

// Kind tells in which shape Oura offers a data type.
type Kind int

// A document collection has single-document routes; a series has only rows
// with a timestamp; a notice can be subscribed to but never fetched.
const (
	KindDocument Kind = iota + 1
	KindSeries
	KindPersonal
	KindNotice
)

// TypeInfo is what CONTRACT section 3.1 says of one type.
type TypeInfo struct {
	Type   DataType
	Path   string  // last element below /v2/usercollection/, "" without endpoint
	Kind   Kind    //
	Hook   bool    // webhooks can be subscribed for it
	Dated  bool    // the collection takes start_date and end_date
	Scopes []Scope // any one of these opens it; none: any token does
	Key    string  // JSON field whose instant the range query compares
	Day    string  // JSON field that holds the calendar day, "" without one
}

var catalogue = []TypeInfo{
	{DailyActivity, "daily_activity", KindDocument, true, true, []Scope{ScopeDaily}, "timestamp", "day"},
	{DailyCardiovascularAge, "daily_cardiovascular_age", KindDocument, true, true, []Scope{ScopeHeartHealth}, "day", "day"},
	{DailyReadiness, "daily_readiness", KindDocument, true, true, []Scope{ScopeDaily}, "day", "day"},
	{DailyResilience, "daily_resilience", KindDocument, true, true, []Scope{ScopeStress}, "day", "day"},
	{DailySleep, "daily_sleep", KindDocument, true, true, []Scope{ScopeDaily}, "day", "day"},
	{DailySpO2, "daily_spo2", KindDocument, true, true, []Scope{ScopeSpO2}, "day", "day"},
	{DailyStress, "daily_stress", KindDocument, true, true, []Scope{ScopeDaily, ScopeStress}, "day", "day"},
	{EnhancedTag, "enhanced_tag", KindDocument, true, true, []Scope{ScopeTag}, "start_time", "start_day"},
	{RestModePeriod, "rest_mode_period", KindDocument, true, true, []Scope{ScopeDaily}, "start_time", "start_day"},
	{RingConfiguration, "ring_configuration", KindDocument, true, false, []Scope{ScopeRingConfiguration}, "", ""},
	{Session, "session", KindDocument, true, true, []Scope{ScopeSession}, "start_datetime", "day"},
	{Sleep, "sleep", KindDocument, true, true, []Scope{ScopeDaily}, "bedtime_start", "day"},
	{SleepTime, "sleep_time", KindDocument, true, true, []Scope{ScopeDaily}, "day", "day"},
	{Tag, "tag", KindDocument, true, true, []Scope{ScopeTag}, "timestamp", "day"},
	{VO2Max, "vO2_max", KindDocument, true, true, []Scope{ScopeHeartHealth}, "day", "day"},
	{Workout, "workout", KindDocument, true, true, []Scope{ScopeWorkout}, "start_datetime", "day"},
	{HeartRate, "heartrate", KindSeries, false, false, []Scope{ScopeHeartRate}, "timestamp", ""},
	{RingBatteryLevel, "ring_battery_level", KindSeries, false, false, []Scope{ScopeRingConfiguration}, "timestamp", ""},
	{PersonalInfo, "personal_info", KindPersonal, false, false, nil, "", ""},
	{Meal, "", KindNotice, true, false, nil, "", ""},
}

// Catalogue returns all types known to this program, documents first.
func Catalogue() []TypeInfo { return slices.Clone(catalogue) }

// Lookup finds a type by its webhook spelling.
func Lookup(dt DataType) (TypeInfo, bool) {
	i := slices.IndexFunc(catalogue, func(t TypeInfo) bool { return t.Type == dt })
	if i < 0 {
		return TypeInfo{}, false
	}
	return catalogue[i], true
}

// Subscribable returns the types Oura takes in a webhook subscription,
// including meal, whose documents cannot be fetched.
func Subscribable() []DataType {
	return typesWhere(func(t TypeInfo) bool { return t.Hook })
}

// Fetchable returns the sixteen types that are announced by webhooks and have a
// single-document route.
func Fetchable() []DataType {
	return typesWhere(func(t TypeInfo) bool { return t.Hook && t.Kind == KindDocument })
}

func typesWhere(keep func(TypeInfo) bool) []DataType {
	var out []DataType
	for _, t := range catalogue {
		if keep(t) {
			out = append(out, t.Type)
		}
	}
	return out
}

// Operation is what happened to a document, as Oura's event_type says.
type Operation string

// The operations of the 1.37 document.
const (
	Create Operation = "create"
	Update Operation = "update"
	Delete Operation = "delete"
)

// Operations returns the three operations in the order of a document's life.
func Operations() []Operation { return []Operation{Create, Update, Delete} }
