package engine

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/collect"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

// asked lists what Oura was asked for of the account's data since then. The
// person's own record is also what is asked to see whether Oura can be reached.
func (p *program) asked(since time.Time) (out []string) {
	for _, r := range p.sim.Ledger().Requests() {
		if strings.HasPrefix(r.Path, "/v2/usercollection/") && !strings.HasSuffix(r.Path, "/personal_info") && r.At.After(since) {
			out = append(out, r.Method+" "+r.Path)
		}
	}
	return out
}

// rested waits until the first rounds and the history are over.
func (p *program) rested() {
	p.t.Helper()
	p.wait("the first rounds and the history", func() string {
		jobs, err := p.engine.Jobs(p.t.Context())
		open := slices.ContainsFunc(jobs, func(j collect.JobView) bool { return j.State == sqlite.JobOpen })
		return want(err == nil && len(jobs) > 0 && !open && len(p.engine.poll.Last()) > 16 && p.engine.Round().Kind == "", fmt.Sprintf("%+v, %v", jobs, err))
	})
}

// talks waits until the program has compared its subscriptions with Oura once
// more: by then it would have asked for data too.
func (p *program) talks() {
	p.t.Helper()
	compared := func() (n int) {
		for _, r := range p.sim.Ledger().Requests() {
			if r.Path == "/v2/webhook/subscription" && r.Method == http.MethodGet && r.Status == http.StatusOK {
				n++
			}
		}
		return n
	}
	before := compared()
	if code := p.call(http.MethodPost, "/subscriptions/reconcile", nil); code >= http.StatusBadRequest {
		p.t.Fatalf("reconcile: %d", code)
	}
	p.wait("a comparison of subscriptions", func() string { return want(compared() > before, fmt.Sprint(before)) })
}

// mustStillWait checks that the one delivery was not fetched and nothing was asked
// for since then.
func (p *program) mustStillWait(since time.Time) {
	p.t.Helper()
	if more := p.asked(since); len(more) > 0 {
		p.t.Errorf("asked during the pause: %v", more)
	}
	all, err := p.engine.store.Deliveries(p.t.Context(), sqlite.DeliveryFilter{})
	if err != nil || len(all) != 1 || all[0].Fetch != sqlite.FetchPending || all[0].Tries != 0 {
		p.t.Errorf("deliveries during the pause: %+v, %v", all, err)
	}
}

func (p *program) word(state status.State, next string) {
	p.t.Helper()
	p.wait("state "+string(state), func() string {
		snap := p.engine.status.Snapshot()
		return want(snap.State == state && strings.Contains(snap.NextStep, next), fmt.Sprintf("%s, %q", snap.State, snap.NextStep))
	})
}

// pause asks the local API and checks its answer.
func (p *program) pause(path, body string, paused bool) {
	p.t.Helper()
	head := allowed()
	if body != "" {
		head["Content-Type"] = "application/json"
	}
	res, text := p.exchange(http.MethodPost, p.engine.APIURL()+path, strings.NewReader(body), head)
	if res.StatusCode != http.StatusOK || !strings.Contains(string(text), fmt.Sprintf(`"paused":%v`, paused)) {
		p.t.Fatalf("%s: %d %s", path, res.StatusCode, text)
	}
}

