package restapi

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// Event is one change of a stored document. Data is Oura's document of that
// revision with every field and number as it came.
type Event struct {
	Seq        int64           `json:"seq" doc:"The program's own order; holes are normal."`
	DataType   string          `json:"data_type"`
	EventType  string          `json:"event_type" doc:"create, update or delete."`
	ObjectID   string          `json:"object_id"`
	UserID     string          `json:"user_id"`
	Day        *string         `json:"day" doc:"2026-11-22; null when the document has none."`
	Timestamp  string          `json:"timestamp" doc:"Oura's event_time as sent, or when a polled revision was first seen."`
	ReceivedAt string          `json:"received_at" format:"date-time"`
	Source     string          `json:"source" doc:"webhook, poll, backfill, catchup or import."`
	Data       json.RawMessage `json:"data" doc:"Oura's document; null for a delete and for types without documents."`
}

// EventDetail is one event and the way to what the document said before.
type EventDetail struct {
	Event
	PreviousSeq *int64 `json:"previous_seq" doc:"Event of the previous revision, null for the first."`
}

// dataTypeName is a data type in a filter. Types not known to this program are
// allowed, since they are kept as they come.
type dataTypeName string

// Schema describes the name for the OpenAPI document.
func (dataTypeName) Schema(huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString, Pattern: "^[A-Za-z0-9_]{1,64}$"}
	s.PrecomputeMessages()
	return s
}

// EventChoice are the filters that the list and the stream share.
type EventChoice struct {
	DataType  []dataTypeName `query:"data_type,explode" maxItems:"64" nullable:"false" doc:"A data type such as daily_sleep (letters, digits and _, at most 64). Repeat the parameter for several."`
	EventType string         `query:"event_type" enum:"create,update,delete" doc:"One of create, update, delete."`
	Source    string         `query:"source" enum:"webhook,poll,backfill,catchup,import" doc:"One of webhook, poll, backfill, catchup, import."`
	Query     string         `query:"q" maxLength:"200" doc:"A text of at most 200 characters that occurs in the document, its type or its id."`
}

func (in *EventChoice) filter() sqlite.EventFilter {
	f := sqlite.EventFilter{Query: in.Query}
	for _, dt := range in.DataType {
		f.Types = append(f.Types, oura.DataType(dt))
	}
	if in.EventType != "" {
		f.EventTypes = []oura.Operation{oura.Operation(in.EventType)}
	}
	if in.Source != "" {
		f.Sources = []oura.Source{oura.Source(in.Source)}
	}
	return f
}

type eventsInput struct {
	Page
	EventChoice
	Since  time.Time `query:"since" doc:"A time such as 2026-11-22T06:12:31Z (write + as %2B): events received then or later."`
	Until  time.Time `query:"until" doc:"A time such as 2026-11-22T06:12:31Z (write + as %2B), not before since: events received earlier than that."`
	After  int64     `query:"after" minimum:"0" doc:"A whole number from 0: events with a higher seq."`
	Before int64     `query:"before" minimum:"1" doc:"A whole number from 1: events with a lower seq."`
	Order  string    `query:"order" enum:"asc,desc" default:"desc" doc:"One of desc (newest first), asc."`
	Limit  int       `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"A whole number from 1 to 1000: how many events at most."`
}

type eventsOutput struct {
	Link []string `header:"Link" doc:"The next page, rel=next; missing on the last one."`
	Body []Event  `nullable:"false"`
}

func registerEvents(api huma.API, s *service) {
	huma.Register(api, operation(api, http.MethodGet, "/events", "listEvents", "Events, newest first"), s.listEvents)
	huma.Register(api, aboutOne(operation(api, http.MethodGet, "/events/{seq}", "getEvent", "One event")), s.getEvent)
}

func (in *eventsInput) filter() sqlite.EventFilter {
	f := in.EventChoice.filter()
	f.Since, f.Until, f.After, f.Before = in.Since, in.Until, in.After, in.Before
	f.Ascending, f.Limit = in.Order == "asc", in.Limit
	return f
}

// listEvents asks for one event more than the page holds: that one tells
// whether there is a next page.
func (s *service) listEvents(ctx context.Context, in *eventsInput) (*eventsOutput, error) {
	f := in.filter()
	if !f.Until.IsZero() && f.Until.Before(f.Since) {
		return nil, newProblem(http.StatusUnprocessableEntity, codeInvalid,
			"Parameter until cannot be used as given. It takes: a time that is not before since.")
	}
	f.Limit++
	rows, err := s.Events.Events(ctx, f)
	if err != nil {
		return nil, s.fail(ctx, "list events", err)
	}
	out := &eventsOutput{}
	if len(rows) > in.Limit {
		rows = rows[:in.Limit]
		out.Link = []string{in.next(cursor(in.Order), rows[in.Limit-1].Seq)}
	}
	out.Body = make([]Event, len(rows))
	for i, e := range rows {
		out.Body[i] = eventOf(e)
	}
	return out, nil
}

func cursor(order string) string {
	if order == "asc" {
		return "after"
	}
	return "before"
}

type eventInput struct {
	Seq int64 `path:"seq" minimum:"1" doc:"A whole number from 1: the number of an event."`
	Condition
}

func (s *service) getEvent(ctx context.Context, in *eventInput) (*single[EventDetail], error) {
	e, previous, err := s.Events.Event(ctx, in.Seq)
	if err != nil {
		return nil, s.fail(ctx, "get event", err)
	}
	out := EventDetail{Event: eventOf(e)}
	if previous > 0 {
		out.PreviousSeq = &previous
	}
	return unlessKnown(in.Condition, out)
}

func eventOf(e oura.Event) Event {
	out := Event{
		Seq: e.Seq, DataType: string(e.DataType), EventType: string(e.EventType),
		ObjectID: e.ObjectID, UserID: e.UserID, Timestamp: e.Timestamp,
		ReceivedAt: stamp(e.ReceivedAt), Source: string(e.Source), Data: e.Data,
	}
	if e.Day != "" {
		day := string(e.Day)
		out.Day = &day
	}
	return out
}
