package restapi

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// Sample is one measurement, or what a span of them comes to.
type Sample struct {
	At     string          `json:"at" format:"date-time" doc:"The instant, or the begin of the span."`
	Source *string         `json:"source,omitempty" doc:"Where a heart rate is from: awake, rest, sleep, workout, live, session."`
	Value  *float64        `json:"value,omitempty" doc:"Beats per minute, or percent of the battery."`
	Extra  json.RawMessage `json:"extra,omitempty" doc:"All other fields of Oura's row."`
	Count  *int            `json:"count,omitempty" doc:"How many measurements the span has."`
	Min    *float64        `json:"min,omitempty"`
	Mean   *float64        `json:"mean,omitempty"`
	Max    *float64        `json:"max,omitempty"`
}

// SampleReader reads time series.
type SampleReader interface {
	Samples(ctx context.Context, userID string, dt oura.DataType, from, to time.Time, after *sqlite.Sample, limit int) ([]sqlite.Sample, error)
	SampleBuckets(ctx context.Context, userID string, dt oura.DataType, from, to time.Time, width time.Duration) ([]sqlite.Bucket, error)
}

// widths are the spans of a resolution; raw has none.
var widths = map[string]time.Duration{"5m": 5 * time.Minute, "1h": time.Hour, "1d": 24 * time.Hour}

// maxSpans bounds an answer of spans.
const maxSpans = 20_000

type samplesInput struct {
	Page
	Series     string    `path:"series" enum:"heartrate,ring_battery_level" doc:"One of heartrate, ring_battery_level."`
	Start      time.Time `query:"start" doc:"A time such as 2026-11-22T06:12:31Z (write + as %2B): samples of then or later. Default: a day before the end."`
	End        time.Time `query:"end" doc:"A time such as 2026-11-22T06:12:31Z (write + as %2B), after start: samples before that. Default: now."`
	Resolution string    `query:"resolution" enum:"raw,5m,1h,1d" default:"raw" doc:"One of raw, 5m, 1h, 1d: single samples, or spans with count, min, mean and max; the first begins at start."`
	After      string    `query:"after" maxLength:"2000" doc:"Of raw samples, what the next page's address says."`
	Limit      int       `query:"limit" minimum:"1" maximum:"10000" default:"1000" doc:"A whole number from 1 to 10000: how many raw samples at most."`
}

type samplesOutput struct {
	Link []string `header:"Link" doc:"The next page of raw samples, rel=next; missing on the last one."`
	Body []Sample `nullable:"false"`
}

func registerSamples(api huma.API, s *service) {
	huma.Register(api, operation(api, http.MethodGet, "/samples/{series}", "listSamples",
		"Samples of a time series, oldest first"), s.listSamples)
}

func (s *service) listSamples(ctx context.Context, in *samplesInput) (*samplesOutput, error) {
	if in.End.IsZero() {
		in.End = s.Now()
	}
	if in.Start.IsZero() {
		in.Start = in.End.AddDate(0, 0, -1)
	}
	width := widths[in.Resolution]
	switch {
	case !in.Start.Before(in.End):
		return nil, newProblem(http.StatusUnprocessableEntity, codeInvalid, "Parameter start must lie before end.")
	case width > 0 && in.End.Sub(in.Start)/width > maxSpans:
		return nil, newProblem(http.StatusUnprocessableEntity, codeInvalid, "That are more than 20,000 spans. Ask for less time at once, or for longer spans.")
	case width > 0:
		return s.sampleSpans(ctx, in, width)
	}
	return s.rawSamples(ctx, in)
}

func (s *service) sampleSpans(ctx context.Context, in *samplesInput, width time.Duration) (*samplesOutput, error) {
	rows, err := s.Days.SampleBuckets(ctx, s.UserID(), oura.DataType(in.Series), in.Start, in.End, width)
	if err != nil {
		return nil, s.fail(ctx, "list samples", err)
	}
	out := &samplesOutput{Body: make([]Sample, len(rows))}
	for i, b := range rows {
		out.Body[i] = Sample{At: stamp(b.At), Count: &b.Count, Min: &b.Min, Mean: &b.Mean, Max: &b.Max}
	}
	return out, nil
}

func (s *service) rawSamples(ctx context.Context, in *samplesInput) (*samplesOutput, error) {
	after, err := readCursor(in.After)
	if err != nil {
		return nil, newProblem(http.StatusUnprocessableEntity, codeInvalid, "Parameter after is not one that this program gave out. Start without it.")
	}
	rows, err := s.Days.Samples(ctx, s.UserID(), oura.DataType(in.Series), in.Start, in.End, after, in.Limit+1)
	if err != nil {
		return nil, s.fail(ctx, "list samples", err)
	}
	out := &samplesOutput{}
	if len(rows) > in.Limit {
		rows = rows[:in.Limit]
		out.Link = []string{in.nextPage(url.Values{
			"after": {writeCursor(rows[in.Limit-1])}, "start": {in.Start.Format(time.RFC3339Nano)}, "end": {in.End.Format(time.RFC3339Nano)},
		})}
	}
	out.Body = make([]Sample, len(rows))
	for i, r := range rows {
		out.Body[i] = Sample{At: stamp(r.At), Value: &r.Value, Extra: r.Extra}
		if r.Source != "" {
			out.Body[i].Source = &r.Source
		}
	}
	return out, nil
}

// writeCursor names a sample, so that two of one instant are told apart.
func writeCursor(last sqlite.Sample) string {
	text, err := json.Marshal(last)
	if err != nil {
		panic(err) // its fields always marshal
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func readCursor(text string) (*sqlite.Sample, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no cursor: from the start
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	var last sqlite.Sample
	return &last, json.Unmarshal(raw, &last)
}
