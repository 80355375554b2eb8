package ourasim

import (
	"slices"

	"oura-streaming/internal/oura"
)

// collection is what the contract's section 3.1 says of one path below
// /v2/usercollection/. The table is read from the contract a second time on
// purpose: a slip in the client's own table must not hide behind the same slip here.
type collection struct {
	path   string
	typ    oura.DataType
	series bool
	hook   bool         // can be subscribed
	dated  bool         // takes start_date and end_date
	scopes []oura.Scope // any one opens it
	key    string       // field whose instant the range compares
}

func collections() []collection {
	daily := []oura.Scope{"daily"}
	heart := []oura.Scope{"heart_health"}
	ring := []oura.Scope{"ring_configuration"}
	return []collection{
		{path: "daily_sleep", typ: "daily_sleep", hook: true, dated: true, scopes: daily, key: "day"},
		{path: "daily_readiness", typ: "daily_readiness", hook: true, dated: true, scopes: daily, key: "day"},
		{path: "daily_activity", typ: "daily_activity", hook: true, dated: true, scopes: daily, key: "timestamp"},
		{path: "daily_spo2", typ: "daily_spo2", hook: true, dated: true, scopes: []oura.Scope{"spo2"}, key: "day"},
		{path: "daily_stress", typ: "daily_stress", hook: true, dated: true, scopes: []oura.Scope{"stress", "daily"}, key: "day"},
		{path: "sleep", typ: "sleep", hook: true, dated: true, scopes: daily, key: "bedtime_start"},
		{path: "workout", typ: "workout", hook: true, dated: true, scopes: []oura.Scope{"workout"}, key: "start_datetime"},
		{path: "session", typ: "session", hook: true, dated: true, scopes: []oura.Scope{"session"}, key: "start_datetime"},
		{path: "rest_mode_period", typ: "rest_mode_period", hook: true, dated: true, scopes: daily, key: "start_time"},
		{path: "tag", typ: "tag", hook: true, dated: true, scopes: []oura.Scope{"tag"}, key: "timestamp"},
		{path: "enhanced_tag", typ: "enhanced_tag", hook: true, dated: true, scopes: []oura.Scope{"tag"}, key: "start_time"},
		{path: "ring_configuration", typ: "ring_configuration", hook: true, scopes: ring},
		{path: "sleep_time", typ: "sleep_time", hook: true, dated: true, scopes: daily, key: "day"},
		{path: "daily_resilience", typ: "daily_resilience", hook: true, dated: true, scopes: []oura.Scope{"stress"}, key: "day"},
		{path: "daily_cardiovascular_age", typ: "daily_cardiovascular_age", hook: true, dated: true, scopes: heart, key: "day"},
		{path: "vO2_max", typ: "vo2_max", hook: true, dated: true, scopes: heart, key: "day"},
		{path: "heartrate", typ: "heartrate", series: true, scopes: []oura.Scope{"heartrate"}, key: "timestamp"},
		{path: "ring_battery_level", typ: "ring_battery_level", series: true, scopes: ring, key: "timestamp"},
		{path: "personal_info", typ: "personal_info"},
	}
}

func collectionAt(path string) (collection, bool) {
	return find(func(c collection) bool { return c.path == path })
}

func collectionOf(dt oura.DataType) (collection, bool) {
	return find(func(c collection) bool { return c.typ == dt })
}

func find(is func(collection) bool) (collection, bool) {
	all := collections()
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i], true
	}
	return collection{}, false
}

// hookTypes are the seventeen values of data_type in a subscription, in the
// order of the API document.
func hookTypes() []string {
	return []string{
		"tag", "enhanced_tag", "workout", "session", "sleep", "daily_sleep", "daily_readiness", "daily_activity",
		"daily_spo2", "sleep_time", "rest_mode_period", "ring_configuration", "daily_stress",
		"daily_cardiovascular_age", "daily_resilience", "vo2_max", "meal",
	}
}
