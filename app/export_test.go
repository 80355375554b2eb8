package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/engine"
	"oura-streaming/internal/export"
	"oura-streaming/internal/oura"
)

// choose is what the user answers when asked for a place.
func (u *fakeUI) choose(path string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.chosen, u.asked = path, nil
}

func (u *fakeUI) questions() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Clone(u.asked)
}

// demoWithData is a window on the sample data that has some to export.
func demoWithData(t *testing.T) (*ExportAPI, *backend, *fakeUI) {
	t.Helper()
	home(t)
	b, window := begin(t, engineOptions(t, "", true))
	api := &ExportAPI{b}
	eventually(t, "documents and samples", func() bool {
		c, err := api.Contents()
		if err != nil {
			t.Fatal(err)
		}
		heart := slices.IndexFunc(c.Types, func(ty ExportTypeView) bool { return ty.DataType == "heartrate" && ty.Samples > 0 })
		sleep := slices.IndexFunc(c.Types, func(ty ExportTypeView) bool { return ty.DataType == "daily_sleep" && ty.Documents > 5 && ty.Events > 5 })
		return heart >= 0 && sleep >= 0 && c.FirstDay != "" && c.LastDay >= c.FirstDay
	})
	return api, b, window
}

func (a *ExportAPI) until(t *testing.T, what string, ok func(ExportView) bool) (view ExportView) {
	t.Helper()
	eventually(t, what, func() bool {
		var err error
		if view, err = a.Get(); err != nil {
			t.Fatal(err)
		}
		return ok(view)
	})
	return view
}

func TestU13_TheWindowExportsWhereTheUserSays(t *testing.T) {
	api, b, window := demoWithData(t)
	choice := ExportChoice{Format: "csv", Kind: "documents", DataTypes: []string{"daily_sleep"}}
	told, err := api.Estimate(choice)
	if err != nil || told.Rows < 5 || told.Bytes < 500 || told.Name != "oura-daily_sleep-"+string(oura.DayOf(time.Now()))+".csv" {
		t.Errorf("%+v, %v", told, err)
	}
	preview, err := api.Preview(choice)
	if err != nil || len(preview.Rows) != 5 || !slices.Equal(preview.Columns, export.Columns(oura.DailySleep)) {
		t.Errorf("%+v, %v", preview, err)
	}
	if name, err := api.Start(choice); name != "" || err != nil || len(window.questions()) != 3 || window.questions()[2] != told.Name {
		t.Errorf("no place chosen: %q, %v; asked %q", name, err, window.questions())
	}
	if v, _ := api.Get(); v.Job.State != "" {
		t.Errorf("began without a place: %+v", v.Job)
	}
	dir := t.TempDir()
	window.choose(filepath.Join(dir, "mine")) // without an ending
	if name, err := api.Start(choice); name != "mine.csv" || err != nil {
		t.Fatalf("%q, %v", name, err)
	}
	view := api.until(t, "the file", func(v ExportView) bool { return v.Job.State == "done" })
	info, err := os.Stat(filepath.Join(dir, "mine.csv"))
	if err != nil || view.Job.Name != "mine.csv" || view.Job.Folder != dir || view.Job.Bytes != info.Size() || view.Job.Done == 0 || view.Job.EndedAt == "" {
		t.Errorf("%+v, %v", view.Job, err)
	}
	var revealed []string
	b.reveal = func(_ context.Context, path string) error {
		revealed = append(revealed, path)
		return nil
	}
	if err := api.Reveal("job"); err != nil || !slices.Equal(revealed, []string{filepath.Join(dir, "mine.csv")}) {
		t.Errorf("revealed %q, %v", revealed, err)
	}
	if _, err := api.Start(choice); oura.CodeOf(err) != oura.CodeInvalid || !strings.Contains(oura.MessageOf(err), "mine.csv already") {
		t.Errorf("over a file that nobody was asked about: %v", err)
	}
	if asked := window.questions(); len(asked) != 6 || asked[4] != dir {
		t.Errorf("the next question begins in %q", window.questions())
	}
	if err := os.Remove(filepath.Join(dir, "mine.csv")); err != nil {
		t.Fatal(err)
	}
	for _, which := range []string{"job", "schedule", "/etc/passwd", ""} {
		if err := api.Reveal(which); oura.CodeOf(err) != oura.CodeNotFound {
			t.Errorf("reveal %q: %v", which, err)
		}
	}
	window.mu.Lock()
	defer window.mu.Unlock()
	if !slices.Contains(window.messages, msgExport) {
		t.Error("the window was not told")
	}
}

