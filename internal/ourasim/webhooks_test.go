package ourasim

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

// Source of the vector: contract section 4.3.
func TestSign_ContractVector(t *testing.T) {
	const body = `{"event_type":"update","data_type":"sleep","object_id":"9fc867f2-b455-4c41-a05a-751c6e764ffa","event_time":"2023-01-01T08:00:00+00:00","user_id":"bd913327d56d-a0adf03b515a1d8ed46082e"}`
	const want = "8948B115D2C94A2B055BF467B134E4886553BC6F0942403E60630481F940AF93"
	if got := Sign("example-client-secret", "1672560000", []byte(body)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	n := oura.Notification{
		EventType: oura.Update, DataType: oura.Sleep, ObjectID: "9fc867f2-b455-4c41-a05a-751c6e764ffa",
		EventTime: "2023-01-01T08:00:00+00:00", UserID: "bd913327d56d-a0adf03b515a1d8ed46082e",
	}
	if made, err := noticeBody(n, nil, false); err != nil || string(made) != body {
		t.Errorf("body %s: %v", made, err)
	}
}

func TestSubscriptions_Life(t *testing.T) {
	s := startSim(t, Options{})
	r := startReceiver(t, nil)
	if a := manage(t, s, http.MethodGet, "", ""); string(a.body) != "[]" {
		t.Errorf("empty list: %s", a.body)
	}
	created := subscribe(t, s, r.URL+"/hook", "create", "vo2_max")
	var sub map[string]string
	created.decode(t, &sub)
	if created.StatusCode != 201 || len(sub) != 5 || sub["expiration_time"] != "2026-11-18T12:00:00.000000" {
		t.Fatalf("%s %s", created.Status, created.body)
	}
	id := sub["id"]
	s.Advance(30 * 24 * time.Hour)
	for _, c := range []struct {
		name, method, rest, body string
		status                   int
		part                     string
	}{
		{"list", "GET", "", "", 200, `[{"id":"` + id + `"`},
		{"one", "GET", "/" + id, "", 200, `"data_type":"vo2_max"`},
		{"unknown", "GET", "/nope", "", 403, "Forbidden"},
		{"renew", "PUT", "/renew/" + id, "", 200, `"expiration_time":"2026-12-18T12:00:00.000000"`},
		{"renew unknown", "PUT", "/renew/nope", "", 403, "Forbidden"},
		{"move", "PUT", "/" + id, `{"verification_token":"vt","callback_url":"` + r.URL + `/new","event_type":null}`, 200, r.URL + `/new","event_type":"create"`},
		{"put without token", "PUT", "/" + id, `{"callback_url":"` + r.URL + `/new"}`, 422, `"loc":["body","verification_token"]`},
		{"put unknown", "PUT", "/nope", `{"verification_token":"vt"}`, 403, "Forbidden"},
		{"delete unknown", "DELETE", "/nope", "", 403, "Forbidden"},
		{"delete", "DELETE", "/" + id, "", 204, ""},
		{"delete again", "DELETE", "/" + id, "", 403, "Forbidden"},
	} {
		a := manage(t, s, c.method, c.rest, c.body)
		if a.StatusCode != c.status || !strings.Contains(string(a.body), c.part) {
			t.Errorf("%s: %d %s, want %d with %s", c.name, a.StatusCode, a.body, c.status, c.part)
		}
		if strings.Contains(string(a.body), `"verification_token":`) {
			t.Errorf("%s shows the token: %s", c.name, a.body)
		}
	}
}

func TestSubscriptions_Refusals(t *testing.T) {
	s := startSim(t, Options{})
	r := startReceiver(t, nil)
	for _, c := range []struct{ name, callback, op, dt, part string }{
		{"a retired type", r.URL, "create", "daily_cycle_phases", `"type":"enum","loc":["body","data_type"],"msg":"Input should be 'tag', 'enhanced_tag'`},
		{"heartrate has no webhook", r.URL, "create", "heartrate", `"ctx":{"expected":"'tag', `},
		{"the path's spelling of vo2_max", r.URL, "create", "vO2_max", `"input":"vO2_max"`},
		{"a wrong operation", r.URL, "changed", "tag", `"msg":"Input should be 'create', 'update' or 'delete'"`},
		{"plain http to the world", "http://example.com/hook", "create", "tag", `"loc":["body","callback_url"]`},
	} {
		if a := subscribe(t, s, c.callback, c.op, c.dt); a.StatusCode != 422 || !strings.Contains(string(a.body), c.part) {
			t.Errorf("%s: %d %s", c.name, a.StatusCode, a.body)
		}
	}
	if a := manage(t, s, "POST", "", `{"event_type":"create"}`); a.StatusCode != 422 || strings.Count(string(a.body), `"type":"missing"`) != 3 {
		t.Errorf("missing fields: %d %s", a.StatusCode, a.body)
	}
	if a := manage(t, s, "POST", "", `{`); a.StatusCode != 422 || !strings.Contains(string(a.body), "json_invalid") {
		t.Errorf("no JSON: %d %s", a.StatusCode, a.body)
	}
	header := map[string]string{"x-client-id": "sim-client", "x-client-secret": "wrong"}
	if a := send(t, "GET", s.URL()+"/v2/webhook/subscription", header, nil); a.StatusCode != 401 {
		t.Errorf("wrong secret: %s", a.Status)
	}
	bearer := map[string]string{"Authorization": "Bearer " + signIn(s).Access}
	if a := send(t, "GET", s.URL()+"/v2/webhook/subscription", bearer, nil); a.StatusCode != 401 {
		t.Errorf("a bearer token instead: %s", a.Status)
	}
	subscribe(t, s, r.URL, "create", "tag")
	if a := subscribe(t, s, r.URL, "create", "tag"); a.StatusCode != 409 {
		t.Errorf("second of a pair: %s", a.Status)
	}
	s.Change(func(sw *Switches) { sw.DuplicatePairStatus = 0 })
	if a := subscribe(t, s, r.URL, "create", "tag"); a.StatusCode != 201 || len(s.Subscriptions()) != 2 {
		t.Errorf("second of a pair, allowed: %s", a.Status)
	}
}

func TestHandshake_WhatCounts(t *testing.T) {
	s := startSim(t, Options{})
	s.Change(func(sw *Switches) { sw.HandshakeDeadline = 200 * time.Millisecond })
	replies, queries := make(chan http.HandlerFunc, 1), make(chan string, 1)
	r := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		queries <- r.URL.RawQuery
		(<-replies)(w, r)
	}))
	defer r.Close()
	echo := func(kind string, status int, challenge func(string) string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_ = json.NewEncoder(w).Encode(map[string]string{"challenge": challenge(r.URL.Query().Get("challenge"))})
		}
	}
	same := func(c string) string { return c }
	for _, c := range []struct {
		name   string
		reply  http.HandlerFunc
		fail   int
		status int
		part   string
	}{
		{"the challenge comes back", echo("application/json", 200, same), 400, 201, ""},
		{"with a charset", echo("application/json; charset=utf-8", 200, same), 400, 201, ""},
		{"another challenge", echo("application/json", 200, func(string) string { return "x" }), 400, 400, "another challenge"},
		{"as text", echo("text/plain", 200, same), 400, 400, "content type"},
		{"status 201", echo("application/json", 201, same), 400, 400, "201"},
		{"refused, error 500", echo("application/json", 401, same), 500, 500, "SSLError"},
		{"refused, error 504", echo("application/json", 401, same), 504, 504, "<HTML>"},
		{"too slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, 400, 400, "deadline"},
		{"a redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/x", http.StatusFound) }, 400, 400, "302"},
	} {
		t.Run(c.name, func(t *testing.T) {
			replies <- c.reply
			s.Change(func(sw *Switches) { sw.HandshakeFailStatus = c.fail })
			a := subscribe(t, s, r.URL+"/hook?a=b", "create", "tag")
			if a.StatusCode != c.status || !strings.Contains(string(a.body), c.part) {
				t.Errorf("%d %s", a.StatusCode, a.body)
			}
			if query := <-queries; !strings.Contains(query, "verification_token=vt") || !strings.Contains(query, "a=b") {
				t.Errorf("query %s", query)
			}
			if want := c.status == 201; (len(s.Subscriptions()) == 1) != want {
				t.Errorf("subscriptions %+v", s.Subscriptions())
			}
			for _, sub := range s.Subscriptions() {
				s.RemoveSubscription(sub.ID)
			}
		})
	}
}

