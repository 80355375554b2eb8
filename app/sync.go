package app

import (
	"context"
	"slices"
	"strconv"
	"time"

	"oura-streaming/internal/auth"
	"oura-streaming/internal/collect"
	"oura-streaming/internal/config"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

func emptySync() SyncView {
	return SyncView{Types: []SyncTypeView{}, Jobs: []JobView{}, Rounds: []RoundLine{}, Today: string(oura.DayOf(time.Now()))}
}

func syncView(ctx context.Context, e *engine.Engine) (SyncView, error) {
	view := emptySync()
	st, err := accountOf(ctx, e)
	if err != nil {
		return view, err
	}
	until, paused := e.Paused()
	view.Connected, view.Live, view.Paused, view.PausedUntil = st.UserID != "", e.Live(), paused, instant(until)
	view.PollMinutes, _ = strconv.Atoi(e.Config().Get(config.PollMinutes)) // checked when it came in
	view.Rounds, view.Round = roundLines(e.Rounds()), runningRound(e.Round())
	fresh, err := e.Store().Freshness(ctx, st.UserID)
	if err != nil {
		return view, err
	}
	view.Types = syncTypes(e, st, fresh)
	first, err := e.Store().FirstDay(ctx, st.UserID)
	if err != nil {
		return view, err
	}
	view.FirstDay = string(first)
	jobs, err := e.Jobs(ctx)
	for _, j := range jobs {
		view.Jobs = append(view.Jobs, jobView(j))
	}
	return view, err
}

// syncTypes lists what can be read, documents first.
func syncTypes(e *engine.Engine, st auth.Status, fresh map[oura.DataType]sqlite.Newest) []SyncTypeView {
	out := []SyncTypeView{}
	looks, wanted := e.TypeRounds(), e.Config().Types()
	for _, info := range oura.Catalogue() {
		series := info.Kind == oura.KindSeries
		if !series && info.Kind != oura.KindDocument {
			continue
		}
		last, newest := looks[info.Type], fresh[info.Type]
		view := SyncTypeView{
			DataType: string(info.Type), Series: series, Days: series || info.Dated,
			LastSync: instant(last.At), Newest: instant(newest.At), NewestDay: string(newest.Day), Count: newest.Count,
			Allowed: !st.ScopesKnown || oura.Opens(st.Scopes, info.Type), Wanted: series || slices.Contains(wanted, info.Type),
		}
		if info.Key == info.Day {
			view.Newest = "" // that instant only stands for the day
		}
		if last.Err != nil {
			view.Error = oura.MessageOf(last.Err)
		}
		out = append(out, view)
	}
	return out
}

func jobView(j collect.JobView) JobView {
	view := JobView{
		ID: j.ID, Kind: string(j.Kind), State: engine.JobWord(j), Reason: j.Waiting, WaitUntil: instant(j.WaitUntil),
		From: string(j.From), To: string(j.To), DataTypes: words(j.Types), Day: string(j.Day), DataType: string(j.Type),
		DaysDone: j.Done, DaysTotal: j.Total, Rate: j.Rate, SecondsLeft: int(j.Left / time.Second),
		CreatedAt: instant(j.Created), EndedAt: instant(j.Ended), Types: []JobTypeView{},
	}
	for _, p := range j.Parts {
		view.Documents += p.Documents
		view.Revised += p.Revised
		view.Samples += p.Samples
		view.Types = append(view.Types, JobTypeView{
			DataType: string(p.DataType), State: string(p.State), Documents: p.Documents, Samples: p.Samples, Missed: p.Missed, Reason: p.Reason,
		})
	}
	return view
}

func roundLines(rounds []collect.Round) []RoundLine {
	out := []RoundLine{}
	for _, r := range rounds {
		if r.Kind == collect.KindWatch {
			continue // it asked nothing
		}
		out = append(out, RoundLine{
			Kind: r.Kind, StartedAt: instant(r.Started), EndedAt: instant(r.Ended), From: string(r.From), To: string(r.To),
			Added: r.New, Revised: r.Revised, Deleted: r.Deleted, Samples: r.Samples, Failed: len(r.Failed),
		})
	}
	return out
}

func runningRound(d collect.Doing) RunningRound {
	return RunningRound{Running: d.Kind != "", Kind: d.Kind, Done: d.Done, Total: d.Total}
}
