package restapi

import (
	"context"
	"encoding/json"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

func wantAnswer(t *testing.T, h http.Handler, method, target string, code int, want string) {
	t.Helper()
	w := ask(t, h, method, target, nil)
	if w.Code != code || w.Body.String() != want+"\n" {
		t.Errorf("%s %s: %d\n got %s\nwant %s", method, target, w.Code, w.Body, want)
	}
}

func TestHealth_SaysNothingElse(t *testing.T) {
	wantAnswer(t, (&fake{}).handler(), http.MethodGet, "/health", 200, `{"status":"healthy"}`)
}

func TestAuth_Answers(t *testing.T) {
	h := (&fake{}).handler()
	wantAnswer(t, h, http.MethodPost, "/auth/login", 200,
		`{"authorize_url":"https://cloud.ouraring.com/oauth/authorize?state=s","expires_in":600}`)
	wantAnswer(t, h, http.MethodGet, "/auth/status", 200, `{"authenticated":true,"expires_in":3600,"scopes":["daily"]}`)
	wantAnswer(t, h, http.MethodPost, "/auth/logout", 200, `{"status":"signed_out"}`)
	wantAnswer(t, h, http.MethodPost, "/subscriptions/reconcile", 202, `{"status":"started"}`)
	wantAnswer(t, h, http.MethodPost, "/sync", 202, `{"status":"started"}`)
	wantAnswer(t, h, http.MethodPut, "/subscriptions/x1/renew", 200, `{"id":"x1","callback_url":"","event_type":"create","data_type":"sleep",`+
		`"expiration_time":"2027-02-20T07:00:00.000Z","ours":true,"days_left":90}`)
	if w := ask(t, h, http.MethodDelete, "/subscriptions/x1", nil); w.Code != http.StatusNoContent || w.Body.Len() != 0 {
		t.Errorf("DELETE: %d %q", w.Code, w.Body)
	}
}

type signedOut struct{ Authenticator }

func (signedOut) Status(context.Context) (AuthStatus, error) {
	return AuthStatus{ExpiresIn: time.Hour}, nil
}

func TestAuth_WithoutAnAccount(t *testing.T) {
	s := (&fake{}).services()
	s.Auth = signedOut{s.Auth}
	wantAnswer(t, New(s, testOptions), http.MethodGet, "/auth/status", 200,
		`{"authenticated":false,"expires_in":null,"scopes":[]}`)
}

func TestSubscriptions_AreAsAtOura(t *testing.T) {
	s, h := newStore(t)
	row := func(id string, ours bool, left time.Duration) sqlite.SubscriptionRow {
		return sqlite.SubscriptionRow{
			Subscription: oura.Subscription{
				ID: id, CallbackURL: "https://me.example/webhooks/abc", EventType: oura.Create, DataType: oura.Tag, ExpiresAt: testNow.Add(left),
			},
			Ours: ours, State: "active", ReadAt: testNow,
		}
	}
	err := s.ReplaceSubscriptions(t.Context(), []sqlite.SubscriptionRow{
		row("a", true, 90*24*time.Hour), row("b", false, 25*time.Hour), row("c", true, -time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	wantAnswer(t, h, http.MethodGet, "/subscriptions", 200,
		`[{"id":"a","callback_url":"https://me.example/webhooks/abc","event_type":"create","data_type":"tag","expiration_time":"2027-02-20T07:00:00.000Z","ours":true,"days_left":90},`+
			`{"id":"b","callback_url":"https://me.example/webhooks/abc","event_type":"create","data_type":"tag","expiration_time":"2026-11-23T08:00:00.000Z","ours":false,"days_left":1},`+
			`{"id":"c","callback_url":"https://me.example/webhooks/abc","event_type":"create","data_type":"tag","expiration_time":"2026-11-22T06:00:00.000Z","ours":true,"days_left":0}]`)
}

func TestSubscriptions_AreMadeAsAtOura(t *testing.T) {
	h := (&fake{}).handler()
	w := ask(t, h, http.MethodPost, "/subscriptions", withBody("application/json", `{"data_type":"sleep","event_type":"update","callback_url":"https://else.example"}`))
	want := `{"id":"made","callback_url":"https://me.example/w","event_type":"update","data_type":"sleep","expiration_time":null,"ours":true,"days_left":null}`
	if w.Code != http.StatusCreated || strings.TrimSpace(w.Body.String()) != want {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for _, bad := range []string{`{"data_type":"sleep","event_type":"changed"}`, `{"data_type":"sleep"}`, `{`, `[]`, ``} {
		w := ask(t, h, http.MethodPost, "/subscriptions", withBody("application/json", bad))
		if w.Code != http.StatusUnprocessableEntity && w.Code != http.StatusBadRequest {
			t.Errorf("%q gave %d %s", bad, w.Code, w.Body)
		}
	}
}

func TestStatus_IsTheRegistrysSnapshotAndTheSituation(t *testing.T) {
	registry := status.New(func() time.Time { return testNow })
	registry.SetState(status.Polling, "Next round at 07:05.")
	registry.Raise(status.Trouble{
		Code: "sign_in_needed", Title: "Sign in again", Text: "Oura no longer accepts our sign-in.", Severity: status.Warning,
		Remedy: status.Remedy{Label: "Sign in", Action: status.SignIn},
	})
	s := (&fake{}).services()
	s.Status, s.Version = registry, "1.2.3"
	s.Situation = func(context.Context) Situation {
		return Situation{
			Tunnel: TunnelState{Kind: "ngrok", URL: "https://me.example", State: "online", Since: testNow, Proven: true, ProvenAt: testNow,
				RoundTrip: 42 * time.Millisecond, Account: "Ada", Plan: "Free", Region: "eu", Notice: "Update soon."},
			Subscriptions: SubscriptionCounts{Wanted: 51, Ours: 48, Missing: 3, Failed: 2, Foreign: 1},
			Round:         Round{At: testNow, Err: "Oura did not answer."},
			LastDelivery: &sqlite.Delivery{ID: 7, ReceivedAt: testNow, Verdict: sqlite.VerdictAccepted,
				Notification: oura.Notification{DataType: oura.Tag, EventType: oura.Create}},
			LastSync: map[oura.DataType]time.Time{oura.Sleep: testNow}, SQLiteVersion: "3.53.0", OuraAPI: "1.37", Demo: true, Seq: 1234,
		}
	}
	goVersion, err := json.Marshal(runtime.Version())
	if err != nil {
		t.Fatal(err)
	}
	wantAnswer(t, New(s, testOptions), http.MethodGet, "/status", 200,
		`{"state":"polling","word":"Polling","since":"2026-11-22T07:00:00.000Z","next_step":"Next round at 07:05.",`+
			`"tunnel":{"kind":"ngrok","url":"https://me.example","state":"online","since":"2026-11-22T07:00:00.000Z","reason":"",`+
			`"proven":true,"proven_at":"2026-11-22T07:00:00.000Z","latency_ms":42,"account":"Ada","plan":"Free","region":"eu","notice":"Update soon."},`+
			`"subscriptions":{"wanted":51,"ours":48,"missing":3,"failed":2,"foreign":1,"checked_at":"2026-11-22T07:00:00.000Z","next_check_at":null,"error":"Oura did not answer."},`+
			`"last_delivery":{"id":7,"received_at":"2026-11-22T07:00:00.000Z","data_type":"tag","event_type":"create","verdict":"accepted"},`+
			`"last_sync":{"sleep":"2026-11-22T07:00:00.000Z"},`+
			`"troubles":[{"code":"sign_in_needed","title":"Sign in again","text":"Oura no longer accepts our sign-in.","severity":"warning",`+
			`"since":"2026-11-22T07:00:00.000Z","remedy":{"label":"Sign in","action":"sign_in"}}],`+
			`"versions":{"app":"1.2.3","sqlite":"3.53.0","go":`+string(goVersion)+`,"oura_api":"1.37"},"demo":true,"seq":1234}`)
}

func TestStatus_WithNothingYet(t *testing.T) {
	w := ask(t, (&fake{}).handler(), http.MethodGet, "/status", nil)
	var got map[string]any
	decode(t, w.Body.String(), &got)
	if got["last_delivery"] != nil || len(got["troubles"].([]any)) != 0 || len(got["last_sync"].(map[string]any)) != 0 {
		t.Errorf("%s", w.Body)
	}
}
