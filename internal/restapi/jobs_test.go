package restapi

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

func TestJobs_TellHowFarTheyAre(t *testing.T) {
	h := (&fake{}).handler()
	fresh := `{"id":1,"kind":"asked","state":"queued","reason":"","from":null,"to":"2026-11-22","data_types":["sleep"],"day":null,"data_type":null,` +
		`"documents":0,"revised":0,"samples":0,"days_done":0,"days_total":null,"rate_per_second":0,"seconds_left":null,` +
		`"created_at":"2026-11-22T07:00:00.000Z","ended_at":null,"types":[]}`
	wantAnswer(t, h, http.MethodGet, "/jobs", 200, "["+fresh+"]")
	wantAnswer(t, h, http.MethodGet, "/jobs/7", 200, strings.Replace(fresh, `"id":1`, `"id":7`, 1))
	wantAnswer(t, h, http.MethodDelete, "/jobs/1", 200, fresh)
	wantAnswer(t, h, http.MethodPost, "/jobs/1/resume", 200, fresh)

	got := jobOf(JobView{
		Job: sqlite.Job{
			ID: 3, Kind: sqlite.JobHistory, State: sqlite.JobOpen, From: "2020-01-01", To: "2026-11-22", Types: []oura.DataType{oura.Sleep, oura.HeartRate, oura.Tag},
			Created: testNow, Ended: testNow,
			Parts: []sqlite.Part{
				{DataType: oura.Sleep, State: sqlite.PartRead, Documents: 40, Revised: 2},
				{DataType: oura.HeartRate, State: sqlite.PartReading, Samples: 90_000, Revised: 1},
				{DataType: oura.Tag, State: sqlite.PartRefused, Reason: "Tags are not granted."},
			},
		},
		Word: "waiting", Reason: "Oura is asked to wait.", Type: oura.HeartRate, Day: "2026-05-01", Rate: 1234.5, DaysDone: 30, DaysAll: 2000, Left: 90 * time.Second,
	})
	if got.Documents != 40 || got.Revised != 3 || got.Samples != 90_000 || *got.From != "2020-01-01" || *got.Day != "2026-05-01" || *got.DataType != "heartrate" ||
		*got.DaysTotal != 2000 || *got.SecondsLeft != 90 || got.EndedAt == nil || got.State != "waiting" || got.Reason == "" || got.Rate != 1234.5 {
		t.Errorf("%+v", got)
	}
	if len(got.Types) != 3 || got.Types[2] != (JobType{"tag", "refused", 0, 0, 0, "Tags are not granted."}) {
		t.Errorf("types %+v", got.Types)
	}
}

func TestBackfill_TakesDaysAndTypesOrAll(t *testing.T) {
	h := (&fake{}).handler()
	send := func(text string) (int, string) {
		w := ask(t, h, http.MethodPost, "/backfill", withBody("application/json", text))
		return w.Code, w.Body.String()
	}
	code, text := send(`{"from":"2026-01-01","to":"2026-02-01","data_types":["sleep","heartrate"]}`)
	if code != http.StatusAccepted || !strings.Contains(text, `"from":"2026-01-01","to":"2026-02-01","data_types":["sleep","heartrate"]`) {
		t.Errorf("%d %s", code, text)
	}
	if code, text := send(`{}`); code != http.StatusAccepted || !strings.Contains(text, `"from":null,"to":"","data_types":[]`) {
		t.Errorf("everything: %d %s", code, text)
	}
	for _, bad := range []string{
		`{"from":"2026-02-30"}`, `{"from":"yesterday"}`, `{"from":"2026-02-02","to":"2026-02-01"}`, `{"data_types":"sleep"}`, `{"data_types":["a b"]}`,
		`{"start":"2026-01-01"}`, `[]`,
	} {
		w := ask(t, h, http.MethodPost, "/backfill", withBody("application/json", bad))
		wantProblem(t, w, http.StatusUnprocessableEntity, codeInvalid)
	}
}

