package restapi

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// Document is the newest known state of one of Oura's documents.
type Document struct {
	DataType    string          `json:"data_type"`
	ObjectID    string          `json:"object_id"`
	UserID      string          `json:"user_id"`
	Day         *string         `json:"day" doc:"2026-11-22; null when the document has none."`
	Revisions   int             `json:"revisions" doc:"How many different contents were seen."`
	FirstSeenAt *string         `json:"first_seen_at" format:"date-time"`
	LastSeenAt  *string         `json:"last_seen_at" format:"date-time" doc:"When Oura last showed it as it is here."`
	DeletedAt   *string         `json:"deleted_at" format:"date-time" doc:"When its deletion was noticed, null while it lives."`
	Data        json.RawMessage `json:"data" doc:"Oura's document with every field and number as it came; of a deleted one the last known. null while one whose text changed on the disk waits to be put right."`
}

// CoverageDay tells what is known of one type on one day.
type CoverageDay struct {
	DataType string  `json:"data_type"`
	Day      string  `json:"day"`
	State    string  `json:"state" doc:"complete, partial, empty, not_worn, not_allowed, not_asked or failed."`
	Reason   string  `json:"reason"`
	AskedAt  *string `json:"asked_at" format:"date-time" doc:"When Oura last answered for this day."`
	Count    int     `json:"count" doc:"Documents or samples stored for it."`
}

// DayStore reads documents, samples and what was asked for.
type DayStore interface {
	Documents(ctx context.Context, f sqlite.DocumentFilter) ([]oura.Document, error)
	Document(ctx context.Context, userID string, dt oura.DataType, id string) (oura.Document, error)
	Coverage(ctx context.Context, userID string, types []oura.DataType, from, to, today oura.Day) ([]sqlite.CoverageDay, error)
	SampleReader
}

// day is a calendar day in a parameter.
type day string

// Schema describes the day for the OpenAPI document.
func (day) Schema(huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString, Format: "date", Pattern: `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`}
	s.PrecomputeMessages()
	return s
}

type documentsInput struct {
	Page
	DataType dataTypeName `path:"data_type" doc:"A data type such as daily_sleep."`
	StartDay day          `query:"start_day" doc:"A day such as 2026-11-22: documents of that day or later."`
	EndDay   day          `query:"end_day" doc:"A day such as 2026-11-22: documents of that day or earlier."`
	Deleted  bool         `query:"include_deleted" doc:"true or false: with those that Oura deleted."`
	After    string       `query:"after" maxLength:"128" doc:"The object_id of the last document of the page before."`
	Limit    int          `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"A whole number from 1 to 1000: how many documents at most."`
}

type documentsOutput struct {
	Link []string   `header:"Link" doc:"The next page, rel=next; missing on the last one."`
	Body []Document `nullable:"false"`
}

type documentInput struct {
	DataType dataTypeName `path:"data_type" doc:"A data type such as daily_sleep."`
	ObjectID string       `path:"object_id" minLength:"1" maxLength:"128" doc:"The object_id of a document."`
}

type oneDocumentInput struct {
	DataType dataTypeName `path:"data_type" doc:"A data type such as daily_sleep."`
	ObjectID string       `path:"object_id" minLength:"1" maxLength:"128" doc:"The object_id of a document."`
	Condition
}

type coverageInput struct {
	DataType []dataTypeName `query:"data_type,explode" maxItems:"64" nullable:"false" doc:"A data type such as daily_sleep. Repeat the parameter for several; none means all."`
	StartDay day            `query:"start_day" doc:"A day such as 2026-11-01: the first one. Default: 29 days before the last."`
	EndDay   day            `query:"end_day" doc:"A day such as 2026-11-22: the last one, not more than ten years after the first. Default: today."`
}

type coverageOutput struct {
	Body []CoverageDay `nullable:"false"`
}

func registerDocuments(api huma.API, s *service) {
	huma.Register(api, operation(api, http.MethodGet, "/documents/{data_type}", "listDocuments",
		"The newest state of each document, by day"), s.listDocuments)
	huma.Register(api, aboutOne(operation(api, http.MethodGet, "/documents/{data_type}/{object_id}", "getDocument", "One document")), s.getDocument)
	huma.Register(api, operation(api, http.MethodGet, "/documents/{data_type}/{object_id}/revisions", "listRevisions",
		"Every kept change of one document, newest first"), s.listRevisions)
	huma.Register(api, operation(api, http.MethodGet, "/coverage", "getCoverage", "What is known of each type and day"), s.getCoverage)
}

