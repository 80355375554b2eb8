package ourasim

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// window is what a range query asks for: start ≤ key ≤ end, or key < end when
// the end is open.
type window struct {
	Start time.Time `json:"s"`
	End   time.Time `json:"e"`
	Open  bool      `json:"o,omitempty"`
}

// allTime reaches as far as times can be written in a page token.
func allTime() window {
	return window{
		Start: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC),
		End:   time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC),
	}
}

func (w window) passed(key time.Time) bool {
	return key.After(w.End) || w.Open && key.Equal(w.End)
}

func (w window) holds(key time.Time) bool { return !key.Before(w.Start) && !w.passed(key) }

// readInstant takes a date (00:00 UTC of that day), a date-time with or without
// zone, or a Unix time in seconds or milliseconds.
func readInstant(text string) (time.Time, error) {
	layouts := []string{time.DateOnly, time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02T15:04Z07:00", time.DateTime, "2006-01-02 15:04:05Z07:00"}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	const seconds = 20_000_000_000 // above it a number means milliseconds
	if n, err := strconv.ParseFloat(text, 64); err == nil && n >= -seconds && n <= seconds {
		return time.UnixMilli(int64(n * 1000)).UTC(), nil
	} else if err == nil && n > 0 && n < 1000*seconds {
		return time.UnixMilli(int64(n)).UTC(), nil
	}
	return time.Time{}, fmt.Errorf("%q is neither a date nor a date-time", text)
}

// keyInstant reads the instant by which a document is found: its key field,
// where a bare day means 00:00 UTC. Documents without one lie at the zero time.
func keyInstant(c collection, doc json.RawMessage) time.Time {
	var fields map[string]json.RawMessage
	if c.key == "" || json.Unmarshal(doc, &fields) != nil {
		return time.Time{}
	}
	for _, name := range []string{c.key, "day", "start_day"} {
		var text string
		if json.Unmarshal(fields[name], &text) != nil {
			continue
		}
		if t, err := readInstant(text); err == nil {
			return t
		}
	}
	return time.Time{}
}

// dateWindow reads start_date and end_date. No end is today, no start is one day
// before the end.
func dateWindow(q url.Values, now time.Time) (window, *invalid) {
	var w window
	var bad *invalid
	today := now.UTC().Truncate(24 * time.Hour)
	if w.End, bad = instantOf(q, "end_date", today); bad != nil {
		return w, bad
	}
	w.Start, bad = instantOf(q, "start_date", w.End.AddDate(0, 0, -1))
	return w, bad
}

// timeWindow reads start_datetime and end_datetime. No end is now, no start is
// 24 hours before the end.
func timeWindow(q url.Values, now time.Time, open bool) (window, *invalid) {
	w := window{Open: open}
	var bad *invalid
	if w.End, bad = instantOf(q, "end_datetime", now); bad != nil {
		return w, bad
	}
	w.Start, bad = instantOf(q, "start_datetime", w.End.Add(-24*time.Hour))
	return w, bad
}

func instantOf(q url.Values, name string, otherwise time.Time) (time.Time, *invalid) {
	text := q.Get(name)
	if text == "" {
		return otherwise, nil
	}
	t, err := readInstant(text)
	if err != nil {
		const reason = "invalid character in year"
		return t, &invalid{
			Type: "datetime_from_date_parsing", Loc: []any{"query", name},
			Msg:   "Input should be a valid datetime or date, " + reason,
			Input: text, Ctx: map[string]any{"error": reason},
		}
	}
	return t, nil
}
