package engine

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
)

// What is stored stays visible after a sign-out, also once no event tells whose it
// is.
func TestShownUser_IsTheLastOneAfterASignOut(t *testing.T) {
	t.Parallel()
	p := filled(t)
	user, now := p.engine.connectedUser(), time.Now()
	today := oura.DayOf(now.UTC())
	_, err := p.engine.store.PutSamples(t.Context(), user, oura.HeartRate, oura.SourcePoll, now, []sqlite.Sample{{At: now.Add(-time.Hour), Source: "rest", Value: 50}})
	err = errors.Join(err, p.engine.store.NoteAsked(t.Context(), sqlite.Asked{
		UserID: user, DataType: oura.DailySleep, From: today, To: today, At: now, Outcome: sqlite.AskOK,
	}))
	if err != nil {
		t.Fatal(err)
	}
	head := allowed()
	head["Content-Type"] = "application/json"
	if res, text := p.exchange(http.MethodPost, p.engine.APIURL()+"/backfill", strings.NewReader("{}"), head); res.StatusCode != http.StatusAccepted {
		t.Fatalf("POST /backfill = %d %s", res.StatusCode, text)
	}
	seen := func(path string) int {
		t.Helper()
		var rows []json.RawMessage
		if code := p.call(http.MethodGet, path, &rows); code != http.StatusOK {
			t.Errorf("GET %s = %d", path, code)
		}
		return len(rows)
	}
	paths := []string{"/documents/daily_sleep", "/samples/heartrate", "/jobs"}
	check := func(when string) {
		t.Helper()
		for _, path := range paths {
			if seen(path) == 0 {
				t.Errorf("%s: GET %s shows nothing", when, path)
			}
		}
		var days []struct {
			Day   string
			State string
		}
		p.call(http.MethodGet, "/coverage?data_type=daily_sleep&start_day="+string(today)+"&end_day="+string(today), &days)
		if len(days) != 1 || days[0].State == "not_asked" {
			t.Errorf("%s: coverage %+v", when, days)
		}
	}
	check("while signed in")
	if code := p.call(http.MethodPost, "/auth/logout", nil); code != http.StatusOK {
		t.Fatalf("POST /auth/logout = %d", code)
	}
	p.wait("the end of the sign-in", func() string { return want(p.engine.connectedUser() == "", "still connected") })
	check("after the sign-out")
	var jobs []struct{ State, Reason string }
	if p.call(http.MethodGet, "/jobs", &jobs); len(jobs) > 0 && jobs[0].State == "running" {
		t.Errorf("a job runs for nobody: %+v", jobs)
	}
	if _, _, err := p.engine.ClearEvents(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("without events")
	p.stop()
	p = start(t, p.sim, p.opt)
	check("after a restart")
}

func TestProfile_TheDailyReadKeepsWhatChanged(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port, "OURA_MODE=polling"))
	p.signIn()
	user := p.engine.connectedUser()
	profile := func() string {
		t.Helper()
		account, _, err := p.engine.store.Account(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return string(account.Profile)
	}
	atOura, old := profile(), `{"id":"`+user+`","age":33,"weight":70}`
	if _, err := p.engine.store.SetProfile(t.Context(), user, json.RawMessage(old)); err != nil || profile() != old || atOura == old {
		t.Fatalf("%s, %v", profile(), err)
	}
	refused := func(code int) {
		t.Helper()
		before := profile()
		sim.AddFaults(ourasim.Fault{Prefix: "/v2/usercollection/personal_info", Times: 1, Status: code})
		if err := p.engine.readProfile(t.Context(), user); err == nil || profile() != before {
			t.Errorf("answered %d: %v, stored is %s", code, err, profile())
		}
	}
	refused(http.StatusUnauthorized)
	refused(http.StatusServiceUnavailable)
	if err := p.engine.readProfile(t.Context(), "another user"); err != nil || profile() != old {
		t.Errorf("of another user: %v, stored is %s", err, profile())
	}
	wake, stop := p.engine.ListenConnection()
	defer stop()
	drain(wake)
	if err := p.engine.readProfile(t.Context(), user); err != nil || profile() != atOura || !strings.Contains(atOura, `"weight":71.5`) {
		t.Errorf("%v, stored is %s, want %s", err, profile(), atOura)
	}
	select {
	case <-wake:
	case <-time.After(patience):
		t.Error("the window is not told")
	}
	if _, err := p.engine.store.SetProfile(t.Context(), user, json.RawMessage(old)); err != nil {
		t.Fatal(err)
	}
	refused(http.StatusTooManyRequests) // the last one: all requests wait after it
}

func drain(wake <-chan struct{}) {
	select {
	case <-wake:
	default:
	}
}
