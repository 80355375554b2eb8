package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/export"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/status"
)

// How often the scheduled export is made.
const (
	ExportOff    = "off"
	ExportDaily  = "daily"
	ExportWeekly = "weekly"
)

const (
	scheduleHour  = 5                // of the day, by the computer's clock: after the night, mostly before the day
	scheduleLook  = 30 * time.Second // timers stand still while a computer sleeps
	scheduleAgain = 5 * time.Minute  // after an export that failed
)

// ExportPlan is the scheduled export as the user set it.
type ExportPlan struct {
	Every   string         // off | daily | weekly
	Request export.Request // format, kind, gzip
	Keep    int            // files
}

// ExportSchedule is the scheduled export and how it fares.
type ExportSchedule struct {
	ExportPlan
	Folder  string    // absolute, "" while none is chosen
	Next    time.Time // zero while it is off
	Last    time.Time // of the newest one that was made, zero: none
	Path    string    // of that
	Bytes   int64     // of that
	Kept    int       // files of its own that are there
	Running bool
	Done    int64 // rows of the one under way
	Total   int64
	Err     error // why the last try failed
}

// ExportSchedule returns the scheduled export.
func (e *Engine) ExportSchedule() ExportSchedule {
	s := &e.schedule
	s.mu.Lock()
	defer s.mu.Unlock()
	out := ExportSchedule{
		ExportPlan: e.exportPlan(), Folder: e.cfg.Get(config.ExportFolder), Last: s.made.Last, Path: s.made.Path, Bytes: s.made.Bytes,
		Running: s.running, Done: s.done, Total: s.total, Err: s.err,
	}
	out.Kept = len(s.made.in(out.Folder))
	if out.Every != ExportOff {
		out.Next = s.next(out.Every, e.wall())
	}
	return out
}

func (e *Engine) exportPlan() ExportPlan {
	keep, _ := strconv.Atoi(e.cfg.Get(config.ExportKeep)) // checked when it came in
	r := export.Request{Format: export.Format(e.cfg.Get(config.ExportFormat)), Gzip: e.cfg.Bool(config.ExportGzip)}
	if kind := e.cfg.Get(config.ExportKind); kind != config.Everything {
		r.Kind = export.Kind(kind)
	}
	return ExportPlan{Every: e.cfg.Get(config.ExportSchedule), Request: r, Keep: keep}
}

// SetExportPlan changes the scheduled export. It is made at five o'clock of each
// day or Monday; one that was missed, also the first, at once. Codes: invalid,
// storage.
func (e *Engine) SetExportPlan(ctx context.Context, p ExportPlan) error {
	if err := p.Request.Check(); err != nil {
		return err
	}
	if p.Every != ExportOff && e.cfg.Get(config.ExportFolder) == "" {
		return &oura.Error{Code: oura.CodeInvalid, Message: "Choose the folder for the scheduled exports first."}
	}
	kind, gzip := string(p.Request.Kind), "off"
	if p.Request.Kind == export.Everything {
		kind = config.Everything
	}
	if p.Request.Gzip {
		gzip = "on"
	}
	err := e.cfg.SetAll(ctx, map[config.Name]string{
		config.ExportSchedule: p.Every, config.ExportFormat: string(p.Request.Format), config.ExportKind: kind, config.ExportGzip: gzip,
		config.ExportKeep: strconv.Itoa(p.Keep),
	})
	if err == nil {
		e.schedule.rouse()
		e.exporting.bell.Ring()
	}
	return err
}

// SetExportFolder says where scheduled exports go. Those in the former folder
// stay there. Codes: invalid, storage.
func (e *Engine) SetExportFolder(ctx context.Context, folder string) error {
	if err := e.MayWriteTo(folder); err != nil {
		return err
	}
	if folder == e.cfg.Get(config.ExportFolder) {
		return nil
	}
	if err := e.cfg.Set(ctx, config.ExportFolder, folder); err != nil {
		return err
	}
	err := e.changeMade(ctx, func(m *madeExports) { m.Last = time.Time{} }) // that folder has none yet
	e.schedule.rouse()
	e.exporting.bell.Ring()
	return err
}

// serveSchedule makes the scheduled export when its time has come by the clock on
// the wall, also after a sleep, and tries again what failed.
func (e *Engine) serveSchedule(ctx context.Context) error {
	for {
		e.keepSchedule(ctx)
		timer := time.NewTimer(scheduleLook)
		select {
		case <-ctx.Done():
		case <-e.schedule.wake:
			e.schedule.forgive()
		case <-timer.C:
		}
		timer.Stop()
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// keepSchedule makes the export that is due, if one is.
func (e *Engine) keepSchedule(ctx context.Context) {
	plan, folder := e.exportPlan(), e.cfg.Get(config.ExportFolder)
	if plan.Every == ExportOff || folder == "" {
		e.schedule.forgive()
		e.status.Clear(status.ExportFailed)
		return
	}
	if !e.schedule.begin(plan.Every, e.wall()) {
		return
	}
	e.exporting.bell.Ring()
	err := e.exportTo(ctx, folder, plan)
	if ctx.Err() != nil {
		err = nil // the program ends; it is made at the next start
	}
	e.schedule.end(e.wall(), err)
	e.exporting.bell.Ring()
	e.raiseExport(ctx, folder, err)
}

func (e *Engine) exportTo(ctx context.Context, folder string, plan ExportPlan) error {
	if err := e.MayWriteTo(folder); err != nil {
		return err
	}
	now := e.wall()
	path := filepath.Join(folder, plan.Request.ScheduledName(now))
	if err := e.planFile(ctx, path); err != nil {
		return err
	}
	err := e.exports.File(ctx, plan.Request, path, e.noteSchedule)
	e.auditExport(ctx, plan.Request, "scheduled", err)
	if err != nil {
		return errors.Join(err, e.dropFile(ctx, path))
	}
	return e.keepFiles(ctx, folder, path, now, plan.Keep)
}

func (e *Engine) noteSchedule(done, total int64) {
	s := &e.schedule
	s.mu.Lock()
	s.done, s.total = done, total
	s.mu.Unlock()
	e.exporting.bell.Ring()
}

// raiseExport tells the user of a scheduled export that failed.
func (e *Engine) raiseExport(ctx context.Context, folder string, err error) {
	if err == nil {
		e.status.Clear(status.ExportFailed)
		return
	}
	e.log.WarnContext(ctx, "scheduled export failed", "err", err, "retry_in", scheduleAgain)
	text := oura.MessageOf(err)
	if _, statErr := os.Stat(folder); errors.Is(statErr, os.ErrNotExist) {
		text = "The folder " + folder + " is not there. If it lies on a disk or a share, connect it; or choose another folder."
	}
	e.status.Raise(status.Trouble{Code: status.ExportFailed, Text: text + " The export is tried again every five minutes; nothing stored is affected."})
}