// TestPause_KeepsWhatIsAnnouncedAndAsksForNothing pauses by hand, restarts the
// program in between and resumes.
func TestPause_KeepsWhatIsAnnouncedAndAsksForNothing(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	p := start(t, sim, opt)
	p.signIn()
	p.subscribed()
	p.rested()
	p.pause("/pause", "", true)
	p.word(status.Paused, "Until you resume")
	before := time.Now()

	announced, quiet := document(oura.DailySleep, "announced", 1), ofDay(oura.Workout, "quiet", 1, 1) // within what a catch-up asks for
	p.put(announced)
	if _, err := sim.PutQuiet(quiet); err != nil {
		t.Fatal(err)
	}
	p.wait("the delivery", func() string {
		all, err := p.engine.store.Deliveries(t.Context(), sqlite.DeliveryFilter{})
		return want(err == nil && len(all) == 1 && all[0].Fetch == sqlite.FetchPending, fmt.Sprintf("%+v, %v", all, err))
	})
	p.wait("the answer to the delivery", func() string {
		c := sim.Ledger().DeliveryCounts()
		return want(c.Acknowledged == 1, fmt.Sprintf("%+v", c))
	})
	var refused struct{ Code, Detail string }
	if code := p.call(http.MethodPost, "/sync", &refused); code != http.StatusUnprocessableEntity || !strings.Contains(refused.Detail, "paused") {
		t.Errorf("sync: %d %+v", code, refused)
	}
	p.talks()
	p.mustStillWait(before)

	p.stop()
	p = start(t, sim, opt) // as after a restart
	p.subscribed()         // address and subscriptions stay
	p.word(status.Paused, "Until you resume")
	p.talks()
	p.mustStillWait(before)

	p.pause("/resume", "", false)
	p.arrives(oura.DailySleep, "announced", oura.Create, announced.JSON)
	p.arrives(oura.Workout, "quiet", oura.Create, quiet.JSON)
	p.word(status.Live, "")
	p.stop()
	p = start(t, sim, opt)
	p.subscribed()
	p.word(status.Live, "")
}

func TestPause_EndsByTheClock(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	p.signIn()
	p.subscribed()
	p.rested()
	until := time.Now().Add(3 * time.Second)
	if err := p.engine.Pause(t.Context(), until); err != nil {
		t.Fatal(err)
	}
	p.word(status.Paused, "Resumes ")
	if at, paused := p.engine.Paused(); !paused || !at.Equal(until) {
		t.Errorf("paused %v until %v", paused, at)
	}
	doc := document(oura.DailySleep, "waits", 1)
	p.put(doc)
	p.arrives(oura.DailySleep, "waits", oura.Create, doc.JSON)
	if early := time.Until(until); early > 0 {
		t.Errorf("it was fetched %v before the end of the pause", early)
	}
	p.word(status.Live, "")
	p.wait("the setting to go", func() string {
		rows, err := p.engine.store.Settings(t.Context())
		return want(err == nil && rows[settingPaused] == "", fmt.Sprint(rows[settingPaused], err))
	})
}

func TestPause_RefusesEndsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	for _, until := range []time.Time{time.Now().Add(-time.Second), time.Now().AddDate(2, 0, 0)} {
		if err := p.engine.Pause(t.Context(), until); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("until %v: %v", until, err)
		}
	}
	if _, paused := p.engine.Paused(); paused {
		t.Error("a refused pause began")
	}
	p.pause("/resume", "", false) // ends nothing, and says so
	p.pause("/pause", `{"minutes":60}`, true)
	if snap := p.engine.status.Snapshot(); snap.State != status.Setup {
		t.Errorf("state %s hides that no account is connected", snap.State)
	}
}

func TestPause_IsToldAsAPersonSaysIt(t *testing.T) {
	now := time.Date(2026, 11, 22, 22, 30, 0, 0, time.Local)
	e := &Engine{opt: Options{Now: func() time.Time { return now }}}
	for want, until := range map[string]time.Time{
		"Resumes at 23:05":               now.Add(35 * time.Minute),
		"Resumes tomorrow at 04:00":      now.Add(5*time.Hour + 30*time.Minute),
		"Resumes on 2026-11-25 at 22:30": now.AddDate(0, 0, 3),
		"Until you resume":               {},
	} {
		if got := e.pauseWords(until.UTC()); got != want && !until.IsZero() || until.IsZero() && e.pauseWords(until) != want {
			t.Errorf("until %v: %q, want %q", until, got, want)
		}
	}
}