func TestHandshake_Late(t *testing.T) {
	s := startSim(t, Options{})
	s.Change(func(sw *Switches) { sw.LateHandshake, sw.LateHandshakeDelay = true, time.Millisecond })
	shaken, goOn := make(chan string, 1), make(chan bool)
	r := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			shaken <- "delivery"
			return
		}
		good := <-goOn
		w.Header().Set("Content-Type", "application/json")
		challenge := r.URL.Query().Get("challenge")
		if !good {
			challenge = "wrong"
		}
		_ = json.NewEncoder(w).Encode(map[string]string{"challenge": challenge})
		shaken <- "handshake"
	}))
	defer r.Close()
	a := subscribe(t, s, r.URL, "create", "daily_sleep")
	if a.StatusCode != 504 || !strings.Contains(a.Header.Get("Content-Type"), "html") || len(s.Subscriptions()) != 1 {
		t.Fatalf("%s, %d subscriptions", a.Status, len(s.Subscriptions()))
	}
	put(t, s, doc("daily_sleep", "early", "2026-08-20", "")) // not live yet
	goOn <- true
	if got := <-shaken; got != "handshake" {
		t.Fatal(got)
	}
	eventually(t, func() bool { return s.Subscriptions()[0].Confirmed })
	put(t, s, doc("daily_sleep", "later", "2026-08-20", ""))
	if got := <-shaken; got != "delivery" || s.Ledger().DeliveryCounts().Queued != 1 {
		t.Errorf("%s, %+v", got, s.Ledger().DeliveryCounts())
	}
	subscribe(t, s, r.URL, "delete", "daily_sleep")
	goOn <- false
	<-shaken
	eventually(t, func() bool { return len(s.Subscriptions()) == 1 })
}

