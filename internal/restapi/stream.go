package restapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"oura-streaming/internal/oura"
)

// maxStreams is how many streams may be open. Each keeps a connection for good,
// so half of them stay for all other calls (S-32).
const maxStreams = maxConnections / 2

const (
	codeStreams      = oura.Code("too_many_streams")
	streamRetryAfter = 5 * time.Second
)

// EventBell tells how far the event numbers have come, and when they go on.
type EventBell interface {
	Seq() int64
	Listen() (wake <-chan struct{}, stop func())
}

type streamInput struct {
	EventChoice
	After       int64 `query:"after" minimum:"0" doc:"A whole number from 0: the stream begins with the event that follows it; 0 begins with the oldest. Without it the stream begins now."`
	LastEventID int64 `header:"Last-Event-ID" minimum:"0" doc:"A whole number from 0: the id last seen. It counts instead of after; browsers send it by themselves when they connect again."`

	from int64 // what was seen already
	now  bool  // the caller names no number: begin with what comes
}

// Resolve settles where the stream begins; huma calls it before the handler.
func (in *streamInput) Resolve(ctx huma.Context) []error {
	u := ctx.URL()
	switch {
	case ctx.Header("Last-Event-ID") != "":
		in.from = in.LastEventID
	case u.Query().Has("after"):
		in.from = in.After
	default:
		in.now = true
	}
	return nil
}

func registerStream(api huma.API, s *service) {
	op := operation(api, http.MethodGet, "/events/stream", "streamEvents", "Events as they come, as server-sent events")
	op.Description = "Each event has its seq as id, its data_type as event, and as data what GET /events lists, on one line. " +
		"A comment comes at least every 15 s, with the id up to which nothing else matches. " +
		"An event named reset tells that the id asked for is not known here, because older events were removed or the id is from another store; " +
		"its data names the oldest_seq that is still there, and the stream goes on with that one. " +
		"A reader that takes nothing for 10 s is cut off; it loses nothing when it comes back with Last-Event-ID."
	op.Responses["200"] = &huma.Response{
		Description: "The stream; it does not end by itself",
		Content:     map[string]*huma.MediaType{streamType: {Schema: &huma.Schema{Type: huma.TypeString}}},
	}
	huma.Register(api, op, s.streamEvents)
}

func (s *service) streamEvents(ctx context.Context, in *streamInput) (*huma.StreamResponse, error) {
	last, err := s.Events.LastSeq(ctx)
	if err != nil {
		return nil, s.fail(ctx, "stream events", err)
	}
	st := &stream{service: s, filter: in.filter(), seen: in.from, ahead: in.from > last}
	st.filter.Ascending, st.filter.Limit = true, streamPage
	if in.now {
		st.seen = last
	}
	if err := s.enterStream(); err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		defer func() { <-s.streams }()
		ctx.SetHeader("Content-Type", streamType)
		ctx.SetHeader("X-Accel-Buffering", "no") // a proxy of the user's own passes each event on at once
		r, w := humago.Unwrap(ctx)
		if r.Method != http.MethodHead {
			st.run(r, w)
		}
	}}, nil
}

// enterStream takes a place among the open streams, or says why there is none.
func (s *service) enterStream() error {
	select {
	case <-s.closing:
		return newProblem(http.StatusServiceUnavailable, oura.CodeUnavailable, "The program is ending. Connect again once it runs.")
	default:
	}
	select {
	case s.streams <- struct{}{}:
		return nil
	default:
		p := newProblem(http.StatusTooManyRequests, codeStreams, "As many streams are open as there may be. Close one that is not needed and connect again.")
		p.retryAfter = streamRetryAfter
		return p
	}
}
