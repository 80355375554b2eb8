package ouraapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"oura-streaming/internal/oura"
)

const (
	rowsMargin = time.Second // asked on each side: whether Oura counts the edges is not documented
	rowsFormat = "2006-01-02T15:04:05.000Z"
)

// RowsCut is the longest span of one query, CONTRACT section 3.
const RowsCut = 30 * 24 * time.Hour

// SeriesRow is one row of a time series.
type SeriesRow struct {
	At     time.Time       // UTC, whole milliseconds
	Source string          // heartrate: "awake", "sleep" …; "" where the series has none
	Value  float64         // beats per minute, or battery level 0-100
	Extra  json.RawMessage // the row's other fields by name, nil without any
}

// Rows hands the rows of dt (heartrate, ring_battery_level) with from <= at < to
// to each, oldest first, as Oura pages them, in cuts of 30 days that neither
// overlap nor leave a gap. Rows of one instant always come in one call, wherever
// Oura's page ends. A row without a readable instant or value is logged and left
// out. When Oura's page mark has expired or repeats, pages may come twice and
// the error is unavailable: what each has received is good, but may not be all.
// Codes as for Document.
func (c *Client) Rows(ctx context.Context, dt oura.DataType, from, to time.Time, each func([]SeriesRow) error) error {
	from, to = ceilMS(from), ceilMS(to)
	for first := true; first || from.Before(to); first = false {
		end := from.Add(RowsCut)
		if end.After(to) {
			end = to
		}
		err := c.RowsFrom(ctx, dt, from, end, RowsMark{}, func(rows []SeriesRow, _ RowsMark) error {
			if len(rows) == 0 {
				return nil
			}
			return each(rows)
		})
		if err != nil {
			return err
		}
		from = end
	}
	return nil
}

// RowsMark is where a walk through the rows of one range stands. The zero value
// is the begin.
type RowsMark struct {
	Page string      // of Oura, opaque
	Held []SeriesRow // rows of the last page's last instant: the next page may have more of them
}

// RowsFrom is Rows of at most 30 days, from mark on. each gets what one page
// brought, even if that is nothing, and where to go on; the zero value after the
// last. A page mark that Oura no longer takes leads back to the first page.
func (c *Client) RowsFrom(ctx context.Context, dt oura.DataType, from, to time.Time, mark RowsMark,
	each func(rows []SeriesRow, next RowsMark) error) error {
	info, ok := oura.Lookup(dt)
	if !ok || info.Kind != oura.KindSeries {
		return invalid("Oura offers no time series of this type.", dt, "no series")
	}
	from, to = ceilMS(from), ceilMS(to)
	if from.IsZero() || to.IsZero() || from.After(to) || to.Sub(from) > RowsCut {
		return invalid("The first instant must not lie behind the last one.", dt, fmt.Sprintf("range %v to %v", from, to))
	}
	if from.Equal(to) {
		return nil
	}
	query := url.Values{
		"start_datetime": {from.Add(-rowsMargin).Format(rowsFormat)},
		"end_datetime":   {to.Add(rowsMargin).Format(rowsFormat)},
	}
	walk := func(mark RowsMark) error {
		w := rowWalk{client: c, info: info, from: from, to: to, held: mark.Held, each: each}
		return c.pages(ctx, info, query, mark.Page, func(docs []json.RawMessage, next string) error { return w.page(ctx, docs, next) })
	}
	err := walk(mark)
	if errors.Is(err, errPageExpired) {
		err = walk(RowsMark{}) // once more from the start; storing is idempotent
	}
	return err
}

// ceilMS rounds up to the millisecond, the finest step of a row.
func ceilMS(t time.Time) time.Time {
	return t.UTC().Add(time.Millisecond - 1).Truncate(time.Millisecond)
}

// rowWalk goes through the pages of one range. It holds back the rows of a page's
// last instant, because the next page may have more of them.
type rowWalk struct {
	client   *Client
	info     oura.TypeInfo
	from, to time.Time
	each     func([]SeriesRow, RowsMark) error
	held     []SeriesRow
}

func (w *rowWalk) page(ctx context.Context, docs []json.RawMessage, next string) error {
	rows, unreadable := w.held, 0
	for _, doc := range docs {
		row, err := parseRow(w.info.Type, doc)
		if err != nil {
			unreadable++
		} else if !row.At.Before(w.from) && row.At.Before(w.to) {
			rows = append(rows, row)
		}
	}
	if unreadable > 0 {
		w.client.log.WarnContext(ctx, "rows left out that cannot be read", "data_type", w.info.Type, "count", unreadable)
	}
	if next == "" {
		w.held = nil
		return w.each(rows, RowsMark{})
	}
	n := len(rows)
	for n > 0 && rows[n-1].At.Equal(rows[len(rows)-1].At) {
		n--
	}
	w.held = append([]SeriesRow(nil), rows[n:]...)
	return w.each(rows[:n], RowsMark{Page: next, Held: w.held})
}
