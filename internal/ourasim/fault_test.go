package ourasim

import (
	"encoding/json"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

func TestFaults_Script(t *testing.T) {
	s := startSim(t, Options{})
	token := signIn(s).Access
	must(t, s, doc("daily_sleep", "d", "2026-08-20", `,"pad":"`+strings.Repeat("x", 3000)+`"`))
	const path = "/v2/usercollection/daily_sleep/d"
	ask := func() (answer, error) {
		return trySend(t, http.MethodGet, s.URL()+path, map[string]string{"Authorization": "Bearer " + token}, nil)
	}
	for _, c := range []struct {
		name   string
		fault  Fault
		status int // 0: no whole answer
		part   string
		header string
	}{
		{"a status", Fault{Status: 500}, 500, `"detail"`, ""},
		{"the front's HTML", Fault{Status: 504}, 504, "<HTML>", ""},
		{"a body and headers", Fault{Status: 200, Body: json.RawMessage(`{"cut`), Headers: map[string]string{"X-A": "b"}}, 200, `{"cut`, "X-A"},
		{"429 with its headers", Fault{Status: 429, Headers: map[string]string{"Retry-After": "7"}}, 429, "Rate Limit", "X-Ratelimit-Reset"},
		{"a delay alone", Fault{Delay: time.Millisecond}, 200, "xxx", ""},
		{"a dropped connection", Fault{Drop: true}, 0, "", ""},
		{"half of the body", Fault{CutBody: true}, 0, "", ""},
		{"another method", Fault{Method: "POST", Status: 500}, 200, "xxx", ""},
		{"another path", Fault{Prefix: "/oauth", Status: 500}, 200, "xxx", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.ClearFaults()
			s.AddFaults(c.fault)
			a, err := ask()
			if (err != nil) != (c.status == 0) {
				t.Fatalf("error %v", err)
			}
			if c.status != 0 && a.StatusCode != c.status || !strings.Contains(string(a.body), c.part) {
				t.Errorf("%d %s", a.StatusCode, a.body)
			}
			if c.header != "" && a.Header.Get(c.header) == "" {
				t.Errorf("headers %v", a.Header)
			}
		})
	}
	s.ClearFaults()
	s.AddFaults(Fault{Status: 503, Times: 2}, Fault{Status: 502, Times: -1})
	for i, want := range []int{503, 503, 502, 502, 502} {
		if a, err := ask(); err != nil || a.StatusCode != want {
			t.Errorf("request %d: %v %v, want %d", i, a.Response, err, want)
		}
	}
	if left := s.Faults(); len(left) != 1 || left[0].Status != 502 {
		t.Errorf("left %+v", left)
	}
}

func TestFaults_AnswerLostAfterTheWork(t *testing.T) {
	s := startSim(t, Options{})
	old := signIn(s)
	s.AddFaults(Fault{Prefix: "/oauth/token", After: true, Drop: true})
	_, err := trySend(t, http.MethodPost, s.Hosts().Token, map[string]string{"Content-Type": "application/x-www-form-urlencoded"},
		strings.NewReader(refreshForm(old.Refresh).Encode()))
	if err == nil {
		t.Fatal("the answer came")
	}
	if set, _ := exchange(t, s.Hosts().Token, refreshForm(old.Refresh)); set.Error != "invalid_grant" {
		t.Errorf("the refresh token was not spent: %+v", set)
	}
	r := s.Ledger().Requests()
	if len(r) != 2 || !r[0].Faulty || r[0].Status != 0 || r[1].Status != 400 || r[1].Grant != "refresh_token" {
		t.Errorf("requests %+v", r)
	}
}

func TestClose_LeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 3 {
		s, err := Start(Options{Control: true, Now: testStart})
		if err != nil {
			t.Fatal(err)
		}
		r := startReceiver(t, func(int) int { return 500 })
		s.PlantSubscription(Subscription{CallbackURL: r.URL, EventType: oura.Create, DataType: oura.DailySleep})
		for _, id := range []string{"a", "b", "c"} { // one waits for its retry, others may be under way
			put(t, s, doc("daily_sleep", id, "2026-08-20", ""))
		}
		r.next(t)
		s.Change(func(sw *Switches) { sw.LateHandshake, sw.LateHandshakeDelay = true, time.Hour })
		subscribe(t, s, r.URL, "update", "daily_sleep") // its handshake is an hour away
		s.AddFaults(Fault{Hang: true}, Fault{Prefix: "/v2", Hang: true, CutBody: true})
		hung := make(chan error, 2)
		for range 2 {
			go func() {
				res, err := plainClient().Get(s.URL() + "/v2/usercollection/sleep")
				if err == nil {
					_, err = io.ReadAll(res.Body)
					_ = res.Body.Close()
				}
				hung <- err
			}()
		}
		eventually(t, func() bool { return len(s.Faults()) == 0 })
		s.Close()
		for range 2 {
			if err := <-hung; err == nil {
				t.Error("a hung request got a whole answer")
			}
		}
		s.Close() // twice is allowed
		r.Close()
	}
	eventually(t, func() bool { return runtime.NumGoroutine() <= before })
}
