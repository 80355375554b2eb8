package restapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Pauser stops all requests for the account's data for a while. A zero until
// means until somebody resumes.
type Pauser interface {
	Pause(ctx context.Context, until time.Time) error
	Unpause(ctx context.Context) error
	Paused() (until time.Time, paused bool)
}

// Pause tells whether nothing is asked of Oura, and until when.
type Pause struct {
	Paused bool    `json:"paused"`
	Until  *string `json:"until" format:"date-time" doc:"null when it is not paused, or until somebody resumes."`
}

type pauseInput struct {
	Body *struct {
		Until   *time.Time `json:"until,omitempty" nullable:"false" doc:"A time such as 2026-11-22T14:05:00Z, at most a year from now. Default: until resumed."`
		Minutes *int       `json:"minutes,omitempty" nullable:"false" minimum:"1" maximum:"525600" doc:"How many minutes from now, instead of until."`
	}
}

func registerPause(api huma.API, s *service) {
	huma.Register(api, operation(api, http.MethodPost, "/pause", "pause",
		"Ask Oura for nothing for a while; deliveries are kept and looked at afterwards"), s.pause)
	huma.Register(api, operation(api, http.MethodPost, "/resume", "resume", "End a pause and catch up"), s.resume)
}

func (s *service) pause(ctx context.Context, in *pauseInput) (*body[Pause], error) {
	var until time.Time
	if b := in.Body; b != nil {
		switch {
		case b.Until != nil && b.Minutes != nil:
			return nil, newProblem(http.StatusUnprocessableEntity, codeInvalid, "Give either until or minutes, not both.")
		case b.Until != nil:
			until = *b.Until
		case b.Minutes != nil:
			until = s.Now().Add(time.Duration(*b.Minutes) * time.Minute)
		}
	}
	if err := s.Pauser.Pause(ctx, until); err != nil {
		return nil, s.fail(ctx, "pause", err)
	}
	return s.pauseNow(), nil
}

func (s *service) resume(ctx context.Context, _ *struct{}) (*body[Pause], error) {
	if err := s.Pauser.Unpause(ctx); err != nil {
		return nil, s.fail(ctx, "resume", err)
	}
	return s.pauseNow(), nil
}

func (s *service) pauseNow() *body[Pause] {
	until, paused := s.Pauser.Paused()
	return &body[Pause]{Pause{Paused: paused, Until: instant(until)}}
}
