package restapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// Clearer deletes all events and returns how many there were. It goes on when the
// caller leaves.
type Clearer interface {
	ClearEvents(ctx context.Context) (n int64, err error)
}

// Cleared is the answer to DELETE /events.
type Cleared struct {
	Status string `json:"status" doc:"cleared."`
	Count  int64  `json:"count" doc:"How many events were deleted."`
}

func registerClear(api huma.API, s *service) {
	op := admin(operation(api, http.MethodDelete, "/events", "clearEvents", "Delete all events"))
	op.Description = "Deletes every event stored by now; documents and samples stay, and numbers go on where they were. A backup is made before, unless backups are " +
		"turned off; without one nothing is deleted. Readers of GET /events/stream that have not come to the end hear of it by an event named reset."
	huma.Register(api, op, s.clearEvents)
}

func (s *service) clearEvents(ctx context.Context, _ *longInput) (*body[Cleared], error) {
	n, err := s.Clearer.ClearEvents(ctx)
	if err != nil {
		return nil, s.fail(ctx, "clear events", err)
	}
	return &body[Cleared]{Cleared{Status: "cleared", Count: n}}, nil
}
