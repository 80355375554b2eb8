package ouraapi

import (
	"encoding/json"
	"errors"
	"time"

	"oura-streaming/internal/oura"
)

var errNoInstant = errors.New("row without a readable instant")

// parseRow reads one row. What At, Source and Value already say is dropped; any
// other field, known or not, is kept in Extra.
func parseRow(dt oura.DataType, raw json.RawMessage) (row SeriesRow, err error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return row, err
	}
	if row.At, err = takeInstant(fields); err != nil {
		return row, err
	}
	name := valueField(dt)
	var value *float64
	if err := json.Unmarshal(fields[name], &value); err != nil || value == nil {
		return row, errors.New("row without a value")
	}
	row.Value = *value
	delete(fields, name)
	if json.Unmarshal(fields["source"], &row.Source) == nil && row.Source != "" {
		delete(fields, "source")
	}
	if len(fields) > 0 {
		row.Extra, err = json.Marshal(fields) // keys sorted, so that equal rows look alike
	}
	return row, err
}

func valueField(dt oura.DataType) string {
	if dt == oura.RingBatteryLevel {
		return "level"
	}
	return "bpm"
}

// takeInstant reads timestamp or, failing that, timestamp_unix, and removes from
// fields what the instant in UTC tells as well.
func takeInstant(fields map[string]json.RawMessage) (at time.Time, err error) {
	var unix *int64
	if json.Unmarshal(fields["timestamp_unix"], &unix) != nil {
		unix = nil
	}
	at, exact := parseInstant(fields["timestamp"])
	switch {
	case !at.IsZero() && exact:
		delete(fields, "timestamp")
	case at.IsZero() && unix != nil && *unix != 0:
		at = time.UnixMilli(*unix).UTC()
	case at.IsZero():
		return at, errNoInstant
	}
	if unix != nil && *unix == at.UnixMilli() {
		delete(fields, "timestamp_unix")
	}
	return at, nil
}

// parseInstant returns the instant in whole milliseconds UTC, and whether the text
// says no more than that. A text without zone is UTC.
func parseInstant(raw json.RawMessage) (at time.Time, exact bool) {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return at, false
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if t, err := time.Parse(layout, text); err == nil {
			_, offset := t.Zone()
			at = t.UTC().Truncate(time.Millisecond)
			return at, offset == 0 && at.Equal(t)
		}
	}
	return at, false
}
