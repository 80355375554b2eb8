package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"oura-streaming/internal/export"
	"oura-streaming/internal/hub"
	"oura-streaming/internal/oura"
)

// ExportState is how an export stands.
type ExportState string

// The states. None: no export was asked for since the start.
const (
	ExportNone      ExportState = ""
	ExportRunning   ExportState = "running"
	ExportDone      ExportState = "done"
	ExportFailed    ExportState = "failed"
	ExportCancelled ExportState = "cancelled"
)

// ExportJob is an export to a file, under way or ended.
type ExportJob struct {
	ID      int64 // rises with each export of this run
	State   ExportState
	Request export.Request
	Path    string // absolute
	Done    int64  // rows written
	Total   int64  // rows about, 0: not known yet
	Bytes   int64  // of the finished file
	Started time.Time
	Ended   time.Time
	Err     error // why it failed

	course export.Course
}

// Left is how long the export takes yet, judged by the work so far; 0: not known.
func (j ExportJob) Left(now time.Time) time.Duration {
	took := now.Sub(j.Started)
	if j.State != ExportRunning || j.Done == 0 || j.Done >= j.Total || took < time.Second {
		return 0
	}
	share := j.course.Share(j.Done)
	if share == 0 {
		share = float64(j.Done) / float64(j.Total)
	}
	return time.Duration(float64(took) * (1 - share) / share)
}

// exporting is the export by hand: one at a time, whoever looks at it or not.
type exporting struct {
	bell hub.Bell // an export or the schedule has changed
	wake chan struct{}

	mu     sync.Mutex // guards the fields below
	job    ExportJob
	asked  bool               // job waits to be begun
	cancel context.CancelFunc // of the running one
}

// StartExport begins to write what r asks for to the file at path, which is
// replaced if it is there. It goes on without a window and ends with the program,
// complete or leaving nothing. Codes: invalid, storage.
func (e *Engine) StartExport(r export.Request, path string) error {
	if err := r.Check(); err != nil {
		return err
	}
	if err := e.MayWriteTo(filepath.Dir(path)); err != nil {
		return err
	}
	x := &e.exporting
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.job.State == ExportRunning {
		return &oura.Error{Code: oura.CodeInvalid, Message: "An export is under way already. Wait for its end, or cancel it first."}
	}
	x.job = ExportJob{ID: x.job.ID + 1, State: ExportRunning, Request: r, Path: path, Started: e.opt.Now()}
	x.asked = true
	select {
	case x.wake <- struct{}{}:
	default: // a wake-up waits already
	}
	x.bell.Ring()
	return nil
}

// MayWriteTo refuses the program's own folder: a file of the user's there could take
// the place of the database. Codes: invalid, storage.
func (e *Engine) MayWriteTo(folder string) error { return MayWriteBeside(e.opt.DataDir, folder) }

// MayWriteBeside does the same where no engine runs on that data folder.
func MayWriteBeside(dataDir, folder string) error {
	if !filepath.IsAbs(folder) {
		return &oura.Error{Code: oura.CodeInvalid, Message: "Choose a folder with its whole path."}
	}
	at, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return &oura.Error{Code: oura.CodeStorage, Message: "That folder is not there. Choose another one.", Err: err}
	}
	own, err := filepath.EvalSymlinks(dataDir)
	if err != nil {
		return folderError(dataDir, err)
	}
	if at == own || strings.HasPrefix(at, own+string(filepath.Separator)) {
		return &oura.Error{Code: oura.CodeInvalid, Message: "That is the program's own folder, where a file could overwrite what is stored. Choose another one."}
	}
	return nil
}

// CancelExport ends the export under way, which leaves nothing. Without one it
// does nothing.
func (e *Engine) CancelExport() {
	x := &e.exporting
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case x.job.State != ExportRunning:
	case x.asked: // not begun yet
		x.asked, x.job.State, x.job.Ended = false, ExportCancelled, e.opt.Now()
	case x.cancel != nil:
		x.cancel()
	}
	x.bell.Ring()
}

// ExportState returns the export under way, or the last one of this run.
func (e *Engine) ExportState() ExportJob {
	e.exporting.mu.Lock()
	defer e.exporting.mu.Unlock()
	return e.exporting.job
}

// ListenExport returns a channel that gets a token whenever an export or the
// schedule has changed, and the way to give it up.
func (e *Engine) ListenExport() (wake <-chan struct{}, stop func()) { return e.exporting.bell.Listen() }

// EstimateExport tells how large an export would be. See export.Exporter.
func (e *Engine) EstimateExport(ctx context.Context, r export.Request) (export.Estimate, error) {
	return e.exports.Estimate(ctx, r)
}

// PreviewExport returns the first rows of an export. See export.Exporter.
func (e *Engine) PreviewExport(ctx context.Context, r export.Request) (export.Table, error) {
	return e.exports.Preview(ctx, r)
}

// serveExports makes what StartExport asks for.
func (e *Engine) serveExports(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-e.exporting.wake:
			e.runExport(ctx)
		}
	}
}

func (e *Engine) runExport(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	x := &e.exporting
	x.mu.Lock()
	job, asked := x.job, x.asked
	x.asked, x.cancel = false, cancel
	x.mu.Unlock()
	if !asked {
		return // cancelled before it began
	}
	if course, err := e.exports.Course(ctx, job.Request); err == nil { // without it rows are counted
		x.mu.Lock()
		x.job.course = course
		x.mu.Unlock()
	}
	err := e.exports.File(ctx, job.Request, job.Path, x.note)
	e.auditExport(ctx, job.Request, "by hand", err)
	x.end(e.opt.Now(), err)
	if err != nil && !errors.Is(err, context.Canceled) {
		e.log.WarnContext(ctx, "export failed", "format", job.Request.Format, "kind", job.Request.Kind, "err", err)
	}
}

// note keeps how far the export has come.
func (x *exporting) note(done, total int64) {
	x.mu.Lock()
	x.job.Done, x.job.Total = done, total
	x.mu.Unlock()
	x.bell.Ring()
}

func (x *exporting) end(now time.Time, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	defer x.bell.Ring()
	x.cancel, x.job.Ended = nil, now
	switch {
	case err == nil:
		x.job.State, x.job.Total = ExportDone, x.job.Done
		x.job.Bytes = sizeOf(x.job.Path)
	case errors.Is(err, context.Canceled):
		x.job.State = ExportCancelled
	default:
		x.job.State, x.job.Err = ExportFailed, err
	}
}

// sizeOf is the size of a file, 0 when it has gone already.
func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// auditExport notes that data left the store, or was about to (S-43). A row that
// cannot be written does not undo the export.
func (e *Engine) auditExport(ctx context.Context, r export.Request, how string, err error) {
	what := string(r.Kind)
	if r.Kind == export.Everything {
		what = "everything"
	}
	detail := fmt.Sprintf("%s as %s, %s", what, r.Format, how)
	if err != nil {
		detail += ", not finished"
	}
	if err := e.store.Audit(context.WithoutCancel(ctx), "exported", detail); err != nil {
		e.log.WarnContext(ctx, "audit row not written", "action", "exported", "err", err)
	}
}
