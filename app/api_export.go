package app

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/export"
	"oura-streaming/internal/oura"
)

// What Reveal shows.
const (
	revealJob      = "job"
	revealSchedule = "schedule"
)

// ExportAPI is the screen Export. Where a file goes is asked by the program, with
// the system's own dialogs: no method takes a path (S-45).
type ExportAPI struct{ b *backend }

// Get returns the export by hand and the scheduled one.
func (a *ExportAPI) Get() (ExportView, error) {
	e, err := a.b.live()
	if err != nil {
		return ExportView{}, err
	}
	return exportView(e), nil
}

// Contents counts what there is to export.
func (a *ExportAPI) Contents() (ExportContents, error) {
	e, err := a.b.live()
	if err != nil {
		return ExportContents{Types: []ExportTypeView{}}, err
	}
	return exportContents(a.b.ctx, e)
}

// Estimate tells about how many rows an export has and how large its file is.
func (a *ExportAPI) Estimate(choice ExportChoice) (ExportEstimate, error) {
	e, r, err := a.read(choice)
	if err != nil {
		return ExportEstimate{}, err
	}
	told, err := e.EstimateExport(a.b.ctx, r)
	return ExportEstimate{Name: r.Name(time.Now()), Rows: told.Rows, Bytes: told.Bytes}, err
}

// Preview returns the first rows of an export.
func (a *ExportAPI) Preview(choice ExportChoice) (ExportPreview, error) {
	e, r, err := a.read(choice)
	if err != nil {
		return exportPreview(export.Table{}), err
	}
	table, err := e.PreviewExport(a.b.ctx, r)
	return exportPreview(table), err
}

// Start asks where the file goes and begins to write it. It returns the file's
// name, "" when the user chose none.
func (a *ExportAPI) Start(choice ExportChoice) (string, error) {
	e, r, err := a.read(choice)
	if err != nil {
		return "", err
	}
	if e.ExportState().State == engine.ExportRunning {
		return "", &oura.Error{Code: oura.CodeInvalid, Message: "An export is under way already. Wait for its end, or cancel it first."}
	}
	path, err := a.b.askFile("Export", r.Name(time.Now()))
	if path == "" || err != nil {
		return "", err
	}
	if path, err = completed(r, path); err != nil {
		return "", err
	}
	if e, err = a.b.live(); err != nil { // another one than before the question
		return "", err
	}
	return filepath.Base(path), e.StartExport(r, path)
}

// completed adds the usual ending where none was typed, unless that names a file
// which the dialog did not ask about.
func completed(r export.Request, path string) (string, error) {
	full := r.Complete(path)
	if _, err := os.Lstat(full); full != path && !errors.Is(err, fs.ErrNotExist) {
		return "", &oura.Error{Code: oura.CodeInvalid, Message: "There is a file " + filepath.Base(full) + " already. Choose another name."}
	}
	return full, nil
}

// Cancel ends the export under way, which leaves nothing.
func (a *ExportAPI) Cancel() error {
	e, err := a.b.live()
	if err == nil {
		e.CancelExport()
	}
	return err
}

// Reveal shows a finished export in the system's file manager: that made by hand
// (job) or the last scheduled one (schedule).
func (a *ExportAPI) Reveal(which string) error {
	e, err := a.b.live()
	if err != nil {
		return err
	}
	path := ""
	switch job := e.ExportState(); {
	case which == revealJob && job.State == engine.ExportDone:
		path = job.Path
	case which == revealSchedule:
		path = e.ExportSchedule().Path
	}
	if _, err := os.Stat(path); err != nil {
		return &oura.Error{Code: oura.CodeNotFound, Message: "The file is not there any more: it was moved or deleted, or its disk is not connected.", Err: err}
	}
	return a.b.reveal(a.b.ctx, path)
}

// SaveSchedule sets how often which export is made by itself and how many are kept.
func (a *ExportAPI) SaveSchedule(every, format, kind string, gzip bool, keep int) error {
	e, r, err := a.read(ExportChoice{Format: format, Kind: kind, Gzip: gzip})
	if err != nil {
		return err
	}
	return e.SetExportPlan(a.b.ctx, engine.ExportPlan{Every: every, Request: r, Keep: keep})
}

// ChooseFolder asks for the folder of scheduled exports. It returns the folder, ""
// when the user chose none.
func (a *ExportAPI) ChooseFolder() (string, error) {
	e, err := a.b.live()
	if err != nil {
		return "", err
	}
	folder, err := a.b.askFolder("Folder for scheduled exports", e.Config().Get(config.ExportFolder))
	if folder == "" || err != nil {
		return "", err
	}
	if e, err = a.b.live(); err != nil {
		return "", err
	}
	return folder, e.SetExportFolder(a.b.ctx, folder)
}

// read returns the engine and what a choice means.
func (a *ExportAPI) read(choice ExportChoice) (*engine.Engine, export.Request, error) {
	e, err := a.b.live()
	if err != nil {
		return nil, export.Request{}, err
	}
	r, err := choice.request()
	return e, r, err
}
