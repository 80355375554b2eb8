package engine

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/collect"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/restapi"
	"oura-streaming/internal/sqlite"
)

func TestJobWord(t *testing.T) {
	open, done := sqlite.Job{State: sqlite.JobOpen}, sqlite.Job{State: sqlite.JobDone}
	for _, c := range []struct {
		view collect.JobView
		want string
	}{
		{collect.JobView{Job: open}, "queued"},
		{collect.JobView{Job: open, Running: true}, "running"},
		{collect.JobView{Job: open, Running: true, Waiting: "Oura asks to wait."}, "waiting"},
		{collect.JobView{Job: open, Waiting: "Paused."}, "waiting"},
		{collect.JobView{Job: done}, "done"},
		{collect.JobView{Job: sqlite.Job{State: sqlite.JobCancelled}}, "cancelled"},
	} {
		if got := JobWord(c.view); got != c.want {
			t.Errorf("%+v: %s, want %s", c.view, got, c.want)
		}
	}
}

// TestJobs_BringThePastThroughTheLocalAPI asks for two years ago, ends the request
// while it waits, and goes on with it.
func TestJobs_BringThePastThroughTheLocalAPI(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	p.signIn()
	p.subscribed()
	p.rested()
	p.pause("/pause", "", true)
	first := oura.DayOf(time.Now()).Add(-730)
	for n := range 5 {
		day := first.Add(10 * n)
		doc := fmt.Sprintf(`{"id":"night-%d","day":"%s","score":7%d}`, n, day, n)
		if _, err := sim.PutQuiet(ourasim.Doc{Type: oura.DailySleep, ID: fmt.Sprint("night-", n), JSON: json.RawMessage(doc)}); err != nil {
			t.Fatal(err)
		}
	}
	body := fmt.Sprintf(`{"from":"%s","to":"%s","data_types":["daily_sleep"]}`, first, first.Add(49))
	head := allowed()
	head["Content-Type"] = "application/json"
	res, text := p.exchange(http.MethodPost, p.engine.APIURL()+"/backfill", strings.NewReader(body), head)
	var job restapi.Job
	if err := json.Unmarshal(text, &job); err != nil || res.StatusCode != http.StatusAccepted || job.State != "waiting" || job.Reason == "" {
		t.Fatalf("%d %s, %v", res.StatusCode, text, err)
	}
	path := fmt.Sprintf("/jobs/%d", job.ID)
	for _, c := range []struct {
		method, path, want string
		code               int
	}{
		{http.MethodDelete, path, "cancelled", 200},
		{http.MethodDelete, path, "", 409},
		{http.MethodGet, path, "cancelled", 200},
		{http.MethodPost, path + "/resume", "waiting", 200},
		{http.MethodPost, path + "/resume", "", 409},
		{http.MethodGet, "/jobs/99999", "", 404},
	} {
		var got restapi.Job
		if code := p.call(c.method, c.path, &got); code != c.code || c.want != "" && got.State != c.want {
			t.Errorf("%s %s: %d %+v", c.method, c.path, code, got)
		}
	}
	p.pause("/resume", "", false)
	p.wait("the end of the job", func() string {
		p.call(http.MethodGet, path, &job)
		return want(job.State == "done", fmt.Sprintf("%+v", job))
	})
	if job.Documents != 5 || job.DaysDone != 50 || *job.DaysTotal != 50 || job.EndedAt == nil {
		t.Errorf("%+v", job)
	}
	if got := p.events("source=backfill&data_type=daily_sleep"); len(got) != 5 {
		t.Errorf("%d events", len(got))
	}
	var all []restapi.Job
	if p.call(http.MethodGet, "/jobs", &all); !slices.ContainsFunc(all, func(j restapi.Job) bool { return j.ID == job.ID }) {
		t.Errorf("the job is not among %d", len(all))
	}
}
