package engine

import (
	"context"

	"oura-streaming/internal/collect"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/restapi"
	"oura-streaming/internal/sqlite"
)

// JobWord is what a job is doing, in one word: queued, running, waiting, done,
// cancelled.
func JobWord(v collect.JobView) string {
	switch {
	case v.State != sqlite.JobOpen:
		return string(v.State)
	case v.Waiting != "":
		return "waiting"
	case v.Running:
		return "running"
	}
	return "queued"
}

// jobs are the requests for history as the local API sees them.
type jobs struct{ e *Engine }

func (j jobs) Begin(ctx context.Context, from, to oura.Day, types []oura.DataType) (restapi.JobView, error) {
	v, err := j.e.Backfill(ctx, from, to, types)
	return jobView(v), err
}

func (j jobs) Cancel(ctx context.Context, id int64) (restapi.JobView, error) {
	v, err := j.e.CancelJob(ctx, id)
	return jobView(v), err
}

func (j jobs) Resume(ctx context.Context, id int64) (restapi.JobView, error) {
	v, err := j.e.ResumeJob(ctx, id)
	return jobView(v), err
}

func (j jobs) Get(ctx context.Context, id int64) (restapi.JobView, error) {
	v, err := j.e.Job(ctx, id)
	return jobView(v), err
}

func (j jobs) List(ctx context.Context) ([]restapi.JobView, error) {
	all, err := j.e.Jobs(ctx)
	out := make([]restapi.JobView, len(all))
	for i, v := range all {
		out[i] = jobView(v)
	}
	return out, err
}

func jobView(v collect.JobView) restapi.JobView {
	return restapi.JobView{
		Job: v.Job, Word: JobWord(v), Reason: v.Waiting, Type: v.Type, Day: v.Day, Rate: v.Rate,
		DaysDone: v.Done, DaysAll: v.Total, Left: v.Left,
	}
}
