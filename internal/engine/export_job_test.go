package engine

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/export"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// tags stores n small documents.
func tags(t *testing.T, s *sqlite.Store, n int) {
	t.Helper()
	var changes []sqlite.Change
	for i := range n {
		changes = append(changes, sqlite.Change{
			UserID: "user-1", DataType: oura.Tag, ObjectID: fmt.Sprintf("tag-%05d", i), Day: "2026-11-22", Operation: oura.Create, Source: oura.SourceImport,
			ReceivedAt: time.Now(), Data: json.RawMessage(`{"text":"x"}`), Ticket: s.Ticket(),
		})
	}
	for batch := range slices.Chunk(changes, 500) {
		if _, err := s.Apply(t.Context(), batch...); err != nil {
			t.Fatal(err)
		}
	}
}

// audited returns the details of the audit rows of one action.
func (e *Engine) audited(t *testing.T, action string) (out []string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(e.DataDir(), databaseFile)+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), `SELECT detail FROM audit WHERE action = ? ORDER BY id`, action)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var detail string
		if err := rows.Scan(&detail); err != nil {
			t.Fatal(err)
		}
		out = append(out, detail)
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return out
}

// files lists what lies in a folder, hidden ones too.
func files(t *testing.T, dir string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		out = append(out, entry.Name())
	}
	return out
}

var tagLines = export.Request{Format: export.JSONL, Kind: export.Documents, Types: []oura.DataType{oura.Tag}}

// halfway waits until an export has written something, and then lets f act while
// it stands still.
func (p *program) halfway(f func(x *exporting)) {
	p.t.Helper()
	x := &p.engine.exporting
	p.wait("an export under way", func() string {
		x.mu.Lock()
		defer x.mu.Unlock()
		if x.job.State == ExportRunning && x.job.Done > 0 {
			f(x)
			return ""
		}
		return fmt.Sprintf("%+v", x.job)
	})
}

func TestU9_AnExportTellsHowFarItIs(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	tags(t, p.engine.store, 5000)
	changed, stop := p.engine.ListenExport()
	defer stop()
	path := filepath.Join(t.TempDir(), "tags.jsonl")
	if err := p.engine.StartExport(tagLines, path); err != nil {
		t.Fatal(err)
	}
	var seen []ExportJob
	for state := ExportRunning; state == ExportRunning; {
		select {
		case <-changed:
		case <-time.After(20 * time.Second):
			t.Fatalf("no end: %+v", p.engine.ExportState())
		}
		job := p.engine.ExportState()
		seen, state = append(seen, job), job.State
	}
	last := seen[len(seen)-1]
	text, err := os.ReadFile(path)
	if err != nil || last.State != ExportDone || last.Done != 5000 || last.Total != 5000 || last.Bytes != int64(len(text)) || bytes.Count(text, []byte("\n")) != 5000 ||
		last.Ended.IsZero() || last.Err != nil {
		t.Errorf("%+v, %d bytes, %v", last, len(text), err)
	}
	if !slices.IsSortedFunc(seen, func(a, b ExportJob) int { return int(a.Done - b.Done) }) {
		t.Error("the rows written went back")
	}
	if got := p.engine.audited(t, "exported"); !slices.Equal(got, []string{"documents as jsonl, by hand"}) {
		t.Errorf("audit rows %q", got)
	}
}

func TestExportJob_TellsTheTimeLeftAfterASecond(t *testing.T) {
	began := time.Now()
	job := ExportJob{State: ExportRunning, Started: began, Done: 250, Total: 1000}
	if left := job.Left(began.Add(4 * time.Second)); left != 12*time.Second {
		t.Errorf("left %v, want 12 s", left)
	}
	job.course = export.Course{{Rows: 250, Work: 3}, {Rows: 750, Work: 1}} // what is left is quicker
	if left := job.Left(began.Add(3 * time.Second)); left != time.Second {
		t.Errorf("left %v, want 1 s", left)
	}
	for _, early := range []ExportJob{{}, {State: ExportRunning, Started: began}, {State: ExportDone, Started: began, Done: 1, Total: 2}} {
		if left := early.Left(began.Add(time.Minute)); left != 0 {
			t.Errorf("%+v: left %v", early, left)
		}
	}
	if left := job.Left(began.Add(time.Second / 2)); left != 0 {
		t.Errorf("left %v after half a second", left)
	}
}

