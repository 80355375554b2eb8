package app

import (
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

// sync reads the screen until ok.
func (a *SyncAPI) sync(t *testing.T, what string, ok func(SyncView) bool) (view SyncView) {
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

func TestSync_ShowsFreshnessAndDays(t *testing.T) {
	home(t)
	b, window := begin(t, engineOptions(t, "", true))
	api := &SyncAPI{b}
	view := api.sync(t, "samples and documents of today", func(v SyncView) bool {
		fresh := 0
		for _, ty := range v.Types {
			if ty.LastSync != "" && ty.Error == "" {
				fresh++
			}
		}
		return v.Connected && len(v.Types) == 18 && fresh > 15 && v.FirstDay != ""
	})
	for _, ty := range view.Types {
		if ty.Series != strings.Contains("heartrate ring_battery_level", ty.DataType) || ty.Days == (ty.DataType == "ring_configuration") ||
			!ty.Wanted || !ty.Allowed || (ty.Count > 0) != (ty.Newest+ty.NewestDay != "") && ty.DataType != "ring_configuration" {
			t.Errorf("%+v", ty)
		}
	}
	if view.PollMinutes != 5 || view.Today != string(oura.DayOf(time.Now())) || view.FirstDay > view.Today || view.Paused {
		t.Errorf("%+v", view)
	}
	m, err := api.Coverage(string(oura.Day(view.Today).Add(-29)), string(oura.Day(view.Today).Add(10)))
	if err != nil || len(m.Rows) != 17 || m.To != view.Today {
		t.Fatalf("%+v, %v", m, err)
	}
	for _, row := range m.Rows {
		if len(row.States) != 30 || strings.Trim(row.States, "cpewafn") != "" {
			t.Errorf("%s: %q", row.DataType, row.States)
		}
	}
	cell, err := api.Cell("daily_sleep", view.Today)
	if err != nil || cell.Day != view.Today || cell.DataType != "daily_sleep" || cell.State == "" {
		t.Errorf("%+v, %v", cell, err)
	}
	i := slices.IndexFunc(m.Rows, func(r CoverageRow) bool { return r.DataType == "daily_sleep" })
	if last := m.Rows[i].States[29:]; last != cell.State[:1] && cell.State != "not_worn" {
		t.Errorf("the map says %s, the cell %s", last, cell.State)
	}
	for _, bad := range [][2]string{{"daily_sleep", "today"}, {"daily_sleep", ""}, {"ring_configuration", view.Today}} {
		if _, err := api.Cell(bad[0], bad[1]); err == nil {
			t.Errorf("%v has a cell", bad)
		}
	}
	if m, err := api.Coverage("2020-01-02", "2020-01-01"); err != nil || m.Rows == nil || len(m.Rows) != 0 {
		t.Errorf("no days: %+v, %v", m, err)
	}
	window.mu.Lock()
	defer window.mu.Unlock()
	if !slices.Contains(window.messages, msgSync) {
		t.Error("the window was not told")
	}
}

func TestSync_PausesAndFills(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", true))
	api := &SyncAPI{b}
	view := api.sync(t, "a connected account", func(v SyncView) bool { return v.Connected })
	if err := api.Pause(pauseUntilResumed); err != nil {
		t.Fatal(err)
	}
	if v, err := api.Get(); err != nil || !v.Paused || v.PausedUntil != "" {
		t.Errorf("%+v, %v", v, err)
	}
	if err := api.SyncNow(); oura.CodeOf(err) != oura.CodeInvalid || !strings.Contains(oura.MessageOf(err), "paused") {
		t.Errorf("sync during a pause: %v", err)
	}
	if err := api.Fill("2020-01-01", "2020-03-31", []string{"sleep", "daily_sleep"}); err != nil {
		t.Fatal(err)
	}
	view = api.sync(t, "the job", func(v SyncView) bool { return len(v.Jobs) > 0 })
	job := view.Jobs[0]
	if job.State != "waiting" || job.Reason == "" || job.Kind != "asked" || job.From != "2020-01-01" || job.To != "2020-03-31" ||
		!slices.Equal(job.DataTypes, []string{"daily_sleep", "sleep"}) || job.DaysTotal != 91 || job.Types == nil {
		t.Errorf("%+v", job)
	}
	state := func() string {
		v, err := api.Get()
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(v.Jobs, func(j JobView) bool { return j.ID == job.ID })
		return v.Jobs[i].State
	}
	if err := api.CancelJob(job.ID); err != nil || state() != "cancelled" {
		t.Errorf("cancelled: %v, %s", err, state())
	}
	if err := api.ResumeJob(job.ID); err != nil || state() != "waiting" {
		t.Errorf("resumed: %v, %s", err, state())
	}
	if err := api.Resume(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the job's end", func() bool { return state() == "done" })
	if v, err := api.Get(); err != nil || v.Paused || v.FirstDay != "2020-01-01" {
		t.Errorf("%+v, %v", v, err)
	}
	for _, bad := range []func() error{
		func() error { return api.Pause(-2) },
		func() error { return api.Fill("2020-02-30", "", nil) },
		func() error { return api.Fill("2020-02-01", "2020-01-01", nil) },
		func() error { return api.Fill("2020-01-01", "2020-01-01", []string{"personal_info"}) },
	} {
		if err := bad(); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("%v", err)
		}
	}
	if err := api.CancelJob(job.ID); oura.CodeOf(err) != oura.CodeEnded {
		t.Errorf("a job that is done was cancelled: %v", err)
	}
	if err := api.ResumeJob(1 << 40); oura.CodeOf(err) != oura.CodeNotFound {
		t.Errorf("a job that is none: %v", err)
	}
}

func TestSync_APauseUntilTomorrowEndsAtFour(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	api := &SyncAPI{b}
	if err := api.Pause(pauseUntilTomorrow); err != nil {
		t.Fatal(err)
	}
	v, err := api.Get()
	until, parseErr := time.Parse(time.RFC3339, v.PausedUntil)
	until = until.Local()
	if err != nil || parseErr != nil || until.Hour() != wakeHour || until.Minute() != 0 || oura.DayOf(until) != oura.DayOf(time.Now()).Add(1) {
		t.Errorf("until %v; %v, %v", until, err, parseErr)
	}
	if v.Connected || v.Jobs == nil || v.Rounds == nil || len(v.Types) != 18 {
		t.Errorf("without an account: %+v", v)
	}
}

// TestSync_TheWindowIsToldSeldom rings twenty times in a second.
func TestSync_TheWindowIsToldSeldom(t *testing.T) {
	home(t)
	b, window := begin(t, engineOptions(t, "", false))
	e, err := b.live()
	if err != nil {
		t.Fatal(err)
	}
	count := func() (n int) {
		window.mu.Lock()
		defer window.mu.Unlock()
		for _, m := range window.messages {
			if m == msgSync {
				n++
			}
		}
		return n
	}
	before := count()
	for range 20 { // each rings
		if err := e.Pause(t.Context(), time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		<-time.After(50 * time.Millisecond)
	}
	if n := count() - before; n < 2 || n > 7 {
		t.Errorf("%d messages in a second", n)
	}
}
