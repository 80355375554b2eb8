package ouraapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

func TestSubscriptions_ListIsAPlainArrayWithUTCExpiry(t *testing.T) {
	client, _ := against(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("x-client-id") != "app" || r.Header.Get("x-client-secret") != "app-secret" || r.Header.Get("Authorization") != "" {
			t.Errorf("headers %v", r.Header)
		}
		reply(w, 200, `[{"id":"1","callback_url":"https://a/b","event_type":"create","data_type":"tag","expiration_time":"2026-12-22T04:26:45.123"},
			{"id":"2","data_type":"blood_glucose","event_type":"update","expiration_time":"2026-12-22T04:26:45+02:00"},
			{"id":"3","expiration_time":"whenever"}]`)
	})
	got, err := client.Subscriptions(t.Context())
	if err != nil || len(got) != 3 {
		t.Fatal(got, err)
	}
	want := time.Date(2026, 12, 22, 4, 26, 45, 123e6, time.UTC)
	if !got[0].ExpiresAt.Equal(want) || got[0].CallbackURL != "https://a/b" || got[0].EventType != oura.Create {
		t.Errorf("first %+v", got[0])
	}
	if got[1].ExpiresAt.Hour() != 2 || !got[2].ExpiresAt.IsZero() {
		t.Errorf("expiry %v and %v", got[1].ExpiresAt, got[2].ExpiresAt)
	}
}

func TestSubscribe_SendsAllFields(t *testing.T) {
	client, _ := against(t, func(w http.ResponseWriter, r *http.Request) {
		var body map[string]string
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || len(body) != 4 || body["verification_token"] != "verify" ||
			body["callback_url"] != "https://a/b" || body["event_type"] != "update" || body["data_type"] != "vo2_max" {
			t.Errorf("body %v, %v", body, err)
		}
		reply(w, 201, `{"id":"new","callback_url":"https://a/b"}`)
	})
	n := NewSubscription{CallbackURL: "https://a/b", VerificationToken: "verify", EventType: oura.Update, DataType: oura.VO2Max}
	for name, do := range map[string]func() (oura.Subscription, error){
		"post": func() (oura.Subscription, error) { return client.Subscribe(t.Context(), n) },
		"put":  func() (oura.Subscription, error) { return client.UpdateSubscription(t.Context(), "old", n) },
	} {
		if got, err := do(); err != nil || got.ID != "new" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestManage_RefusalsTellClientFromAddressFromSubscription(t *testing.T) {
	list := func(c *Client, t *testing.T) error { _, err := c.Subscriptions(t.Context()); return err }
	post := func(c *Client, t *testing.T) error {
		_, err := c.Subscribe(t.Context(), NewSubscription{})
		return err
	}
	renew := func(c *Client, t *testing.T) error { _, err := c.RenewSubscription(t.Context(), "a"); return err }
	remove := func(c *Client, t *testing.T) error { return c.DeleteSubscription(t.Context(), "a") }
	cases := []struct {
		name   string
		status int
		body   string
		do     func(*Client, *testing.T) error
		code   oura.Code
	}{
		{"wrong client on list", 401, `{}`, list, oura.CodeClientRejected},
		{"wrong client by 403", 403, `{}`, list, oura.CodeClientRejected},
		{"wrong client on post", 401, `{}`, post, oura.CodeClientRejected},
		{"unknown id", 403, `{}`, renew, oura.CodeNotFound},
		{"unknown id by 404", 404, `{"detail":"No webhook id a found."}`, remove, oura.CodeNotFound},
		{"bad certificate", 500, `SSLError`, post, oura.CodeCallbackFailed},
		{"handshake failed", 400, `{}`, post, oura.CodeCallbackFailed},
		{"cut by the edge", 504, `<html>`, post, oura.CodeCallbackFailed},
		{"bad value", 422, `{"detail":[{"msg":"no such type"}]}`, post, oura.CodeSubscriptionOff},
		{"exists already", 409, `{}`, post, oura.CodeSubscriptionOff},
		{"list broken", 500, `{}`, list, oura.CodeUnavailable},
		{"deleted", 204, ``, remove, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			client, _ := against(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, c.status, c.body) })
			err := c.do(client, t)
			if oura.CodeOf(err) != c.code {
				t.Errorf("got %v, want code %q", err, c.code)
			}
			if errors.Is(err, ErrTaken) != (c.status == http.StatusConflict) {
				t.Errorf("%v: taken %v", err, errors.Is(err, ErrTaken))
			}
		})
	}
}

func TestProfile_UsesTheGivenTokenAndNeedsAnID(t *testing.T) {
	body := `{"id":"user-1","email":"a@b.c"}`
	client, tokens := against(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer fresh" {
			reply(w, 401, `{}`)
			return
		}
		reply(w, 200, body)
	})
	p, err := client.Profile(t.Context(), "fresh")
	if err != nil || p.ID != "user-1" || string(p.Raw) != body {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := client.Profile(t.Context(), "stale"); oura.CodeOf(err) != oura.CodeUnauthorized {
		t.Errorf("stale token: %v", err)
	}
	body = `{}`
	if _, err := client.Profile(t.Context(), "fresh"); oura.CodeOf(err) != oura.CodeUnavailable {
		t.Errorf("no id: %v", err)
	}
	if n, _ := tokens.counts(); n != 0 {
		t.Errorf("token source bothered %d times", n)
	}
}