func TestU9_ACancelledExportLeavesNothing(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	tags(t, p.engine.store, 10_000)
	dir := t.TempDir()
	path := filepath.Join(dir, "tags.jsonl")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.engine.StartExport(tagLines, path); err != nil {
		t.Fatal(err)
	}
	p.halfway(func(x *exporting) { x.cancel() })
	p.wait("the end", func() string {
		job := p.engine.ExportState()
		return want(job.State == ExportCancelled, fmt.Sprintf("%+v", job))
	})
	text, err := os.ReadFile(path)
	if err != nil || string(text) != "old" || len(files(t, dir)) != 1 || len(files(t, filepath.Join(p.engine.DataDir(), exportFolder))) != 0 {
		t.Errorf("the file says %.20q, %v; left %q", text, err, files(t, dir))
	}
	p.engine.CancelExport() // without one it does nothing
	if err := p.engine.StartExport(tagLines, path); err != nil {
		t.Fatal(err)
	}
	p.wait("the next one", func() string {
		return want(p.engine.ExportState().State == ExportDone, fmt.Sprintf("%+v", p.engine.ExportState()))
	})
}

func TestExport_EndsWithTheProgramAndLeavesNothing(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	tags(t, p.engine.store, 10_000)
	dir := t.TempDir()
	if err := p.engine.StartExport(export.Request{Format: export.SQLite}, filepath.Join(dir, "all.db")); err != nil {
		t.Fatal(err)
	}
	p.halfway(func(*exporting) { p.cancel() })
	p.stop()
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("left over: %q", left)
	}
	if left := files(t, filepath.Join(p.opt.DataDir, exportFolder)); len(left) != 0 {
		t.Errorf("left over: %q", left)
	}
}

func TestExport_OneAtATime(t *testing.T) {
	p := newPlanned(t) // it does not serve: what is asked for stays so
	path := filepath.Join(p.folder, "a")
	if err := p.StartExport(tagLines, path); err != nil {
		t.Fatal(err)
	}
	if err := p.StartExport(tagLines, path+"2"); oura.CodeOf(err) != oura.CodeInvalid || p.ExportState().Path != path {
		t.Errorf("a second one: %v, %+v", err, p.ExportState())
	}
	p.CancelExport()
	if job := p.ExportState(); job.State != ExportCancelled || job.Ended.IsZero() {
		t.Errorf("cancelled before it began: %+v", job)
	}
	p.runExport(t.Context())
	if left := files(t, p.folder); len(left) != 0 {
		t.Errorf("cancelled, and made: %q", left)
	}
	if err := p.StartExport(tagLines, path); err != nil || p.ExportState().ID != 2 {
		t.Errorf("the next one: %v, %+v", err, p.ExportState())
	}
}

func TestExport_NeverIntoTheProgramsFolder(t *testing.T) {
	p := newPlanned(t)
	own := p.DataDir()
	link := filepath.Join(p.folder, "link")
	if err := os.Symlink(own, link); err != nil {
		t.Log("no links here:", err)
		link = own
	}
	if err := os.MkdirAll(filepath.Join(own, exportFolder), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		filepath.Join(own, databaseFile), filepath.Join(own, exportFolder, "x.db"), filepath.Join(link, "x.db"), own + "/../" + filepath.Base(own) + "/x",
		"x.db", filepath.Join(p.folder, "not there", "x.db"),
	} {
		if err := p.StartExport(tagLines, path); oura.CodeOf(err) != oura.CodeInvalid && oura.CodeOf(err) != oura.CodeStorage {
			t.Errorf("%s: %v", path, err)
		}
	}
	if err := p.StartExport(export.Request{Format: "xml"}, filepath.Join(p.folder, "x")); oura.CodeOf(err) != oura.CodeInvalid {
		t.Errorf("no format: %v", err)
	}
	if state := p.ExportState().State; state != ExportNone {
		t.Errorf("state %q", state)
	}
}

func TestExport_ThatFailsSaysWhy(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	dir := t.TempDir()
	path := filepath.Join(dir, "taken")
	if err := os.MkdirAll(filepath.Join(path, "not empty"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := p.engine.StartExport(tagLines, path); err != nil {
		t.Fatal(err)
	}
	p.wait("the failure", func() string {
		job := p.engine.ExportState()
		return want(job.State == ExportFailed && strings.Contains(oura.MessageOf(job.Err), "choose another"), fmt.Sprintf("%+v", job))
	})
	if left := files(t, dir); len(left) != 1 {
		t.Errorf("left over: %q", left)
	}
	if got := p.engine.audited(t, "exported"); !slices.Equal(got, []string{"documents as jsonl, by hand, not finished"}) {
		t.Errorf("audit rows %q", got)
	}
}

func TestS43_AnExportOverTheLocalAPILeavesARow(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	tags(t, p.engine.store, 10)
	if status, _ := p.exported("?kind=documents&format=csv", testToken); status != http.StatusOK {
		t.Fatal(status)
	}
	p.wait("the row", func() string {
		got := p.engine.audited(t, "exported")
		return want(slices.Equal(got, []string{"documents as csv, over the local API"}), fmt.Sprintf("%q", got))
	})
}
