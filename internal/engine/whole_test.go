package engine

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/status"
)

func (p *program) put(doc ourasim.Doc) {
	p.t.Helper()
	if _, err := p.sim.Put(doc); err != nil {
		p.t.Fatal(err)
	}
}

func TestWhole_EveryTypeIsCreatedUpdatedAndDeleted(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	p.signIn()
	p.subscribed()
	for _, dt := range oura.Fetchable() {
		id := objectID(dt, 1)
		p.put(document(dt, id, 1))
		p.arrives(dt, id, oura.Create, document(dt, id, 1).JSON)
		p.put(document(dt, id, 2))
		updated := p.arrives(dt, id, oura.Update, document(dt, id, 2).JSON)
		p.put(document(dt, objectID(dt, 2), 1))
		p.arrives(dt, objectID(dt, 2), oura.Create, document(dt, objectID(dt, 2), 1).JSON)
		sim.Delete(dt, id)
		gone := p.arrives(dt, id, oura.Delete, nil)
		if gone.Seq <= updated.Seq || gone.Source != "webhook" || gone.UserID == "" {
			t.Errorf("%s: the delete came as %+v", dt, gone)
		}
	}
	if n := len(p.events("")); n != 4*16 {
		t.Errorf("%d events, want 64: each change once", n)
	}
	p.equalsLedger()
	if snap := p.engine.status.Snapshot(); snap.State != status.Live {
		t.Errorf("state %s, want live: %+v", snap.State, snap.Troubles)
	}
}

func TestWhole_RepeatsMakeNoSecondEvent(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	p := start(t, sim, opt)
	p.signIn()
	p.subscribed()
	doc := document(oura.DailySleep, "night", 1)
	p.put(doc)
	p.arrives(oura.DailySleep, "night", oura.Create, doc.JSON)
	id := sim.Ledger().Deliveries()[0].ID
	for range 20 {
		if a, err := sim.Redeliver(t.Context(), id); err != nil || a.Status != http.StatusOK {
			t.Fatalf("repeat: status %d, %v", a.Status, err)
		}
	}
	p.stop()
	p = start(t, sim, opt) // as after a restart
	p.subscribed()
	p.wait("the repeat after the restart", func() string { // the first try may go into the old, dead connection
		a, err := sim.Redeliver(t.Context(), id)
		return want(err == nil && a.Status == http.StatusOK, fmt.Sprintf("status %d, %v", a.Status, err))
	})
	second := document(oura.DailySleep, "night", 2)
	p.put(second)
	p.arrives(oura.DailySleep, "night", oura.Update, second.JSON)
	if n := len(p.events("data_type=daily_sleep")); n != 2 {
		t.Errorf("%d events, want 2", n)
	}
	p.equalsLedger()
}

func TestWhole_WhatWasAnnouncedBeforeARestartIsFetchedAfterIt(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	p := start(t, sim, opt)
	p.signIn()
	p.subscribed()
	sim.AddFaults(ourasim.Fault{Prefix: "/v2/usercollection/", Times: -1, Status: http.StatusServiceUnavailable})
	for _, dt := range oura.Fetchable() {
		p.put(document(dt, objectID(dt, 1), 1))
	}
	p.wait("deliveries", func() string {
		c := sim.Ledger().DeliveryCounts()
		return want(c.Acknowledged == 16, fmt.Sprintf("%+v", c))
	})
	p.stop()
	sim.ClearFaults()
	p = start(t, sim, opt)
	for _, dt := range oura.Fetchable() {
		p.arrives(dt, objectID(dt, 1), oura.Create, document(dt, objectID(dt, 1), 1).JSON)
	}
	p.equalsLedger()
}

func TestWhole_ADocumentThatBecomesVisibleLate(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	p.signIn()
	p.subscribed()
	doc := document(oura.Workout, "run", 1)
	if _, err := sim.PutLate(doc, 1500*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	p.arrives(oura.Workout, "run", oura.Create, doc.JSON)
	p.equalsLedger()
}

func TestWhole_UnknownTypesAreKept(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port, "OURA_WEBHOOK_TYPES=meal,sleep"))
	p.signIn()
	p.subscribed()
	n := oura.Notification{EventType: oura.Create, DataType: oura.Meal, ObjectID: "lunch", UserID: p.engine.connectedUser(), EventTime: "2026-11-22T12:00:00+00:00"}
	sim.Announce(n, map[string]any{"new_field": 1})
	ev := p.arrives(oura.Meal, "lunch", oura.Create, nil)
	if ev.Timestamp != n.EventTime {
		t.Errorf("timestamp %q, want Oura's own text", ev.Timestamp)
	}
	for _, r := range sim.Ledger().Requests() {
		if strings.Contains(r.Path+r.Query, "meal") || strings.Contains(r.Path, "lunch") {
			t.Errorf("asked %s %s of a type that cannot be fetched", r.Method, r.Path)
		}
	}
}