func (s *service) listDocuments(ctx context.Context, in *documentsInput) (*documentsOutput, error) {
	if err := checkDays(in.StartDay, in.EndDay); err != nil {
		return nil, err
	}
	rows, err := s.Days.Documents(ctx, sqlite.DocumentFilter{
		UserID: s.UserID(), Type: oura.DataType(in.DataType), StartDay: oura.Day(in.StartDay), EndDay: oura.Day(in.EndDay),
		IncludeDeleted: in.Deleted, After: in.After, Limit: in.Limit + 1,
	})
	if err == nil && len(rows) == 0 {
		err = s.checkType(ctx, oura.DataType(in.DataType), oura.CodeNotFound)
	}
	if err != nil {
		return nil, s.fail(ctx, "list documents", err)
	}
	out := &documentsOutput{}
	if len(rows) > in.Limit {
		rows = rows[:in.Limit]
		out.Link = []string{in.nextPage(url.Values{"after": {rows[in.Limit-1].ObjectID}})}
	}
	out.Body = make([]Document, len(rows))
	for i, d := range rows {
		out.Body[i] = documentOf(d)
	}
	return out, nil
}

func (s *service) getDocument(ctx context.Context, in *oneDocumentInput) (*single[Document], error) {
	d, err := s.Days.Document(ctx, s.UserID(), oura.DataType(in.DataType), in.ObjectID)
	if err != nil {
		return nil, s.fail(ctx, "get document", err)
	}
	return unlessKnown(in.Condition, documentOf(d))
}

func (s *service) listRevisions(ctx context.Context, in *documentInput) (*eventsOutput, error) {
	rows, err := s.Events.Events(ctx, sqlite.EventFilter{
		Types: []oura.DataType{oura.DataType(in.DataType)}, ObjectID: in.ObjectID, Limit: 1000,
	})
	if err != nil {
		return nil, s.fail(ctx, "list revisions", err)
	}
	out := &eventsOutput{Body: make([]Event, len(rows))}
	for i, e := range rows {
		out.Body[i] = eventOf(e)
	}
	return out, nil
}

func (s *service) getCoverage(ctx context.Context, in *coverageInput) (*coverageOutput, error) {
	if err := checkDays(in.StartDay, in.EndDay); err != nil {
		return nil, err
	}
	today := oura.DayOf(s.Now())
	to := cmp.Or(oura.Day(in.EndDay), today)
	from := cmp.Or(oura.Day(in.StartDay), to.Add(-29))
	if from.Add(10*366) < to {
		return nil, newProblem(http.StatusUnprocessableEntity, codeInvalid, "That are more than ten years. Ask for fewer days at once.")
	}
	var types []oura.DataType
	for _, dt := range in.DataType {
		if err := s.checkType(ctx, oura.DataType(dt), oura.CodeInvalid); err != nil {
			return nil, s.fail(ctx, "get coverage", err)
		}
		types = append(types, oura.DataType(dt))
	}
	rows, err := s.Days.Coverage(ctx, s.UserID(), types, from, to, today)
	if err != nil {
		return nil, s.fail(ctx, "get coverage", err)
	}
	out := &coverageOutput{Body: make([]CoverageDay, len(rows))}
	for i, c := range rows {
		out.Body[i] = CoverageDay{
			DataType: string(c.DataType), Day: string(c.Day), State: string(c.State), Reason: c.Reason,
			AskedAt: instant(c.AskedAt), Count: c.Count,
		}
	}
	return out, nil
}

// checkType refuses with code a type that neither this program knows nor anything
// is stored of: more likely its name is wrong. One that Oura brought is known.
func (s *service) checkType(ctx context.Context, dt oura.DataType, code oura.Code) error {
	if _, known := oura.Lookup(dt); known {
		return nil
	}
	stored, err := s.Days.Documents(ctx, sqlite.DocumentFilter{UserID: s.UserID(), Type: dt, IncludeDeleted: true, Limit: 1})
	if err != nil || len(stored) > 0 {
		return err
	}
	return &oura.Error{Code: code, Message: fmt.Sprintf("There is no data type %.64s, and nothing of that name is stored. "+
		"GET /coverage lists the types that there are.", dt)}
}

// checkDays refuses days that are not in the calendar or the wrong way round.
func checkDays(from, to day) error {
	for _, d := range []day{from, to} {
		if _, err := oura.ParseDay(string(d)); d != "" && err != nil {
			return newProblem(http.StatusUnprocessableEntity, codeInvalid, fmt.Sprintf("There is no day %.40q. A day is written like 2026-11-22.", string(d)))
		}
	}
	if to != "" && from > to {
		return newProblem(http.StatusUnprocessableEntity, codeInvalid, "The first day must not lie behind the last one.")
	}
	return nil
}

func documentOf(d oura.Document) Document {
	out := Document{
		DataType: string(d.DataType), ObjectID: d.ObjectID, UserID: d.UserID, Revisions: d.Revisions,
		FirstSeenAt: instant(d.FirstSeen), LastSeenAt: instant(d.LastSeen), DeletedAt: instant(d.DeletedAt), Data: d.Data,
	}
	if d.Day != "" {
		text := string(d.Day)
		out.Day = &text
	}
	return out
}

// nextPage is next for cursors that are no numbers.
func (p *Page) nextPage(set url.Values) string {
	q := p.url.Query()
	for name, values := range set {
		q[name] = values
	}
	u := url.URL{Scheme: "http", Host: p.host, Path: p.url.Path, RawQuery: q.Encode()}
	return "<" + u.String() + `>; rel="next"`
}
