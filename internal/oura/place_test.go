package oura

import (
	"testing"
	"time"
)

func TestPlace_ReadsDayAndKeyOrNothing(t *testing.T) {
	evening := time.Date(2026, 11, 21, 23, 30, 0, 0, time.FixedZone("", 2*3600))
	midnight := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	cases := []struct {
		name string
		dt   DataType
		doc  string
		day  Day
		key  time.Time
	}{
		{"a night keyed to the evening before", Sleep, `{"day":"2026-11-22","bedtime_start":"2026-11-21T23:30:00+02:00"}`, "2026-11-22", evening},
		{"a daily score keyed to its day", DailySleep, `{"day":"2026-11-22","score":null}`, "2026-11-22", midnight},
		{"a tag has start_day", EnhancedTag, `{"start_day":"2026-11-22","start_time":"2026-11-22T00:00:00Z"}`, "2026-11-22", midnight},
		{"no fields", DailySleep, `{}`, "", time.Time{}},
		{"a day of another form", DailySleep, `{"day":20261122}`, "", time.Time{}},
		{"a day that is none", DailySleep, `{"day":"2026-02-31"}`, "", time.Time{}},
		{"a type without days", RingConfiguration, `{"id":"x","set_up_at":"1970-01-01T00:00:00Z"}`, "", time.Time{}},
		{"not an object", DailySleep, `[1]`, "", time.Time{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			info, _ := Lookup(c.dt)
			day, key := info.Place([]byte(c.doc))
			if day != c.day || !key.Equal(c.key) {
				t.Errorf("got %q %v, want %q %v", day, key, c.day, c.key)
			}
		})
	}
}
