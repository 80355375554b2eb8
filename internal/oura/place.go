package oura

import (
	"encoding/json"
	"time"
)

// Place reads from a document of this type the calendar day it belongs to and
// the instant that range queries compare. What the document does not hold, or
// holds in a form nobody knows, comes back as "" and the zero time: such a
// document is still worth keeping.
func (t TypeInfo) Place(doc []byte) (Day, time.Time) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(doc, &fields) != nil {
		return "", time.Time{}
	}
	day, err := ParseDay(textField(fields, t.Day))
	if err != nil {
		day = ""
	}
	key := textField(fields, t.Key)
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly, "2006-01-02T15:04:05.999999999"} {
		if at, err := time.Parse(layout, key); err == nil {
			return day, at
		}
	}
	return day, time.Time{}
}

func textField(fields map[string]json.RawMessage, name string) string {
	var text string
	if json.Unmarshal(fields[name], &text) != nil {
		return ""
	}
	return text
}