// eventually waits for what another goroutine of the simulator does at once.
func eventually(t *testing.T, is func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-ctx.Done():
			t.Fatal("waited 10 s in vain")
		case <-tick.C:
		}
	}
}

func put(t *testing.T, s *Sim, d Doc) oura.Operation {
	t.Helper()
	op, err := s.Put(d)
	if err != nil {
		t.Fatal(err)
	}
	return op
}

func TestSubscriptions_Expire(t *testing.T) {
	s := startSim(t, Options{})
	r := startReceiver(t, nil)
	var sub struct{ ID string }
	subscribe(t, s, r.URL, "create", "daily_sleep").decode(t, &sub)
	s.Advance(90*24*time.Hour - time.Second)
	put(t, s, doc("daily_sleep", "in time", "2026-08-20", ""))
	r.next(t)
	s.Advance(time.Second)
	put(t, s, doc("daily_sleep", "too late", "2026-08-20", ""))
	if c := s.Ledger().DeliveryCounts(); c.Queued != 1 || len(s.Subscriptions()) != 1 {
		t.Errorf("expired: %+v", c)
	}
	manage(t, s, "PUT", "/renew/"+sub.ID, "")
	put(t, s, doc("daily_sleep", "renewed", "2026-08-20", ""))
	r.next(t)
	s.Advance(91 * 24 * time.Hour)
	s.Change(func(sw *Switches) { sw.ExpiredVanish = true })
	if a := manage(t, s, "GET", "", ""); string(a.body) != "[]" {
		t.Errorf("vanished: %s", a.body)
	}
}
