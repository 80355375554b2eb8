package app

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
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
	if err := e.Config().Set(t.Context(), config.WizardStep, wizardDone); err != nil {
		t.Fatal(err)
	}
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

// lastNight is the ring's today in tests of it, and noon what the clock of the engine
// shows then: neither the zone of this computer nor its midnight matters.
const lastNight = oura.Day("2026-11-22")

func noon() func() time.Time {
	began, at := time.Now(), time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	return func() time.Time { return at.Add(time.Since(began)) }
}

// sleep stores the night of a day, as it came by poll.
func sleep(t *testing.T, e *engine.Engine, day oura.Day) {
	t.Helper()
	if err := e.Store().SaveAccount(t.Context(), sqlite.Account{UserID: "user-1", ConnectedAt: time.Now()}, nil); err != nil {
		t.Fatal(err)
	}
	put(t, e, sqlite.Change{
		DataType: oura.Sleep, ObjectID: "night of " + string(day), Day: day, Operation: oura.Create, Source: oura.SourcePoll,
		Data: json.RawMessage(fmt.Sprintf(`{"day":%q,"type":"long_sleep","total_sleep_duration":25000,"bedtime_start":"%sT00:30:00+00:00","bedtime_end":"%sT07:30:00+00:00"}`, day, day, day)),
	})
}

// score stores the score of last night, or another one.
func score(t *testing.T, e *engine.Engine, value int) {
	t.Helper()
	put(t, e, sqlite.Change{
		DataType: oura.DailySleep, ObjectID: "late", Day: lastNight, Operation: oura.Update, Source: oura.SourceWebhook,
		Data: json.RawMessage(fmt.Sprintf(`{"day":%q,"score":%d}`, lastNight, value)),
	})
}

