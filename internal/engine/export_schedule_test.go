package engine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/export"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/status"
)

// planned is an engine that does not serve, whose clock the test sets.
type planned struct {
	*testing.T
	*Engine
	opt    Options
	now    time.Time
	folder string
}

func newPlanned(t *testing.T) *planned {
	t.Helper()
	p := &planned{T: t, now: time.Date(2026, 11, 22, 10, 0, 0, 0, time.Local), folder: filepath.Join(t.TempDir(), "exports")} // a Sunday
	sim, port := cloud(t, nil)
	p.opt = options(t, sim, port)
	p.opt.Now = func() time.Time { return p.now }
	if err := os.Mkdir(p.folder, 0o755); err != nil {
		t.Fatal(err)
	}
	p.open()
	tags(t, p.store, 20)
	return p
}

func (p *planned) open() {
	p.Helper()
	e, err := Open(p.Context(), p.opt)
	if err != nil {
		p.Fatal(err)
	}
	p.Engine = e
	p.Cleanup(func() {
		if err := e.Close(); err != nil {
			p.Error(err)
		}
	})
}

// plan sets the schedule and the folder.
func (p *planned) plan(every string, keep int) {
	p.Helper()
	if err := p.SetExportFolder(p.Context(), p.folder); err != nil {
		p.Fatal(err)
	}
	if err := p.SetExportPlan(p.Context(), ExportPlan{Every: every, Request: export.Request{Format: export.JSONL, Kind: export.Documents}, Keep: keep}); err != nil {
		p.Fatal(err)
	}
}

// after lets time go by, looks at the schedule once and wants so many files of its
// own.
func (p *planned) after(d time.Duration, wanted int) {
	p.Helper()
	p.now = p.now.Add(d)
	p.keepSchedule(p.Context())
	if got := p.own(); len(got) != wanted {
		p.Errorf("%s: %q, want %d", p.now.Format(time.DateTime), got, wanted)
	}
}

func (p *planned) own() []string {
	p.Helper()
	return slices.DeleteFunc(files(p.T, p.folder), func(name string) bool { return !strings.HasPrefix(name, "oura-scheduled-") })
}

func (p *planned) trouble() *status.Trouble {
	for _, t := range p.Status().Snapshot().Troubles {
		if t.Code == status.ExportFailed {
			return &t
		}
	}
	return nil
}

