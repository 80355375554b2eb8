package ourasim

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
)

func TestControl_DrivesTheCloud(t *testing.T) {
	s := startSim(t, Options{Control: true})
	app := startLoginApp(t, s)
	r := startReceiver(t, nil)
	for _, op := range []string{"create", "delete"} {
		subscribe(t, s, r.URL, op, "daily_sleep")
	}
	call := func(method, path, body string) answer {
		t.Helper()
		return send(t, method, s.ControlURL()+"/control"+path, nil, strings.NewReader(body))
	}
	for _, c := range []struct{ name, method, path, body, part string }{
		{"put", "POST", "/put", `{"type":"daily_sleep","json":{"id":"d","day":"2026-08-20"}}`, `{"operation":"create"}`},
		{"delete", "POST", "/delete", `{"type":"daily_sleep","id":"d"}`, `{"deleted":true}`},
		{"put without id", "POST", "/put", `{"type":"daily_sleep","json":{}}`, `"status":400`},
		{"rows", "POST", "/rows", `{"type":"heartrate","rows":[{"time_ms":1,"json":{"bpm":60}}]}`, `{"added":1}`},
		{"rows of a document type", "POST", "/rows", `{"type":"sleep","rows":[]}`, `"status":400`},
		{"announce", "POST", "/announce", `{"notification":{"event_type":"create","data_type":"new_type"},"extra":{"a":1}}`, `{"queued":1}`},
		{"hold", "POST", "/hold", "", `{"held":0}`},
		{"put while held", "POST", "/put", `{"type":"daily_sleep","json":{"id":"e","day":"2026-08-20"}}`, "create"},
		{"state", "GET", "/state", "", `"held":1`},
		{"release", "POST", "/release", `{"order":[0]}`, "true"},
		{"documents", "GET", "/documents?type=daily_sleep", "", `"id":"d","json":null,"deleted":true`},
		{"changes", "GET", "/changes", "", `"announced":1`},
		{"deliveries", "GET", "/deliveries", "", `"state":"`},
		{"requests", "GET", "/requests", "", `"path":"/v2/webhook/subscription"`},
		{"subscriptions", "GET", "/subscriptions", "", `"confirmed":true`},
		{"switches", "PATCH", "/switches", `{"membership_lapsed":true}`, `"membership_lapsed":true`},
		{"a misspelt switch", "PATCH", "/switches", `{"membership":true}`, `"status":400`},
		{"switches stay", "GET", "/switches", "", `"membership_lapsed":true`},
		{"faults", "POST", "/faults", `[{"prefix":"/v2","status":500}]`, `"times":1`},
		{"faults cleared", "DELETE", "/faults", "", "[]"},
		{"advance", "POST", "/advance", `{"ns":60000000000}`, "2026-08-20T12:01:00Z"},
		{"approve", "POST", "/approve", `{"authorize_url":"` + s.Hosts().Authorize + app.query(nil) + `","scopes":["daily"]}`, "code="},
		{"deny", "POST", "/deny", `{"authorize_url":"` + s.Hosts().Authorize + app.query(nil) + `"}`, "access_denied"},
		{"approve of nothing", "POST", "/approve", `{"authorize_url":"` + s.Hosts().Authorize + `"}`, `"status":400`},
		{"expire", "POST", "/expire", "", "true"},
		{"revoke", "POST", "/revoke", "", "true"},
		{"redeliver", "POST", "/redeliver", `{"id":1}`, `"copy":true`},
	} {
		if a := call(c.method, c.path, c.body); !strings.Contains(string(a.body), c.part) {
			t.Errorf("%s: %s %s, want %s", c.name, a.Status, a.body, c.part)
		}
	}
	var got []string
	for range 5 {
		got = append(got, string(notice(t, r.next(t)).EventType))
	}
	if len(got) != 5 {
		t.Errorf("deliveries %v", got)
	}
}

func TestControl_RefusesPages(t *testing.T) {
	s := startSim(t, Options{Control: true})
	for name, value := range map[string]string{"Origin": "https://example.com", "Sec-Fetch-Site": "cross-site"} {
		if a := send(t, http.MethodPost, s.ControlURL()+"/control/revoke", map[string]string{name: value}, nil); a.StatusCode != 403 {
			t.Errorf("%s: %s", name, a.Status)
		}
	}
	if a := send(t, http.MethodGet, s.URL()+"/control/state", nil, nil); a.StatusCode != 404 {
		t.Errorf("control on the cloud's own listener: %s", a.Status)
	}
	if plain := startSim(t, Options{}); plain.ControlURL() != "" {
		t.Error("a control listener nobody asked for")
	}
}

func TestApprove_Failures(t *testing.T) {
	s := startSim(t, Options{})
	q := url.Values{"response_type": {"code"}, "client_id": {"sim-client"}, "redirect_uri": {"http://localhost:1/none"}}
	if _, err := Approve(t.Context(), s.Hosts().Authorize+"?"+q.Encode()); err == nil || !strings.Contains(err.Error(), "400") {
		t.Errorf("an unregistered redirect: %v", err)
	}
	s.RegisterRedirect("myapp://callback")
	q.Set("redirect_uri", "myapp://callback")
	if to, err := Approve(t.Context(), s.Hosts().Authorize+"?"+q.Encode()); err != nil || !strings.HasPrefix(to, "myapp://callback?code=") {
		t.Errorf("a scheme of its own: %q %v", to, err)
	}
	s.RegisterRedirect(s.URL() + "/nowhere")
	q.Set("redirect_uri", s.URL()+"/nowhere")
	if _, err := Approve(t.Context(), s.Hosts().Authorize+"?"+q.Encode()); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("a callback that fails: %v", err)
	}
	q.Set("response_type", "token")
	q.Set("redirect_uri", "myapp://callback")
	if to, err := Approve(t.Context(), s.Hosts().Authorize+"?"+q.Encode()); err != nil || !strings.Contains(to, "unsupported_response_type") {
		t.Errorf("another response type: %q %v", to, err)
	}
}

func TestLedger_KeepsTheNewest(t *testing.T) {
	s := startSim(t, Options{KeepEntries: 10})
	for range 45 {
		if _, err := s.PutQuiet(doc(oura.DailySleep, "d", "2026-08-20", "")); err != nil {
			t.Fatal(err)
		}
		ask(t, s, signIn(s).Access, "/v2/usercollection/daily_sleep")
	}
	l := s.Ledger()
	if n := len(l.Changes()); n < 10 || n >= 20 || l.RequestCount() != 45 || len(l.Requests()) != n {
		t.Errorf("%d changes, %d of %d requests", n, len(l.Requests()), l.RequestCount())
	}
	if c := l.Changes(); c[len(c)-1].Operation != oura.Update {
		t.Errorf("%+v", c[len(c)-1])
	}
}