func TestExport_TheScheduleGoesWhereTheUserSays(t *testing.T) {
	api, _, window := demoWithData(t)
	if err := api.SaveSchedule("daily", "sqlite", "everything", false, 3); oura.CodeOf(err) != oura.CodeInvalid {
		t.Errorf("without a folder: %v", err)
	}
	if folder, err := api.ChooseFolder(); folder != "" || err != nil {
		t.Errorf("none chosen: %q, %v", folder, err)
	}
	dir := t.TempDir()
	window.choose(dir)
	if folder, err := api.ChooseFolder(); folder != dir || err != nil {
		t.Fatalf("%q, %v", folder, err)
	}
	if err := api.SaveSchedule("daily", "jsonl", "documents", true, 3); err != nil {
		t.Fatal(err)
	}
	view := api.until(t, "the scheduled export", func(v ExportView) bool { return v.Schedule.Kept == 1 && !v.Schedule.Running && v.Schedule.LastAt != "" })
	s := view.Schedule
	if s.Every != "daily" || s.Format != "jsonl" || s.Kind != "documents" || !s.Gzip || s.Keep != 3 || s.Folder != dir || s.NextAt == "" || s.Bytes == 0 || s.Error != "" ||
		!strings.HasPrefix(s.Name, "oura-scheduled-documents-") {
		t.Errorf("%+v", s)
	}
	for _, bad := range []func() error{
		func() error { return api.SaveSchedule("hourly", "sqlite", "everything", false, 3) },
		func() error { return api.SaveSchedule("daily", "sqlite", "secrets", false, 3) },
		func() error { return api.SaveSchedule("daily", "csv", "everything", false, 3) },
		func() error { return api.SaveSchedule("daily", "sqlite", "everything", false, 0) },
	} {
		if err := bad(); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("taken: %v", err)
		}
	}
}

func TestExportChoice_SaysWhatTheRequestIs(t *testing.T) {
	r, err := ExportChoice{Format: "sqlite", Kind: "everything", From: "2026-11-01", To: "2026-11-02", IncludeDeleted: true}.request()
	if err != nil || r.Kind != export.Everything || r.StartDay != "2026-11-01" || r.EndDay != "2026-11-02" || !r.IncludeDeleted ||
		!r.Since.Equal(time.Date(2026, 11, 1, 0, 0, 0, 0, time.Local)) || !r.Until.Equal(time.Date(2026, 11, 3, 0, 0, 0, 0, time.Local)) {
		t.Errorf("%+v, %v", r, err)
	}
	r, err = ExportChoice{Format: "jsonl", Kind: "events", From: "2026-11-01", Operations: []string{"update"}, Sources: []string{"poll"}}.request()
	if err != nil || r.StartDay != "" || r.Since.IsZero() || !r.Until.IsZero() || !slices.Equal(r.EventTypes, []oura.Operation{oura.Update}) {
		t.Errorf("%+v, %v", r, err)
	}
	for _, bad := range []ExportChoice{
		{}, {Format: "csv", Kind: "everything"}, {Format: "jsonl", Kind: "events", From: "yesterday"}, {Format: "jsonl", Kind: "documents", To: "2026-02-30"},
		{Format: "jsonl", Kind: "documents", Operations: []string{"update"}}, {Format: "jsonl", Kind: "samples", From: "2026-11-02", To: "2026-11-01"},
		{Format: "jsonl", Kind: "events", From: "2026-11-05", To: "2026-11-01"}, {Format: "/etc/passwd", Kind: "documents"},
	} {
		if _, err := bad.request(); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestExport_ViewsAreNeverNil(t *testing.T) {
	if v := exportPreview(export.Table{Rows: [][]string{{strings.Repeat("ä", 1000)}}}); v.Columns == nil || len([]rune(v.Rows[0][0])) != 4*longestCell+1 {
		t.Errorf("%+v", v)
	}
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	api := &ExportAPI{b}
	c, err := api.Contents()
	if err != nil || c.Types == nil || len(c.Types) != 0 {
		t.Errorf("%+v, %v", c, err)
	}
	p, err := api.Preview(ExportChoice{Format: "sqlite", Kind: "everything"})
	if err != nil || p.Columns == nil || p.Rows == nil {
		t.Errorf("%+v, %v", p, err)
	}
	job := exportJob(engine.ExportJob{State: engine.ExportFailed, Err: errors.New("inner /root/x")}, time.Now())
	if strings.Contains(job.Error, "/root") || job.Error == "" {
		t.Errorf("%+v", job)
	}
}