// Who forgets the body does not mean years of history.
func TestBody_WhereItIsMissingNothingHappens(t *testing.T) {
	f := &fake{}
	h := f.handler()
	for _, path := range []string{"/backfill", "/subscriptions"} {
		for _, edit := range []func(*http.Request){withBody("", ""), withBody("application/json", ""), withBody("application/json", " \n"), chunked("")} {
			p := wantProblem(t, ask(t, h, http.MethodPost, path, edit), http.StatusUnprocessableEntity, codeInvalid)
			if !strings.Contains(p.Detail, "send {") {
				t.Errorf("%s: nothing tells what to send: %s", path, p.Detail)
			}
		}
		r := ask(t, h, http.MethodPost, path, func(r *http.Request) { withBody("", "")(r); as(ScopeRead)(r) })
		wantProblem(t, r, http.StatusForbidden, codeScope)
	}
	if n := f.calls.Load(); n != 0 {
		t.Errorf("%d calls without a body reached the inside", n)
	}
	if w := ask(t, h, http.MethodPost, "/backfill", chunked(`{"from":"2026-01-01"}`)); w.Code != http.StatusAccepted || !strings.Contains(w.Body.String(), `"from":"2026-01-01"`) {
		t.Errorf("a body of a length that is not told: %d %s", w.Code, w.Body)
	}
}

// chunked sends a body whose length the head does not tell.
func chunked(text string) func(*http.Request) {
	return func(r *http.Request) {
		withBody("application/json", text)(r)
		r.ContentLength = -1
	}
}

func TestJobs_ThatAreNone(t *testing.T) {
	gone := &oura.Error{Code: oura.CodeNotFound, Message: "There is no such job."}
	h := (&fake{err: gone}).handler()
	calls := []call{{method: http.MethodGet, path: "/jobs/9"}, {method: http.MethodDelete, path: "/jobs/9"}, {method: http.MethodPost, path: "/jobs/9/resume"}}
	for _, c := range calls {
		wantProblem(t, ask(t, h, c.method, c.path, nil), http.StatusNotFound, oura.CodeNotFound)
	}
	over := (&fake{err: &oura.Error{Code: oura.CodeEnded, Message: "This job has ended already."}}).handler()
	for _, c := range calls[1:] {
		wantProblem(t, ask(t, over, c.method, c.path, nil), http.StatusConflict, oura.CodeEnded)
	}
	wantProblem(t, ask(t, h, http.MethodGet, "/jobs/0", nil), http.StatusUnprocessableEntity, codeInvalid)
	wantProblem(t, ask(t, h, http.MethodGet, "/jobs/none", nil), http.StatusUnprocessableEntity, codeInvalid)
}

func TestPause_UntilATimeOrForMinutes(t *testing.T) {
	f := &fake{}
	h := f.handler()
	for _, c := range []struct{ body, want string }{
		{``, `{"paused":true,"until":null}`},
		{`{}`, `{"paused":true,"until":null}`},
		{`{"minutes":60}`, `{"paused":true,"until":"2026-11-22T08:00:00.000Z"}`},
		{`{"until":"2026-11-22T14:05:00+02:00"}`, `{"paused":true,"until":"2026-11-22T12:05:00.000Z"}`},
	} {
		w := ask(t, h, http.MethodPost, "/pause", withBody("application/json", c.body))
		if w.Code != http.StatusOK || strings.TrimSpace(w.Body.String()) != c.want {
			t.Errorf("%s: %d %s", c.body, w.Code, w.Body)
		}
	}
	wantAnswer(t, h, http.MethodPost, "/resume", 200, `{"paused":false,"until":null}`)
	for _, bad := range []string{`{"minutes":0}`, `{"minutes":1.5}`, `{"minutes":600000}`, `{"until":"noon"}`, `{"minutes":5,"until":"2026-11-22T14:05:00Z"}`, `{"hours":1}`} {
		wantProblem(t, ask(t, h, http.MethodPost, "/pause", withBody("application/json", bad)), http.StatusUnprocessableEntity, codeInvalid)
	}
	if f.paused {
		t.Error("a refused call paused")
	}
	past := pastRefused{f}
	s := f.services()
	s.Pauser = past
	w := ask(t, New(s, testOptions), http.MethodPost, "/pause", withBody("application/json", `{"until":"2020-01-01T00:00:00Z"}`))
	wantProblem(t, w, http.StatusUnprocessableEntity, oura.CodeInvalid)
}

// pastRefused refuses every pause.
type pastRefused struct{ *fake }

func (pastRefused) Pause(context.Context, time.Time) error {
	return &oura.Error{Code: oura.CodeInvalid, Message: "A pause must end in the future."}
}
