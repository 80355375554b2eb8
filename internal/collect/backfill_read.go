package collect

import (
	"context"
	"encoding/json"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/sqlite"
)

// window returns the first day of what one walk through pages covers that ends
// with last: a cut as a whole for documents, 30 days of it for a series.
func (c cut) window(dt oura.DataType, last oura.Day) oura.Day {
	if !isSeries(dt) {
		return c.from
	}
	return max(c.from, last.Add(1-cutDays))
}

// windowEnd returns the last day of the series' window that begins with first:
// windows are counted from the end of the cut.
func (c cut) windowEnd(first oura.Day) oura.Day {
	return c.to.Add(-daysFrom(first, c.to) / cutDays * cutDays)
}

// read reads what is left of the cut for one type.
func (r *jobRun) read(ctx context.Context, c cut, p sqlite.Part) error {
	if !isSeries(p.DataType) {
		return r.documents(ctx, c, p)
	}
	for p.State == sqlite.PartReading {
		var err error
		if p, err = r.rows(ctx, c, p); err != nil {
			return err
		}
	}
	return nil
}

// documents walks through the documents of the cut.
func (r *jobRun) documents(ctx context.Context, c cut, p sqlite.Part) error {
	if err := r.goOn(ctx); err != nil {
		return err
	}
	info, _ := oura.Lookup(p.DataType)
	d := comparison{
		store: r.store, log: r.log, now: r.opt.Now, user: r.job.UserID, source: oura.SourceBackfill,
		dt: p.DataType, info: info, from: c.from, to: c.to,
	}
	if err := d.begin(ctx); err != nil {
		return err
	}
	p.Begun = r.began(p)
	return r.opt.API.DocumentsFrom(ctx, p.DataType, c.from, c.to, p.Mark, func(page []json.RawMessage, next string) error {
		changes, err := d.news(ctx, page)
		if err != nil {
			return err
		}
		st := sqlite.Step{Part: p, Changes: changes}
		st.Part.Mark = next
		st.Part.Found += len(page)
		if next == "" {
			gone, err := r.gone(ctx, &d)
			if err != nil {
				return err
			}
			st.Changes = append(st.Changes, gone...)
			st.Asked = []sqlite.Asked{r.answer(p.DataType, c, p.Begun, nil)}
			st.Part.State, st.Part.Begun = sqlite.PartRead, time.Time{}
		}
		if p, err = r.step(ctx, st); err != nil {
			return err
		}
		r.went(r.walk(p), next, len(page), c.from)
		if next == "" {
			return nil
		}
		d.ticket = r.store.Ticket()
		return r.goOn(ctx)
	})
}

// began is when the walk through a part's window began, now for a new one.
func (r *jobRun) began(p sqlite.Part) time.Time {
	if p.Begun.IsZero() || p.Mark == "" {
		return r.opt.Now()
	}
	return p.Begun
}

// gone asks singly for what the store has had since before the job and the
// answers lack: what came with the job needs no second look.
func (r *jobRun) gone(ctx context.Context, d *comparison) (changes []sqlite.Change, err error) {
	for _, doc := range d.vanished() {
		if !doc.FirstSeen.Before(r.job.Created) {
			continue
		}
		if err := r.goOn(ctx); err != nil {
			return nil, err
		}
		more, err := d.singly(ctx, r.opt.API, doc)
		if err != nil {
			return nil, err
		}
		changes = append(changes, more...)
	}
	return changes, nil
}

// rows walks through one window of a series. Its days are UTC dates.
func (r *jobRun) rows(ctx context.Context, c cut, p sqlite.Part) (sqlite.Part, error) {
	if err := r.goOn(ctx); err != nil {
		return p, err
	}
	days := cut{from: p.WindowFrom, to: c.windowEnd(p.WindowFrom)}
	p.Begun = r.began(p)
	from, to := midnight(days.from, p.Begun), midnight(days.to.Add(1), p.Begun)
	mark := ouraapi.RowsMark{Page: p.Mark, Held: seriesRows(p.Held)}
	err := r.opt.API.RowsFrom(ctx, p.DataType, from, to, mark, func(rows []ouraapi.SeriesRow, next ouraapi.RowsMark) (err error) {
		st := sqlite.Step{Part: p, Samples: samplesOf(rows)}
		st.Part.Mark, st.Part.Held = next.Page, samplesOf(next.Held)
		st.Part.Found += len(rows)
		if next.Page == "" {
			st.Close = true
			st.Asked = []sqlite.Asked{r.answer(p.DataType, days, p.Begun, nil)}
			st.Part = before(st.Part, c)
		}
		walk := r.walk(p)
		if p, err = r.step(ctx, st); err != nil {
			return err
		}
		at := days.from
		if len(rows) > 0 {
			at = oura.DayOf(rows[len(rows)-1].At)
		}
		r.went(walk, next.Page, len(rows), at)
		if next.Page == "" {
			return nil
		}
		return r.goOn(ctx)
	})
	return p, err
}

// before moves a series' part to the window before its own, out of the cut after
// the oldest one.
func before(p sqlite.Part, c cut) sqlite.Part {
	p.Mark, p.Held, p.Begun = "", nil, time.Time{}
	if p.WindowFrom <= c.from {
		p.State = sqlite.PartRead
		return p
	}
	p.WindowFrom = c.window(p.DataType, p.WindowFrom.Add(-1))
	return p
}

func samplesOf(rows []ouraapi.SeriesRow) []sqlite.Sample {
	out := make([]sqlite.Sample, len(rows))
	for i, row := range rows {
		out[i] = sqlite.Sample(row)
	}
	return out
}

func seriesRows(samples []sqlite.Sample) []ouraapi.SeriesRow {
	out := make([]ouraapi.SeriesRow, len(samples))
	for i, s := range samples {
		out[i] = ouraapi.SeriesRow(s)
	}
	return out
}
