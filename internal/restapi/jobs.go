package restapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// JobKeeper reads history. Begin, Cancel and Resume return at once with the job
// as it is then; without from, to or types Begin takes all there is.
type JobKeeper interface {
	Begin(ctx context.Context, from, to oura.Day, types []oura.DataType) (JobView, error)
	Cancel(ctx context.Context, id int64) (JobView, error)
	Resume(ctx context.Context, id int64) (JobView, error)
	Get(ctx context.Context, id int64) (JobView, error)
	List(ctx context.Context) ([]JobView, error) // newest first
}

// JobView is a job as it is stored, with what goes on just now.
type JobView struct {
	sqlite.Job
	Word     string        // queued, running, waiting, done, cancelled
	Reason   string        // why it waits, for the user
	Type     oura.DataType // read last, "" when not known
	Day      oura.Day      // the same
	Rate     float64       // documents and rows a second
	DaysDone int
	DaysAll  int           // 0: not known
	Left     time.Duration // 0: not known
}

// Job is a request for history.
type Job struct {
	ID          int64     `json:"id"`
	Kind        string    `json:"kind" doc:"history (begun by the program for an account just connected) or asked."`
	State       string    `json:"state" doc:"queued, running, waiting, done or cancelled."`
	Reason      string    `json:"reason" doc:"Why it waits."`
	From        *string   `json:"from" doc:"The first day, null while it reads until a year holds nothing."`
	To          string    `json:"to" doc:"The last day; it reads from there backwards."`
	DataTypes   []string  `json:"data_types" nullable:"false"`
	Day         *string   `json:"day" doc:"Where it is."`
	DataType    *string   `json:"data_type" doc:"What it read last."`
	Documents   int       `json:"documents" doc:"New ones so far."`
	Revised     int       `json:"revised" doc:"Documents and samples that replaced others."`
	Samples     int       `json:"samples" doc:"New ones so far."`
	DaysDone    int       `json:"days_done"`
	DaysTotal   *int      `json:"days_total" doc:"null while nobody knows how far back the data goes."`
	Rate        float64   `json:"rate_per_second" doc:"Documents and samples a second, just now."`
	SecondsLeft *int      `json:"seconds_left" doc:"null while it cannot be told."`
	CreatedAt   string    `json:"created_at" format:"date-time"`
	EndedAt     *string   `json:"ended_at" format:"date-time" doc:"null until it ends."`
	Types       []JobType `json:"types" nullable:"false" doc:"The types it has begun with."`
}

// JobType is one type of a job.
type JobType struct {
	DataType  string `json:"data_type"`
	State     string `json:"state" doc:"reading, read (the days under way) or refused."`
	Documents int    `json:"documents"`
	Samples   int    `json:"samples"`
	Missed    int    `json:"missed" doc:"Days that could not be read and were left out."`
	Reason    string `json:"reason" doc:"Why it was refused, or days were left out."`
}

type backfillInput struct {
	Body struct {
		From      dayText        `json:"from,omitempty" doc:"A day such as 2026-11-01: the first one. Default: as far back as there is data."`
		To        dayText        `json:"to,omitempty" doc:"A day such as 2026-11-22: the last one. Default: today."`
		DataTypes []dataTypeName `json:"data_types,omitempty" maxItems:"64" nullable:"false" doc:"Data types such as daily_sleep or heartrate. None means the types chosen for announcements (all unless changed), heartrate and ring_battery_level."`
	}
}

// dayText is a day in a body, which is looked at here alone: the schema's own
// words about a pattern help nobody.
type dayText string

// Schema describes the day for the OpenAPI document.
func (dayText) Schema(huma.Registry) *huma.Schema { return &huma.Schema{Type: huma.TypeString} }

type jobInput struct {
	ID int64 `path:"id" minimum:"1" doc:"The id of a job as listed."`
}

type oneJobInput struct {
	ID int64 `path:"id" minimum:"1" doc:"The id of a job as listed."`
	Condition
}

type jobsOutput struct {
	Body []Job `nullable:"false"`
}