func TestWhole_RefreshRotatesInAllThreeModes(t *testing.T) {
	t.Parallel()
	for _, mode := range []ourasim.RefreshMode{ourasim.RefreshStrict, ourasim.RefreshGrace, ourasim.RefreshFamily} {
		t.Run(string(mode), func(t *testing.T) {
			sim, port := cloud(t, func(o *ourasim.Options) {
				sw := ourasim.DefaultSwitches()
				sw.RefreshMode = mode
				o.Switches = &sw
			})
			opt := options(t, sim, port)
			p := start(t, sim, opt)
			p.signIn()
			p.subscribed()
			for round := range 3 {
				sim.ExpireAccess()
				doc := document(oura.DailyReadiness, "morning", round)
				p.put(doc)
				p.wait("the document", func() string {
					return want(sameJSON(p.newestOf(oura.DailyReadiness, "morning").Data, doc.JSON), "not there")
				})
			}
			if n := sim.Ledger().TokenCalls("refresh_token"); n != 3 {
				t.Errorf("%d refreshes, want 3", n)
			}
			p.stop()
			start(t, sim, opt).equalsLedger()
		})
	}
}

func TestWhole_AMissingScopeStopsOnlyItsTypes(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	p.signIn("personal", "daily", "heartrate", "session", "tag", "spo2", "stress", "heart_health", "ring_configuration")
	p.subscribed()
	p.put(document(oura.Workout, "run", 1))
	sleep := document(oura.Sleep, "night", 1)
	p.put(sleep)
	p.arrives(oura.Sleep, "night", oura.Create, sleep.JSON)
	p.wait("the trouble", func() string { return want(p.hasTrouble(status.ScopeMissing), "no trouble scope_missing") })
	if n := sim.Ledger().TokenCalls("refresh_token"); n != 0 {
		t.Errorf("%d refresh tokens spent on a missing scope", n)
	}
	p.signIn() // now with everything
	p.arrives(oura.Workout, "run", oura.Create, document(oura.Workout, "run", 1).JSON)
	p.wait("the trouble to go", func() string { return want(!p.hasTrouble(status.ScopeMissing), "still there") })
	p.equalsLedger()
}

func TestWhole_ALapsedMembershipLosesNothing(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	p.signIn()
	p.subscribed()
	sim.Change(func(sw *ourasim.Switches) { sw.MembershipLapsed = true })
	doc := document(oura.DailyStress, "day", 1)
	p.put(doc)
	p.wait("the trouble", func() string { return want(p.hasTrouble(status.MembershipLapsed), "no trouble membership_lapsed") })
	sim.Change(func(sw *ourasim.Switches) { sw.MembershipLapsed = false })
	p.engine.Retry(t.Context())
	p.arrives(oura.DailyStress, "day", oura.Create, doc.JSON)
	p.equalsLedger()
}

func (p *program) hasTrouble(code string) bool {
	var st struct{ Troubles []struct{ Code string } }
	p.call(http.MethodGet, "/status", &st)
	return slices.ContainsFunc(st.Troubles, func(tr struct{ Code string }) bool { return tr.Code == code })
}

func TestWhole_RevokedByTheUserAsksForSignInAndKeepsListening(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	p.signIn()
	p.subscribed()
	sim.RevokeAll()
	doc := document(oura.Session, "calm", 1)
	p.put(doc)
	p.wait("the trouble", func() string { return want(p.hasTrouble(status.SignInNeeded), "no trouble sign_in_needed") })
	p.signIn()
	p.arrives(oura.Session, "calm", oura.Create, doc.JSON)
	p.equalsLedger()
}

