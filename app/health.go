package app

import (
	"time"

	"oura-streaming/internal/metrics"
)

// millis is an instant for the window, 0 where it is unknown.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// local writes an instant with the offset that it came with.
func local(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

// each turns a list into one for the window, which is never nil.
func each[A, B any](list []A, f func(A) B) []B {
	out := make([]B, len(list))
	for i, v := range list {
		out[i] = f(v)
	}
	return out
}

func figureView(f metrics.Figure) FigureView {
	return FigureView{ID: f.Metric.ID, Name: f.Metric.Name, Unit: string(f.Metric.Unit), Known: f.Known, Value: f.Value, Digits: f.Metric.Digits}
}

func usualView(u metrics.Usual) UsualView {
	return UsualView{Known: u.Known, Low: u.Low, Mid: u.Mid, High: u.High, Days: u.Days, Needs: u.Needs}
}

func nightFigure(f metrics.NightFigure) NightFigure {
	return NightFigure{Figure: figureView(f.Figure), Usual: usualView(f.Usual)}
}

func lineView(l metrics.Line) LineView {
	return LineView{Unit: string(l.Unit), StepMs: l.Step.Milliseconds(), AtMs: each(l.At, millis), Values: append([]float64{}, l.Values...)}
}

func runView(r metrics.Run) RunView {
	return RunView{Class: r.Class, FromMs: millis(r.From), ToMs: millis(r.To)}
}

func sleepView(s metrics.Sleep) SleepView {
	return SleepView{
		ObjectID: s.ObjectID, Day: string(s.Day), Type: s.Type, Main: s.Main, Start: local(s.Start), End: local(s.End),
		FromMs: millis(s.Start), ToMs: millis(s.End), Stages5: each(s.Stages5, runView), Stages30: each(s.Stages30, runView),
		Movement: each(s.Movement, runView), HeartRate: lineView(s.HeartRate), HRV: lineView(s.HRV),
		Totals:  each(s.Totals, func(t metrics.StageTotal) StageTotal { return StageTotal(t) }),
		Figures: each(s.Figures, nightFigure), ReceivedAt: instant(s.ReceivedAt), Revisions: s.Revisions,
		HasRecovery: len(s.Recovery) > 0, Recovery: each(s.Recovery, figureView),
	}
}

func nightView(n metrics.Night) NightView {
	return NightView{
		Day: string(n.Day), Today: string(n.Today), PreviousDay: string(n.Previous), NextDay: string(n.Next), FirstDay: string(n.FirstDay), LastDay: string(n.LastDay),
		Periods: each(n.Periods, sleepView), Waits: string(n.Waits), Excluded: n.Excluded,
	}
}

func scoreView(s metrics.Score) ScoreView {
	return ScoreView{
		DataType: string(s.Type), ObjectID: s.ObjectID, Score: figureView(s.Score), Before: figureView(s.Before), Usual: usualView(s.Usual),
		Contributors: each(s.Contributors, figureView), ReceivedAt: instant(s.ReceivedAt), Revisions: s.Revisions, Waits: string(s.Waits), Running: s.Running,
	}
}

func dayView(d metrics.Day) DayView {
	view := DayView{
		Day: string(d.Day), Today: string(d.Today), PreviousDay: string(d.Previous), NextDay: string(d.Next), Offset: d.Offset, HasData: d.HasData,
		Scores: each(d.Scores, scoreView), HasNight: d.Night != nil, Night: sleepView(metrics.Sleep{}), Body: each(d.Body, figureView),
		Stress: StressView{
			Known: d.Stress.Known, High: figureView(d.Stress.High), Recovery: figureView(d.Stress.Recovery),
			Summary: d.Stress.Summary, Resilience: d.Stress.Resilience, Waits: string(d.Stress.Waits),
		},
		Movement: movementView(d.Movement), Heart: heartView(d.Heart),
		Week: each(d.Week, func(w metrics.WeekDay) WeekDayView {
			return WeekDayView{Day: string(w.Day), Scores: each(w.Scores, figureView)}
		}),
		Changes: each(d.Changes, func(c metrics.DayChange) ChangeView {
			return ChangeView{Figure: figureView(c.Figure), Before: c.Before, Usual: usualView(c.Usual)}
		}),
		SyncedAt: instant(d.SyncedAt), RingAt: instant(d.RingAt),
	}
	if d.Night != nil {
		view.Night = sleepView(*d.Night)
	}
	return view
}

func movementView(m metrics.Movement) MovementView {
	return MovementView{
		Known: m.Known, FromMs: millis(m.From), ToMs: millis(m.To), Steps: figureView(m.Steps), Figures: each(m.Figures, figureView),
		Runs: each(m.Runs, runView), Met: lineView(m.Met), Waits: string(m.Waits),
	}
}

func heartView(h metrics.Heart) HeartView {
	return HeartView{
		Known: h.Known, FromMs: millis(h.From), ToMs: millis(h.To), Line: lineView(h.Line), Low: append([]float64{}, h.Low...),
		High: append([]float64{}, h.High...), Lowest: h.Lowest, Highest: h.Highest, Waits: string(h.Waits),
	}
}

func metricView(m metrics.Metric) MetricView {
	return MetricView{
		ID: m.ID, DataType: string(m.Type), Field: m.Field, Name: m.Name, Unit: string(m.Unit), PerDay: string(m.PerDay), Digits: m.Digits,
		Days: m.Days, FirstDay: string(m.FirstDay), LastDay: string(m.LastDay), Known: m.Known,
	}
}

func trendView(t metrics.Trend) TrendView {
	band := func(of func(metrics.Usual) float64) []float64 { return each(t.Bands, of) }
	return TrendView{
		Metric: metricView(t.Metric), From: string(t.From), To: string(t.To), Today: string(t.Today), Days: words(t.Days), Values: append([]float64{}, t.Values...),
		BandDays: words(t.BandDays), Low: band(func(u metrics.Usual) float64 { return u.Low }),
		Mid: band(func(u metrics.Usual) float64 { return u.Mid }), High: band(func(u metrics.Usual) float64 { return u.High }),
		Apart: words(t.Apart), NotWorn: words(t.NotWorn), Summary: spanView(t.Summary), Previous: spanView(t.Previous), Change: ChangeSpan(t.Change),
	}
}

func spanView(s metrics.Span) SpanView {
	return SpanView{
		From: string(s.From), To: string(s.To), Count: s.Count, Days: s.Days, Median: s.Median, Low: s.Low, High: s.High,
		Min: s.Min, MinDay: string(s.MinDay), Max: s.Max, MaxDay: string(s.MaxDay),
	}
}

// emptyDay is the view of nothing, for a call that fails: no list of it is nil.
func emptyDay() DayView {
	nothing := metrics.Figure{Metric: &metrics.Metric{}}
	return dayView(metrics.Day{
		Stress:   metrics.Stress{High: nothing, Recovery: nothing},
		Movement: metrics.Movement{Steps: nothing},
	})
}