func registerJobs(api huma.API, s *service) {
	op := operation(api, http.MethodPost, "/backfill", "backfill",
		"Read days of the past from Oura; returns at once, GET /jobs shows how far it came")
	op.DefaultStatus = http.StatusAccepted
	op = needsBody(op, "Say what to read: send {\"from\": \"2026-01-01\", \"to\": \"2026-01-31\", \"data_types\": [\"daily_sleep\"]} with your own values. {} means everything.")
	huma.Register(api, op, s.backfill)
	huma.Register(api, operation(api, http.MethodGet, "/jobs", "listJobs", "Requests for history, newest first"), s.listJobs)
	huma.Register(api, aboutOne(operation(api, http.MethodGet, "/jobs/{id}", "getJob", "One request for history")), s.getJob)
	huma.Register(api, operation(api, http.MethodDelete, "/jobs/{id}", "cancelJob",
		"End a request for history that has not ended; what it brought stays"), s.cancelJob)
	huma.Register(api, operation(api, http.MethodPost, "/jobs/{id}/resume", "resumeJob",
		"Go on with a cancelled request where it stopped"), s.resumeJob)
}

func (s *service) backfill(ctx context.Context, in *backfillInput) (*body[Job], error) {
	from, to := day(in.Body.From), day(in.Body.To)
	var types []oura.DataType
	for _, dt := range in.Body.DataTypes {
		types = append(types, oura.DataType(dt))
	}
	if err := checkDays(from, to); err != nil {
		return nil, err
	}
	j, err := s.Jobs.Begin(ctx, oura.Day(from), oura.Day(to), types)
	return s.job(ctx, "backfill", j, err)
}

func (s *service) getJob(ctx context.Context, in *oneJobInput) (*single[Job], error) {
	j, err := s.Jobs.Get(ctx, in.ID)
	if err != nil {
		return nil, s.fail(ctx, "get job", err)
	}
	return unlessKnown(in.Condition, jobOf(j))
}

func (s *service) cancelJob(ctx context.Context, in *jobInput) (*body[Job], error) {
	j, err := s.Jobs.Cancel(ctx, in.ID)
	return s.job(ctx, "cancel job", j, err)
}

func (s *service) resumeJob(ctx context.Context, in *jobInput) (*body[Job], error) {
	j, err := s.Jobs.Resume(ctx, in.ID)
	return s.job(ctx, "resume job", j, err)
}

func (s *service) job(ctx context.Context, call string, j JobView, err error) (*body[Job], error) {
	if err != nil {
		return nil, s.fail(ctx, call, err)
	}
	return &body[Job]{jobOf(j)}, nil
}

func (s *service) listJobs(ctx context.Context, _ *struct{}) (*jobsOutput, error) {
	rows, err := s.Jobs.List(ctx)
	if err != nil {
		return nil, s.fail(ctx, "list jobs", err)
	}
	out := &jobsOutput{Body: make([]Job, len(rows))}
	for i, j := range rows {
		out.Body[i] = jobOf(j)
	}
	return out, nil
}

func jobOf(j JobView) Job {
	out := Job{
		ID: j.ID, Kind: string(j.Kind), State: j.Word, Reason: j.Reason, From: orNull(string(j.From)), To: string(j.To),
		DataTypes: make([]string, len(j.Types)), Day: orNull(string(j.Day)), DataType: orNull(string(j.Type)),
		DaysDone: j.DaysDone, DaysTotal: orNull(j.DaysAll), Rate: j.Rate, SecondsLeft: orNull(int(j.Left / time.Second)),
		CreatedAt: stamp(j.Created), EndedAt: instant(j.Ended), Types: make([]JobType, len(j.Parts)),
	}
	for i, dt := range j.Types {
		out.DataTypes[i] = string(dt)
	}
	for i, p := range j.Parts {
		out.Types[i] = JobType{
			DataType: string(p.DataType), State: string(p.State), Documents: p.Documents, Samples: p.Samples, Missed: p.Missed, Reason: p.Reason,
		}
		out.Documents += p.Documents
		out.Revised += p.Revised
		out.Samples += p.Samples
	}
	return out
}

// orNull is null for the zero value.
func orNull[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