// put stores a change of user-1 and tells everybody.
func put(t *testing.T, e *engine.Engine, c sqlite.Change) {
	t.Helper()
	c.UserID, c.ReceivedAt = "user-1", time.Now()
	if _, err := e.Store().Apply(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	publish(t, e)
}

// recorder is told what is new and only remembers.
type recorder struct {
	nights []oura.Day
	docs   []string
}

func (r *recorder) Night(day oura.Day, _ string, _ notify.Choices) { r.nights = append(r.nights, day) }

func (r *recorder) Documents(list []notify.Document, _ notify.Choices) {
	for _, d := range list {
		r.docs = append(r.docs, d.Name)
	}
}

func (r *recorder) Work(notify.Work) {}

// looker is an engine that does not serve, and starts watches of it.
func looker(t *testing.T) (e *engine.Engine, start func() (*watch, *recorder)) {
	t.Helper()
	opt := engineOptions(t, "", false)
	opt.Now = noon()
	e, err := engine.Open(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	b := newBackend(t.Context(), Options{Engine: opt})
	return e, func() (*watch, *recorder) {
		w, heard := newWatch(b, e), &recorder{}
		w.to = heard
		return w, heard
	}
}

// told looks once and wants last night to have been told that often in all.
func told(t *testing.T, what string, w *watch, heard *recorder, times int) {
	t.Helper()
	if err := w.look(t.Context()); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if want := slices.Repeat([]oura.Day{lastNight}, times); !slices.Equal(heard.nights, want) {
		t.Errorf("%s: told %q, want %q", what, heard.nights, want)
	}
}

func TestU06_LastNightIsToldOnceADayOverAllStarts(t *testing.T) {
	home(t)
	e, start := looker(t)
	w, heard := start()
	told(t, "before there is any", w, heard, 0)
	sleep(t, e, lastNight.Add(-1))
	told(t, "the night before", w, heard, 0)
	sleep(t, e, lastNight)
	told(t, "last night", w, heard, 1)
	score(t, e, 70)
	told(t, "the same, revised", w, heard, 1)
	w, heard = start()
	told(t, "at the next start", w, heard, 0)
	score(t, e, 71)
	told(t, "revised after that", w, heard, 0)
}

func TestU06_LastNightIsToldThatCameBeforeTheWindowWatched(t *testing.T) {
	home(t)
	e, start := looker(t)
	sleep(t, e, lastNight)
	w, heard := start()
	told(t, "at the start", w, heard, 1)
}

func TestU06_LastNightIsNotToldWhereItIsNotChosen(t *testing.T) {
	home(t)
	e, start := looker(t)
	w, heard := start()
	choose := func(on string) {
		t.Helper()
		if err := e.Config().Set(t.Context(), config.NotifySleep, on); err != nil {
			t.Fatal(err)
		}
	}
	choose("off")
	sleep(t, e, lastNight)
	told(t, "not chosen", w, heard, 0)
	choose("on")
	told(t, "chosen when it was no news any more", w, heard, 0)
	score(t, e, 70)
	told(t, "chosen, and revised", w, heard, 1)
}

// TestU06_LastNightStaysDueWhileItCannotBeTold keeps what is told from being noted. It
// is tried again though nothing wakes the watch.
func TestU06_LastNightStaysDueWhileItCannotBeTold(t *testing.T) {
	home(t)
	e, start := looker(t)
	sleep(t, e, lastNight)
	free := notingFails(t, e)
	w, heard := start()
	if err := w.look(t.Context()); err == nil || len(heard.nights) != 0 {
		t.Fatalf("a look that cannot be noted: %v, told %q", err, heard.nights)
	}
	w.retry = 10 * time.Millisecond
	failed := make(written, 1)
	w.b.log = slog.New(slog.NewTextHandler(failed, nil))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.b.pushNotices(ctx, w)
	}()
	<-failed
	free()
	until(t, "it is noted that it was told", func() bool { return e.Config().Get(config.NotifySlept) == string(lastNight) })
	cancel()
	<-ended
	told(t, "in all", w, heard, 1)
}

// written gets a token when something is written.
type written chan struct{}

func (w written) Write(p []byte) (int, error) {
	select {
	case w <- struct{}{}:
	default: // one is there
	}
	return len(p), nil
}

// notingFails keeps settings from being written until free is called.
func notingFails(t *testing.T, e *engine.Engine) (free func()) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(e.DataDir(), "oura_streaming.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() }) // it was only in the way
	do := func(statement string) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	do(`CREATE TRIGGER refuses BEFORE INSERT ON setting BEGIN SELECT RAISE(ABORT, 'refused by the test'); END`)
	return func() { do(`DROP TRIGGER refuses`) }
}

func TestU06_LastNightIsOnTheDesktopAndInTheList(t *testing.T) {
	home(t)
	opt := engineOptions(t, "", false)
	opt.Now = noon()
	window := newFakeUI()
	window.serves = true
	b, u := beginBefore(t, opt, window)
	e, err := b.live()
	if err != nil {
		t.Fatal(err)
	}
	sleep(t, e, lastNight)
	until(t, "last night is told", func() bool { return slices.Contains(titles(u.on()), "Last night is in") })
	view, err := (&NoticesAPI{b}).Get()
	if err != nil || len(view.Notices) == 0 || view.Notices[0].Route != "#/night/"+string(lastNight) {
		t.Errorf("the list is %+v, %v", view.Notices, err)
	}
}

// TestU06_ARestartOfTheEngineTellsNoTroubleTwice restores a backup meanwhile.
func TestU06_ARestartOfTheEngineTellsNoTroubleTwice(t *testing.T) {
	home(t)
	b, u := beginNotified(t)
	e, err := b.live()
	if err != nil {
		t.Fatal(err)
	}
	slept(t, e, 1)
	if err := (&NoticesAPI{b}).SaveTypes([]string{"workout"}); err != nil {
		t.Fatal(err)
	}
	const title = "The local API can be reached from the internet"
	raise := func(e *engine.Engine) {
		e.Status().SetState(status.Live, "")
		e.Status().RaiseCode(status.LocalAPIExposed, "")
	}
	until(t, "the trouble is told", func() bool {
		raise(e)
		return slices.Contains(titles(u.on()), title)
	})
	restore(t, e)
	next := b.another(t, e)
	put(t, next, sqlite.Change{DataType: oura.Workout, ObjectID: "one", Day: oura.DayOf(time.Now()), Operation: oura.Create, Source: oura.SourcePoll, Data: json.RawMessage(`{}`)})
	until(t, "the next engine is looked at, which knows of no trouble", func() bool { return slices.Contains(titles(u.on()), "New: Workout") })
	raise(next)
	put(t, next, sqlite.Change{DataType: oura.Workout, ObjectID: "two", Day: oura.DayOf(time.Now()), Operation: oura.Create, Source: oura.SourcePoll, Data: json.RawMessage(`{}`)})
	until(t, "it is looked at again", func() bool {
		raise(next)
		return len(slices.DeleteFunc(titles(u.on()), func(s string) bool { return s != "New: Workout" })) == 2
	})
	times := 0
	for _, n := range b.notices.List() {
		if n.Title == title {
			times++
		}
	}
	if times != 1 || !slices.Contains(titles(u.on()), title) {
		t.Errorf("told %d times, shown now: %q", times, titles(u.on()))
	}
}

// TestU06_SomebodyElsesNoticesGoWhereNobodyKnowsWhoseTheDataAre lets the question whose
// they are fail.
func TestU06_SomebodyElsesNoticesGoWhereNobodyKnowsWhoseTheDataAre(t *testing.T) {
	home(t)
	e, start := looker(t)
	w, heard := start()
	sleep(t, e, lastNight)
	w.b.notices.Enter("another folder", "somebody else", "")
	if err := w.b.notices.Try(); err == nil {
		t.Error("there is a service in this test")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.round(ended); err == nil {
		t.Error("nobody was asked whose the data are")
	}
	if list := w.b.notices.List(); len(list) != 0 || len(heard.nights) != 0 {
		t.Errorf("the list holds %+v, told %q", list, heard.nights)
	}
	if err := w.round(t.Context()); err != nil || len(heard.nights) != 1 {
		t.Errorf("once it is known: %v, told %q", err, heard.nights)
	}
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
	store := func(id string, dt oura.DataType, day oura.Day, op oura.Operation, from oura.Source, data string) {
		t.Helper()
		if _, err := e.Store().Apply(t.Context(), sqlite.Change{
			UserID: "user-1", DataType: dt, ObjectID: id, Day: day, Operation: op, Source: from, ReceivedAt: time.Now(), Data: json.RawMessage(data),
		}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 40 {
		store(fmt.Sprint("old", i), oura.Workout, "2020-01-01", oura.Create, oura.SourceBackfill, `{"activity":"running"}`)
		store(fmt.Sprint("late", i), oura.Workout, "2020-01-02", oura.Create, oura.SourcePoll, `{"activity":"running"}`)
	}
	store("tag", oura.Tag, today, oura.Create, oura.SourceWebhook, `{}`)
	store("first", oura.Workout, today, oura.Update, oura.SourceWebhook, `{"activity":"canary_swimming"}`)
	store("first", oura.Workout, today, oura.Update, oura.SourceWebhook, `{"activity":"canary_rowing"}`)
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
	store("second", oura.Workout, today, oura.Create, oura.SourceWebhook, `{"activity":"canary_skiing"}`)
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
