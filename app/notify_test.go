package app

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/app/notify"
	"oura-streaming/internal/config"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

// beginNotified starts a backend on a desktop with a notification service.
func beginNotified(t *testing.T) (*backend, *fakeUI) {
	t.Helper()
	window := newFakeUI()
	window.serves = true
	return beginBefore(t, engineOptions(t, "", false), window)
}

func titles(list []notify.Notice) (out []string) {
	for _, n := range list {
		out = append(out, n.Title)
	}
	return out
}

// publish tells everybody of what the test stored.
func publish(t *testing.T, e *engine.Engine) {
	t.Helper()
	seq, err := e.Store().LastSeq(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e.Hub().Publish(seq)
}

func TestU06_ATroubleIsShownLeadsThereAndGoes(t *testing.T) {
	home(t)
	b, u := beginNotified(t)
	e, err := b.live()
	if err != nil {
		t.Fatal(err)
	}
	slept(t, e, 1) // somebody: without an account the wizard asks
	const title = "The local API can be reached from the internet"
	shown := func() bool { return slices.Contains(titles(u.on()), title) }
	until(t, "the trouble is shown", func() bool {
		e.Status().SetState(status.Live, "") // the engine itself asks for the wizard here, and finds no such trouble
		e.Status().RaiseCode(status.LocalAPIExposed, "It said canary-secret.")
		return shown()
	})
	var n notify.Notice
	for _, n = range u.on() {
		if n.Title == title {
			break
		}
	}
	if strings.Contains(n.Body, "canary") || n.Label != "Open Connection" || n.Action != "#/connection" {
		t.Errorf("it is %+v", n)
	}
	u.click(n.ID)
	select {
	case <-u.shown:
	case <-time.After(5 * time.Second):
		t.Fatal("a click does not show the window")
	}
	until(t, "the page is led there", func() bool {
		u.mu.Lock()
		defer u.mu.Unlock()
		return slices.Contains(u.messages, msgNavigate)
	})
	view, err := (&NoticesAPI{b}).Get()
	if err != nil || view.System != "shown" || view.Why != "" {
		t.Errorf("the window is told %+v, %v", view, err)
	}
	i := slices.IndexFunc(view.Notices, func(n NoticeView) bool { return n.Title == title })
	if i < 0 || !view.Notices[i].Read || view.Notices[i].Over || view.Notices[i].Route != "#/connection" {
		t.Errorf("the list is %+v", view.Notices)
	}
	e.Status().Clear(status.LocalAPIExposed)
	until(t, "the trouble is taken back", func() bool { return !shown() })
	b.mu.Lock()
	b.explain = true // the window is to say something when it is seen again
	b.mu.Unlock()
	u.click("of another run")
	<-u.shown // and led nowhere
	until(t, "the window comes back as from anywhere", func() bool {
		u.mu.Lock()
		defer u.mu.Unlock()
		return slices.Contains(u.messages, msgKept)
	})
}

func TestU06_LastNightIsToldOnceADayOverAllStarts(t *testing.T) {
	home(t)
	const title = "Last night is in"
	count := func(u *fakeUI) (n int) {
		u.notesMu.Lock()
		defer u.notesMu.Unlock()
		for _, one := range u.sent {
			if one.Title == title {
				n++
			}
		}
		return n
	}
	t.Run("the first start", func(t *testing.T) {
		b, u := beginNotified(t)
		e, err := b.live()
		if err != nil {
			t.Fatal(err)
		}
		slept(t, e, 3)
		publish(t, e)
		until(t, "last night is told", func() bool { return count(u) == 1 })
		view, err := (&NoticesAPI{b}).Get()
		if err != nil || len(view.Notices) == 0 || !strings.HasPrefix(view.Notices[0].Route, "#/night/"+string(oura.DayOf(time.Now()))) {
			t.Errorf("the list is %+v, %v", view.Notices, err)
		}
		again(t, e, "second look")
		<-time.After(noticeBreath + 4*time.Second)
		if n := count(u); n != 1 {
			t.Errorf("told %d times", n)
		}
	})
	t.Run("the next start", func(t *testing.T) {
		b, u := beginNotified(t)
		e, err := b.live()
		if err != nil {
			t.Fatal(err)
		}
		again(t, e, "third look")
		<-time.After(noticeBreath + 4*time.Second)
		if n := count(u); n != 0 {
			t.Errorf("told %d times more", n)
		}
	})
}

// again revises last night.
func again(t *testing.T, e *engine.Engine, note string) {
	t.Helper()
	day := oura.DayOf(time.Now())
	_, err := e.Store().Apply(t.Context(), sqlite.Change{
		UserID: "user-1", DataType: oura.DailySleep, ObjectID: "late", Day: day, Operation: oura.Update, Source: oura.SourceWebhook,
		ReceivedAt: time.Now(), Data: json.RawMessage(fmt.Sprintf(`{"day":%q,"note":%q,"score":70}`, day, note)),
	})
	if err != nil {
		t.Fatal(err)
	}
	publish(t, e)
}

func TestU06_NewDocumentsAreToldAsChosenAndHistoryNever(t *testing.T) {
	home(t)
	b, u := beginNotified(t)
	e, err := b.live()
	if err != nil {
		t.Fatal(err)
	}
	slept(t, e, 1)
	api := &NoticesAPI{b}
	if err := api.SaveTypes([]string{"workout", "no_such_type"}); oura.CodeOf(err) != oura.CodeInvalid {
		t.Errorf("a type that does not exist: %v", err)
	}
	if err := api.SaveTypes([]string{"workout"}); err != nil {
		t.Fatal(err)
	}
	today := oura.DayOf(time.Now())
	put := func(id string, dt oura.DataType, day oura.Day, op oura.Operation, from oura.Source, data string) {
		t.Helper()
		if _, err := e.Store().Apply(t.Context(), sqlite.Change{
			UserID: "user-1", DataType: dt, ObjectID: id, Day: day, Operation: op, Source: from, ReceivedAt: time.Now(), Data: json.RawMessage(data),
		}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 40 {
		put(fmt.Sprint("old", i), oura.Workout, "2020-01-01", oura.Create, oura.SourceBackfill, `{"activity":"running"}`)
		put(fmt.Sprint("late", i), oura.Workout, "2020-01-02", oura.Create, oura.SourcePoll, `{"activity":"running"}`)
	}
	put("tag", oura.Tag, today, oura.Create, oura.SourceWebhook, `{}`)
	put("first", oura.Workout, today, oura.Update, oura.SourceWebhook, `{"activity":"canary_swimming"}`)
	put("first", oura.Workout, today, oura.Update, oura.SourceWebhook, `{"activity":"canary_rowing"}`)
	publish(t, e)
	workouts := func() (out []notify.Notice) {
		for _, n := range u.on() {
			if n.Group == notify.GroupDocuments {
				out = append(out, n)
			}
		}
		return out
	}
	until(t, "a workout is told", func() bool { return len(workouts()) > 0 })
	<-time.After(3 * time.Second)
	if got := workouts(); len(got) != 1 || got[0].Title != "New: Workout" || strings.Contains(fmt.Sprint(got), "canary") {
		t.Errorf("told: %+v", got)
	}
	// S-42: only once the user allows it.
	if err := api.SaveValues(true); err != nil {
		t.Fatal(err)
	}
	put("second", oura.Workout, today, oura.Create, oura.SourceWebhook, `{"activity":"canary_skiing"}`)
	publish(t, e)
	until(t, "a value is told where it may be", func() bool { return strings.Contains(fmt.Sprint(workouts()), "Canary skiing") })
}

func TestF83_WithoutANotificationServiceTheWindowSaysSo(t *testing.T) {
	home(t)
	b, u := begin(t, engineOptions(t, "", false))
	api := &NoticesAPI{b}
	until(t, "the reason is known", func() bool {
		view, err := api.Get()
		return err == nil && view.System == "none" && view.Why == "There is none in this test."
	})
	if err := api.Test(); oura.CodeOf(err) != oura.CodeUnavailable || oura.MessageOf(err) != "There is none in this test." {
		t.Errorf("a test: %v", err)
	}
	b.notices.Say("x", "A word", "", "#/today")
	until(t, "the list has it", func() bool {
		view, err := api.Get()
		return err == nil && slices.ContainsFunc(view.Notices, func(n NoticeView) bool { return n.Title == "A word" && !n.Read })
	})
	if err := api.Read(""); err != nil {
		t.Fatal(err)
	}
	view, err := api.Get()
	if err != nil || slices.ContainsFunc(view.Notices, func(n NoticeView) bool { return !n.Read }) {
		t.Errorf("after reading all: %+v, %v", view.Notices, err)
	}
	if len(u.sent) != 0 {
		t.Errorf("sent all the same: %v", u.sent)
	}
}

func TestU06_ChoicesComeOnForTheNightOnly(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	e, err := b.live()
	if err != nil {
		t.Fatal(err)
	}
	api := &NoticesAPI{b}
	if view, err := api.Get(); err != nil || !view.Sleep || view.Values || len(view.Types) != 0 || len(view.Offered) != 16 {
		t.Errorf("as it comes: %+v, %v", view, err)
	}
	if err := api.SaveSleep(false); err != nil || e.Config().Bool(config.NotifySleep) {
		t.Errorf("last night cannot be switched off: %v", err)
	}
}

func TestU09_AnExportIsToldWhenItWasLong(t *testing.T) {
	home(t)
	b, u := beginNotified(t)
	b.worked(notify.Export, time.Now().Add(-9*time.Second), nil)
	b.worked(notify.Restore, time.Now().Add(-11*time.Second), nil)
	until(t, "the restore is told", func() bool { return slices.Contains(titles(u.on()), "The backup is back") })
	if got := titles(u.on()); slices.Contains(got, "The export is ready") {
		t.Errorf("short work was told: %q", got)
	}
}