func TestSchedule_MakesOneADayAlsoAfterASleep(t *testing.T) {
	p := newPlanned(t)
	p.after(0, 0)
	p.plan(ExportDaily, 2)
	p.after(0, 1) // the first at once
	p.after(time.Minute, 1)
	if s := p.ExportSchedule(); !s.Next.Equal(time.Date(2026, 11, 23, 5, 0, 0, 0, time.Local)) || !s.Last.Equal(time.Date(2026, 11, 22, 10, 0, 0, 0, time.Local)) ||
		s.Bytes == 0 || s.Kept != 1 || filepath.Dir(s.Path) != p.folder || s.Running || s.Err != nil {
		t.Errorf("%+v", s)
	}
	p.after(18*time.Hour, 1)   // Monday, 04:01
	p.after(time.Hour, 2)      // 05:01
	p.after(19*time.Hour, 2)   // Tuesday, 00:01
	p.after(3*24*time.Hour, 2) // after a sleep: one for all that was missed, and the oldest is gone
	p.after(30*time.Second, 2) //
	p.after(-2*time.Hour, 2)   // the clock is set back a little
	p.after(26*time.Hour, 2)   // the day after
	if got := p.audited(t, "exported"); len(got) != 4 || got[0] != "documents as jsonl, scheduled" {
		t.Errorf("audit rows %q", got)
	}
	for _, name := range p.own() {
		info, err := os.Stat(filepath.Join(p.folder, name))
		if err != nil || info.Mode().Perm() != 0o600 || !export.IsScheduledName(name) {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

func TestSchedule_MakesOneAWeek(t *testing.T) {
	p := newPlanned(t)
	p.plan(ExportWeekly, 5)
	p.after(0, 1)
	p.after(18*time.Hour, 1) // Monday, 04:00
	p.after(time.Hour, 2)
	p.after(6*24*time.Hour, 2)
	p.after(24*time.Hour, 3)
	if s := p.ExportSchedule(); !s.Next.Equal(time.Date(2026, 12, 7, 5, 0, 0, 0, time.Local)) {
		t.Errorf("next %v", s.Next)
	}
}

// TestSchedule_RemovesOnlyWhatItMade puts files beside that look alike.
func TestSchedule_RemovesOnlyWhatItMade(t *testing.T) {
	p := newPlanned(t)
	p.plan(ExportDaily, 1)
	p.after(0, 1)
	made := p.own()[0]
	foreign := []string{
		"oura-scheduled-documents-2020-01-01T030000Z.jsonl", "oura-scheduled-documents-2020-01-01T030000Z.jsonl.bak", "oura-documents-2026-11-21.jsonl", "holiday.jpg",
	}
	for _, name := range foreign {
		if err := os.WriteFile(filepath.Join(p.folder, name), []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	p.open() // what it made it knows after a restart too
	p.now = p.now.Add(24 * time.Hour)
	p.keepSchedule(t.Context())
	left := files(t, p.folder)
	for _, name := range foreign {
		if !slices.Contains(left, name) {
			t.Errorf("%s is gone", name)
		}
	}
	if slices.Contains(left, made) || len(left) != len(foreign)+1 {
		t.Errorf("there is %q", left)
	}
}

func TestF05_AScheduledExportThatFailsIsToldAndTriedAgain(t *testing.T) {
	p := newPlanned(t)
	p.plan(ExportDaily, 3)
	away := p.folder + " away"
	if err := os.Rename(p.folder, away); err != nil {
		t.Fatal(err)
	}
	p.keepSchedule(t.Context())
	trouble := p.trouble()
	if trouble == nil || !strings.Contains(trouble.Text, p.folder+" is not there") || trouble.Remedy.Action != status.OpenExport {
		t.Fatalf("trouble %+v", trouble)
	}
	if s := p.ExportSchedule(); s.Err == nil || s.Running || !s.Last.IsZero() || len(s.Path) > 0 {
		t.Errorf("%+v", s)
	}
	if _, err := os.Stat(p.folder); !os.IsNotExist(err) {
		t.Error("the folder of a disk that is gone was made")
	}
	if err := os.Rename(away, p.folder); err != nil {
		t.Fatal(err)
	}
	p.after(time.Minute, 0) // not yet again
	p.after(5*time.Minute, 1)
	if trouble := p.trouble(); trouble != nil {
		t.Errorf("trouble %+v after it went well", trouble)
	}
	if err := os.RemoveAll(p.folder); err != nil {
		t.Fatal(err)
	}
	p.now = p.now.Add(24 * time.Hour)
	p.keepSchedule(t.Context())
	if p.trouble() == nil {
		t.Error("no trouble")
	}
	p.schedule.rouse()
	if err := p.SetExportPlan(t.Context(), ExportPlan{Every: ExportOff, Request: export.Request{Format: export.SQLite}, Keep: 3}); err != nil {
		t.Fatal(err)
	}
	p.keepSchedule(t.Context())
	if p.trouble() != nil || p.ExportSchedule().Err != nil {
		t.Error("the trouble of an export that is switched off stays")
	}
}

func TestSchedule_RefusesWhatCannotBe(t *testing.T) {
	p := newPlanned(t)
	ctx := t.Context()
	good := ExportPlan{Every: ExportDaily, Request: export.Request{Format: export.SQLite}, Keep: 3}
	if err := p.SetExportPlan(ctx, good); oura.CodeOf(err) != oura.CodeInvalid || !strings.Contains(oura.MessageOf(err), "Choose the folder") {
		t.Errorf("without a folder: %v", err)
	}
	for _, folder := range []string{"relative", p.DataDir(), filepath.Join(p.DataDir(), exportFolder), filepath.Join(p.folder, "none")} {
		if err := p.SetExportFolder(ctx, folder); err == nil {
			t.Errorf("%s is taken", folder)
		}
	}
	if err := p.SetExportFolder(ctx, p.folder); err != nil {
		t.Fatal(err)
	}
	for _, change := range []func(*ExportPlan){
		func(e *ExportPlan) { e.Every = "hourly" }, func(e *ExportPlan) { e.Keep = 0 }, func(e *ExportPlan) { e.Keep = 366 },
		func(e *ExportPlan) { e.Request.Format = "xml" }, func(e *ExportPlan) { e.Request = export.Request{Format: export.JSONL} },
	} {
		bad := good
		change(&bad)
		if err := p.SetExportPlan(ctx, bad); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if s := p.ExportSchedule(); s.Every != ExportOff || s.Request.Format != export.SQLite || s.Request.Kind != export.Everything || s.Keep != 7 {
		t.Errorf("by default %+v", s)
	}
	if err := p.SetExportPlan(ctx, good); err != nil {
		t.Fatal(err)
	}
	if got := p.cfg.Get(config.ExportKind); got != config.Everything {
		t.Errorf("kind %q", got)
	}
}

// TestSchedule_NextHour walks over a change to summer time and a wrong clock.
func TestSchedule_NextHour(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	at := func(text string) time.Time {
		out, err := time.ParseInLocation("2006-01-02 15:04", text, berlin)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, c := range []struct{ every, last, now, next string }{
		{ExportDaily, "2026-03-28 05:00", "2026-03-28 12:00", "2026-03-29 05:00"}, // the night has 23 hours
		{ExportDaily, "2026-10-24 05:00", "2026-10-25 04:59", "2026-10-25 05:00"}, // and 25
		{ExportDaily, "2026-10-24 05:00", "2026-10-25 05:00", "2026-10-25 05:00"},
		{ExportDaily, "2026-10-24 04:00", "2026-10-24 05:30", "2026-10-24 05:30"}, // due
		{ExportWeekly, "2026-03-23 05:00", "2026-03-29 12:00", "2026-03-30 05:00"},
		{ExportWeekly, "2026-03-22 12:00", "2026-03-23 04:00", "2026-03-23 05:00"},
		{ExportDaily, "2031-01-01 05:00", "2026-10-24 05:30", "2026-10-24 05:30"}, // made by a clock that was wrong
		{ExportDaily, "2026-10-24 06:10", "2026-10-24 05:30", "2026-10-25 05:00"}, // the clock was set back
	} {
		s := schedule{made: madeExports{Last: at(c.last)}}
		if next := s.next(c.every, at(c.now)); !next.Equal(at(c.next)) {
			t.Errorf("%+v: next %v", c, next)
		}
	}
}

// TestSchedule_OfTheRunningProgram lets the worker make one, with real time.
func TestSchedule_OfTheRunningProgram(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	tags(t, p.engine.store, 20)
	folder := t.TempDir()
	if err := p.engine.SetExportFolder(t.Context(), folder); err != nil {
		t.Fatal(err)
	}
	if err := p.engine.SetExportPlan(t.Context(), ExportPlan{Every: ExportDaily, Request: export.Request{Format: export.SQLite, Gzip: true}, Keep: 3}); err != nil {
		t.Fatal(err)
	}
	p.wait("the export", func() string {
		s := p.engine.ExportSchedule()
		return want(s.Kept == 1 && !s.Running && strings.HasSuffix(s.Path, "Z.db.gz"), fmt.Sprintf("%+v", s))
	})
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	p.engine.schedule.mu.Lock()
	p.engine.schedule.made.Last = time.Time{}
	p.engine.schedule.mu.Unlock()
	p.engine.keepSchedule(ended) // a program that ends tells of no failure
	if got := files(t, folder); len(got) != 1 || p.engine.ExportSchedule().Err != nil {
		t.Errorf("%q, %v", got, p.engine.ExportSchedule().Err)
	}
}