func TestWhole_TroubleGetsASentence(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	p := start(t, sim, opt)
	p.signIn()
	p.subscribed()
	callback := p.engine.Callback()
	post := func(body, timestamp, signature string) int {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, callback, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("x-oura-timestamp", timestamp)
		req.Header.Set("x-oura-signature", signature)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil {
			t.Fatal(err)
		}
		return res.StatusCode
	}
	now := fmt.Sprint(time.Now().UnixMilli())
	for _, tc := range []struct {
		what   string
		send   func() int
		status int
		code   string
	}{
		{"an unsigned delivery", func() int { return post(`{"a":1}`, now, "") }, 401, status.WrongSignatures},
		{"a body too large", func() int { return post(`{"a":"`+strings.Repeat("x", 70<<10)+`"}`, now, "") }, 413, status.OddRequests},
		{"a wrong verification token", func() int {
			res, err := http.Get(callback + "?verification_token=wrong&challenge=abc")
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close() //nolint:errcheck // nothing is read
			return res.StatusCode
		}, 401, status.WrongVerification},
	} {
		if got := tc.send(); got != tc.status {
			t.Errorf("%s: status %d, want %d", tc.what, got, tc.status)
		}
		p.wait(tc.what, func() string { return want(p.hasTrouble(tc.code), "no trouble "+tc.code) })
	}
	unparsable := `{"not":"a notification"}`
	if got := post(unparsable, now, ourasim.Sign("sim-secret", now, []byte(unparsable))); got != http.StatusOK {
		t.Errorf("a signed delivery that cannot be understood: status %d, want 200", got)
	}
	var rows []struct{ Verdict, Reason string }
	p.call(http.MethodGet, "/deliveries", &rows)
	if len(rows) == 0 || rows[0].Verdict != "unparsable" || rows[0].Reason == "" {
		t.Errorf("the inspector shows %+v, want it with a reason", rows)
	}
}

func TestS25_WhatAnOldDeliveryIsAboutIsReadAgain(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	p.signIn()
	p.subscribed()
	doc := ourasim.Doc{Type: oura.DailySleep, ID: "night", JSON: json.RawMessage(`{"id":"night","day":"` + string(oura.DayOf(time.Now())) + `","score":71}`)}
	if _, err := sim.PutQuiet(doc); err != nil {
		t.Fatal(err)
	}
	body := `{"event_type":"create","data_type":"daily_sleep","object_id":"night","event_time":"2026-01-01T08:00:00+00:00","user_id":"` + p.engine.connectedUser() + `"}`
	stamp := fmt.Sprint(time.Now().Add(-73 * time.Hour).UnixMilli())
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.engine.Callback(), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("x-oura-timestamp", stamp)
	req.Header.Set("x-oura-signature", ourasim.Sign("sim-secret", stamp, []byte(body)))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusUnauthorized {
		t.Fatalf("status %d, %v, want 401", res.StatusCode, err)
	}
	if ev := p.arrives(oura.DailySleep, "night", oura.Create, doc.JSON); ev.Source != "catchup" {
		t.Errorf("source %q, want catchup", ev.Source)
	}
}

func TestWhole_SampleDataBringsEveryType(t *testing.T) { // not beside others: it takes the time
	opt := Options{
		DataDir: t.TempDir(), KeyFile: t.TempDir() + "/key", Demo: true, Version: "test",
		Environ: []string{envAPIToken + "=" + testToken},
	}
	p := start(t, nil, opt)
	p.sim = p.engine.demo.sim
	began := time.Now()
	p.wait("the first event", func() string { return want(len(p.events("")) > 0, "none") })
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("first event after %v, want 10 s at most", took)
	}
	p.wait("all types", func() string {
		var missing []string
		for _, dt := range oura.Fetchable() {
			if len(p.events("data_type="+string(dt))) == 0 {
				missing = append(missing, string(dt))
			}
		}
		return strings.Join(missing, " ")
	})
	seen := map[string]bool{}
	for _, ev := range p.events("source=webhook") { // the newest first
		object := string(ev.DataType) + ev.ObjectID
		if seen[object] {
			continue
		}
		seen[object] = true
		p.wait("what the cloud has of "+object, func() string { // life goes on meanwhile
			newest := p.newestOf(ev.DataType, ev.ObjectID)
			return want(sameJSON(newest.Data, currentJSON(p, ev)), fmt.Sprintf("newest is %d %s %s", newest.Seq, newest.EventType, newest.Data))
		})
	}
}

// currentJSON is what the cloud holds now: it may have changed since ev was read.
func currentJSON(p *program, ev event) json.RawMessage {
	held, _ := p.sim.Ledger().Document(ev.DataType, ev.ObjectID)
	return held.JSON
}
