package app

import (
	"context"
	"path/filepath"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/export"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// longestCell bounds a cell of the preview, in runes.
const longestCell = 120

// request reads a choice. Days of events are those of the computer's clock. Code:
// invalid.
func (c ExportChoice) request() (export.Request, error) {
	r := export.Request{
		Format: export.Format(c.Format), Kind: export.Kind(c.Kind), Gzip: c.Gzip, Types: typed[oura.DataType](c.DataTypes),
		EventTypes: typed[oura.Operation](c.Operations), Sources: typed[oura.Source](c.Sources), IncludeDeleted: c.IncludeDeleted,
	}
	if c.Kind == config.Everything {
		r.Kind = export.Everything
	}
	if r.Kind != export.Events {
		r.StartDay, r.EndDay = oura.Day(c.From), oura.Day(c.To)
	}
	var err error
	if r.Kind == export.Events || r.Kind == export.Everything {
		r.Since, r.Until, err = midnights(c.From, c.To)
	}
	if err != nil {
		return r, err
	}
	return r, r.Check()
}

// midnights are the begin of one day and the end of another by the computer's
// clock; zero for no limit.
func midnights(from, to string) (since, until time.Time, err error) {
	if from != "" {
		since, err = time.ParseInLocation(time.DateOnly, from, time.Local)
	}
	if to != "" && err == nil {
		until, err = time.ParseInLocation(time.DateOnly, to, time.Local)
		until = until.AddDate(0, 0, 1)
	}
	if err != nil {
		err = &oura.Error{Code: oura.CodeInvalid, Message: "There is no such day. Write days like 2026-11-22.", Err: err}
	}
	return since, until, err
}

func kindWord(k export.Kind) string {
	if k == export.Everything {
		return config.Everything
	}
	return string(k)
}

func exportView(e *engine.Engine) ExportView {
	return ExportView{Job: exportJob(e.ExportState(), time.Now()), Schedule: exportSchedule(e.ExportSchedule())}
}

func exportJob(j engine.ExportJob, now time.Time) ExportJobView {
	if j.State == engine.ExportNone {
		return ExportJobView{}
	}
	view := ExportJobView{
		ID: j.ID, State: string(j.State), Format: string(j.Request.Format), Kind: kindWord(j.Request.Kind),
		Name: filepath.Base(j.Path), Folder: filepath.Dir(j.Path), Done: j.Done, Total: j.Total, Bytes: j.Bytes,
		SecondsLeft: int((j.Left(now) + time.Second/2) / time.Second), StartedAt: instant(j.Started), EndedAt: instant(j.Ended),
	}
	if j.Err != nil {
		view.Error = oura.MessageOf(j.Err)
	}
	return view
}

func exportSchedule(s engine.ExportSchedule) ExportScheduleView {
	view := ExportScheduleView{
		Every: s.Every, Format: string(s.Request.Format), Kind: kindWord(s.Request.Kind), Gzip: s.Request.Gzip, Keep: s.Keep, Folder: s.Folder,
		NextAt: instant(s.Next), LastAt: instant(s.Last), Bytes: s.Bytes, Kept: s.Kept, Running: s.Running, Done: s.Done, Total: s.Total,
	}
	if s.Path != "" {
		view.Name = filepath.Base(s.Path)
	}
	if s.Err != nil {
		view.Error = oura.MessageOf(s.Err)
	}
	return view
}

// exportContents counts what is stored.
func exportContents(ctx context.Context, e *engine.Engine) (ExportContents, error) {
	out := ExportContents{Types: []ExportTypeView{}}
	documents, err := e.Store().DocumentParts(ctx, sqlite.DocumentFilter{})
	if err != nil {
		return out, err
	}
	samples, err := e.Store().SampleParts(ctx, time.Time{}, time.Time{})
	if err != nil {
		return out, err
	}
	events, err := e.Store().EventParts(ctx, sqlite.EventFilter{})
	if err != nil {
		return out, err
	}
	out.add(documents, func(t *ExportTypeView) *int64 { return &t.Documents })
	out.add(samples, func(t *ExportTypeView) *int64 { return &t.Samples })
	out.add(events, func(t *ExportTypeView) *int64 { return &t.Events })
	return out, nil
}

func (c *ExportContents) add(parts []sqlite.Holding, count func(*ExportTypeView) *int64) {
	for _, p := range parts {
		*count(c.of(string(p.Type))) += p.Count
		if first := string(p.First); first != "" && (c.FirstDay == "" || first < c.FirstDay) {
			c.FirstDay = first
		}
		c.LastDay = max(c.LastDay, string(p.Last))
	}
}

// of returns the line of a type, which is added if it is not there.
func (c *ExportContents) of(dataType string) *ExportTypeView {
	for i := range c.Types {
		if c.Types[i].DataType == dataType {
			return &c.Types[i]
		}
	}
	c.Types = append(c.Types, ExportTypeView{DataType: dataType})
	return &c.Types[len(c.Types)-1]
}

func exportPreview(t export.Table) ExportPreview {
	view := ExportPreview{Name: t.Name, Columns: []string{}, Rows: [][]string{}}
	view.Columns = append(view.Columns, t.Columns...)
	for _, row := range t.Rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = shortened(cell, len(t.Columns) == 0)
		}
		view.Rows = append(view.Rows, cells)
	}
	return view
}

// shortened cuts what nobody reads in a preview; a line of its own may be longer.
func shortened(cell string, line bool) string {
	most := longestCell
	if line {
		most = 4 * longestCell
	}
	n := 0
	for i := range cell {
		if n++; n > most {
			return cell[:i] + "…"
		}
	}
	return cell
}
