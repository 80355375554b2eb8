package ouraapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"oura-streaming/internal/oura"
)

var (
	errNoInstant = errors.New("row without a readable instant")
	errNoValue   = errors.New("row without a value")
)

// parseRow reads one row. What At, Source and Value already say is dropped; any
// other field, known or not, is kept in Extra. raw must be valid JSON: rows come
// by the million, so it is gone through once and by hand.
func parseRow(dt oura.DataType, raw json.RawMessage) (SeriesRow, error) {
	var fields rowFields
	value := valueField(dt)
	err := eachField(raw, func(name, text []byte) {
		switch string(name) {
		case "timestamp":
			fields.timestamp = text
		case "timestamp_unix":
			fields.unix = text
		case "source":
			fields.source = text
		case value:
			fields.value = text
		default:
			fields.others = append(fields.others, field{name, text})
		}
	})
	if err != nil {
		return SeriesRow{}, err
	}
	return fields.row()
}

func valueField(dt oura.DataType) string {
	if dt == oura.RingBatteryLevel {
		return "level"
	}
	return "bpm"
}

// rowFields are the fields of one row as sent.
type rowFields struct {
	timestamp, unix, source, value []byte
	others                         []field
}

type field struct{ name, text []byte }

func (f *rowFields) row() (row SeriesRow, err error) {
	if row.Value, err = strconv.ParseFloat(string(f.value), 64); err != nil {
		return row, errNoValue // null and "61" are no numbers either
	}
	row.Source = plainText(f.source)
	if row.Source == "" {
		f.keep("source", f.source)
	}
	if row.At, err = f.instant(); err != nil {
		return row, err
	}
	row.Extra, err = f.extra()
	return row, err
}

// instant reads timestamp or, failing that, timestamp_unix, and keeps of them
// what the instant in UTC does not tell.
func (f *rowFields) instant() (at time.Time, err error) {
	unix, err := strconv.ParseInt(string(f.unix), 10, 64)
	if err != nil {
		unix = 0
	}
	at, exact := parseInstant(plainText(f.timestamp))
	if !exact {
		f.keep("timestamp", f.timestamp)
	}
	if at.IsZero() && unix == 0 {
		return at, errNoInstant
	} else if at.IsZero() {
		at = time.UnixMilli(unix).UTC()
	}
	if at.UnixMilli() != unix {
		f.keep("timestamp_unix", f.unix)
	}
	return at, nil
}

func (f *rowFields) keep(name string, text []byte) {
	if text != nil {
		f.others = append(f.others, field{[]byte(name), text})
	}
}

// extra writes the other fields sorted by name, so that equal rows look alike.
func (f *rowFields) extra() (json.RawMessage, error) {
	if len(f.others) == 0 {
		return nil, nil
	}
	slices.SortStableFunc(f.others, func(a, b field) int { return bytes.Compare(a.name, b.name) })
	var out bytes.Buffer
	for i, o := range f.others {
		out.WriteByte("{,"[min(i, 1)])
		out.WriteByte('"')
		out.Write(o.name)
		out.WriteString(`":`)
		if err := json.Compact(&out, o.text); err != nil {
			return nil, err
		}
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// plainText returns the text of a JSON string, "" for anything else.
func plainText(raw []byte) string {
	if len(raw) >= 2 && raw[0] == '"' && !bytes.Contains(raw, []byte{'\\'}) {
		return string(raw[1 : len(raw)-1])
	}
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return ""
	}
	return text
}

// parseInstant returns the instant in whole milliseconds UTC, and whether the text
// says no more than that. A text without zone is UTC.
func parseInstant(text string) (at time.Time, exact bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if t, err := time.Parse(layout, text); err == nil {
			_, offset := t.Zone()
			at = t.UTC().Truncate(time.Millisecond)
			return at, offset == 0 && at.Equal(t)
		}
	}
	return at, false
}
