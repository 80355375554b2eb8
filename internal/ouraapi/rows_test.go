package ouraapi

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// readRows collects the rows of one answer and how many each call brought.
func readRows(t *testing.T, c *Client, dt oura.DataType, from, to time.Time) (rows []SeriesRow, calls []int, err error) {
	t.Helper()
	err = c.Rows(t.Context(), dt, from, to, func(r []SeriesRow) error {
		rows, calls = append(rows, r...), append(calls, len(r))
		return nil
	})
	return rows, calls, err
}

func TestRows_EachFieldIsKeptOnce(t *testing.T) {
	at := noon.Add(1500 * time.Millisecond)
	cases := []struct {
		name string
		dt   oura.DataType
		json string
		want SeriesRow
	}{
		{
			"all of it said by the four words", oura.HeartRate,
			`{"bpm":61,"source":"awake","timestamp":"2026-03-10T12:00:01.500Z","timestamp_unix":1773144001500}`,
			SeriesRow{At: at, Source: "awake", Value: 61},
		},
		{
			"unknown fields are kept", oura.HeartRate,
			`{"z":{"y":[1, 2]},"producer_timestamp":7,"bpm":61.5,"source":"rest","timestamp":"2026-03-10T12:00:01.5+00:00"}`,
			SeriesRow{At: at, Source: "rest", Value: 61.5, Extra: []byte(`{"producer_timestamp":7,"z":{"y":[1,2]}}`)},
		},
		{
			"a battery row", oura.RingBatteryLevel, `{"timestamp":"2026-03-10T12:00:01.500Z","level":0,"charging":null,"in_charger":true}`,
			SeriesRow{At: at, Value: 0, Extra: []byte(`{"charging":null,"in_charger":true}`)},
		},
		{
			"a Unix time of another instant is news", oura.HeartRate, `{"bpm":61,"timestamp":"2026-03-10T12:00:01.500Z","timestamp_unix":5}`,
			SeriesRow{At: at, Value: 61, Extra: []byte(`{"timestamp_unix":5}`)},
		},
		{
			"only the Unix time", oura.HeartRate, `{"bpm":61,"timestamp":null,"timestamp_unix":1773144001500}`,
			SeriesRow{At: at, Value: 61, Extra: []byte(`{"timestamp":null}`)},
		},
		{
			"a zone or a microsecond of its own", oura.HeartRate, `{"bpm":61,"timestamp":"2026-03-10T14:00:01.500001+02:00"}`,
			SeriesRow{At: at, Value: 61, Extra: []byte(`{"timestamp":"2026-03-10T14:00:01.500001+02:00"}`)},
		},
		{
			"a source that is no text", oura.HeartRate, `{"bpm":61,"source":null,"timestamp":"2026-03-10T12:00:01.500"}`,
			SeriesRow{At: at, Value: 61, Extra: []byte(`{"source":null}`)},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := parseRow(c.dt, []byte(c.json))
			if err != nil || !got.At.Equal(c.want.At) || got.Source != c.want.Source || got.Value != c.want.Value || string(got.Extra) != string(c.want.Extra) {
				t.Errorf("got %+v (%s), %v", got, got.Extra, err)
			}
		})
	}
}

func TestRows_UnreadableRowsAreLeftOut(t *testing.T) {
	client := offline(func(*http.Request) (*http.Response, error) {
		return respond(200, `{"data":[{"timestamp":"2026-03-10T12:00:00Z","bpm":null},{"timestamp":"2026-03-10T12:00:00Z","bpm":"61"},
			{"timestamp":"yesterday","bpm":61},{"bpm":61},7,{"timestamp":"2026-03-10T12:00:01Z","bpm":62}]}`), nil
	})
	rows, _, err := readRows(t, client, oura.HeartRate, noon, noon.Add(time.Hour))
	if err != nil || len(rows) != 1 || rows[0].Value != 62 {
		t.Errorf("rows %+v, %v", rows, err)
	}
}

func TestRows_CutsOfThirtyDaysMeet(t *testing.T) {
	var asked []string
	client := offline(func(r *http.Request) (*http.Response, error) {
		asked = append(asked, r.URL.Query().Get("start_datetime")+" "+r.URL.Query().Get("end_datetime"))
		return respond(200, `{"data":[]}`), nil
	})
	from := noon.Add(300 * time.Microsecond)
	if _, _, err := readRows(t, client, oura.HeartRate, from, noon.AddDate(0, 0, 61)); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"2026-03-10T11:59:59.001Z 2026-04-09T12:00:01.001Z",
		"2026-04-09T11:59:59.001Z 2026-05-09T12:00:01.001Z",
		"2026-05-09T11:59:59.001Z 2026-05-10T12:00:01.000Z",
	}
	if !slices.Equal(asked, want) {
		t.Errorf("asked %q", asked)
	}
}

func TestRows_RangeErrorsAreOurs(t *testing.T) {
	client := offline(func(*http.Request) (*http.Response, error) { return nil, fmt.Errorf("asked") })
	cases := []struct {
		dt       oura.DataType
		from, to time.Time
	}{
		{oura.HeartRate, noon, noon.Add(-time.Second)},
		{oura.HeartRate, time.Time{}, noon},
		{oura.HeartRate, noon, time.Time{}},
		{oura.Sleep, noon, noon.Add(time.Hour)},
		{"unheard_of", noon, noon.Add(time.Hour)},
	}
	for _, c := range cases {
		if _, _, err := readRows(t, client, c.dt, c.from, c.to); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if rows, _, err := readRows(t, client, oura.HeartRate, noon, noon); err != nil || rows != nil {
		t.Errorf("an empty range: %v, %v", rows, err)
	}
}
