package ingress

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

func TestS30_FieldsAreData(t *testing.T) {
	with := func(event, dt, id, user string) string {
		return fmt.Sprintf(`{"event_type":%q,"data_type":%q,"object_id":%q,"event_time":"2026-01-01T08:00:00+00:00","user_id":%q}`, event, dt, id, user)
	}
	cases := []struct {
		name, body string
		verdict    sqlite.Verdict
		fetch      sqlite.FetchState
		objectID   string
		reconcile  string // types queued, joined
	}{
		{"as usual", with("update", "daily_sleep", "3f2a-6c1e", account), sqlite.VerdictAccepted, sqlite.FetchPending, "3f2a-6c1e", ""},
		{"128 characters", with("update", "sleep", strings.Repeat("a", 128), account), sqlite.VerdictAccepted, sqlite.FetchPending, strings.Repeat("a", 128), ""},
		{"no object_id", `{"event_type":"update","data_type":"sleep","user_id":"user-1"}`, sqlite.VerdictAccepted, sqlite.FetchPending, "", ""},
		{"no user_id", `{"event_type":"update","data_type":"sleep","object_id":"a"}`, sqlite.VerdictAccepted, sqlite.FetchPending, "a", ""},
		{"more fields than known", `{"new":{"deep":[1]},"event_type":"update","data_type":"sleep","object_id":"a","user_id":"user-1"}`, sqlite.VerdictAccepted, sqlite.FetchPending, "a", ""},
		{"an operation not known", with("merge", "sleep", "a", account), sqlite.VerdictAccepted, sqlite.FetchPending, "a", ""},
		{"a notice", with("create", "meal", "a", account), sqlite.VerdictAccepted, sqlite.FetchPending, "a", ""},
		{"an unknown type", with("update", "brand_new", "a", account), sqlite.VerdictUnknownType, sqlite.FetchPending, "a", ""},
		{"a type without webhooks", with("update", "heartrate", "a", account), sqlite.VerdictUnknownType, sqlite.FetchPending, "a", ""},
		{"a path as type", with("update", "../../oauth/token", "a", account), sqlite.VerdictUnknownType, sqlite.FetchPending, "a", ""},
		{"an unknown type with a path as id", with("update", "brand_new", "../x", account), sqlite.VerdictUnknownType, sqlite.FetchPending, "", ""},
		{"a path as id", with("update", "sleep", "../../oauth/token", account), sqlite.VerdictUnparsable, sqlite.FetchNone, "", "sleep"},
		{"a query in the id", with("update", "sleep", "a/b?x=", account), sqlite.VerdictUnparsable, sqlite.FetchNone, "", "sleep"},
		{"an id of 300 characters", with("update", "sleep", strings.Repeat("a", 300), account), sqlite.VerdictUnparsable, sqlite.FetchNone, "", "sleep"},
		{"a line break in the id", with("update", "sleep", "a\nb", account), sqlite.VerdictUnparsable, sqlite.FetchNone, "", "sleep"},
		{"a foreign user", with("update", "sleep", "a", "user-2"), sqlite.VerdictSetAside, sqlite.FetchNone, "a", ""},
		{"a foreign user and a path", with("update", "sleep", "../x", "user-2"), sqlite.VerdictSetAside, sqlite.FetchNone, "", ""},
		{"no type", `{"user_id":"user-1"}`, sqlite.VerdictUnparsable, sqlite.FetchNone, "", "any"},
		{"cut off", `{"event_type":"update","data_ty`, sqlite.VerdictUnparsable, sqlite.FetchNone, "", "any"},
		{"two objects", `{"data_type":"sleep"}{"data_type":"sleep"}`, sqlite.VerdictUnparsable, sqlite.FetchNone, "", "any"},
		{"a number as id", `{"event_type":"update","data_type":"workout","object_id":7,"user_id":"user-1"}`, sqlite.VerdictUnparsable, sqlite.FetchNone, "", "workout"},
		{"a list", `{"data_type":["sleep"]}`, sqlite.VerdictUnparsable, sqlite.FetchNone, "", "any"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := newRig(t, nil)
			wantStatus(t, c.name, g.post(t, c.body, secret), http.StatusOK)
			d := g.last(t)
			if d.Verdict != c.verdict || d.Fetch != c.fetch || d.Notification.ObjectID != c.objectID {
				t.Errorf("kept as %s, fetch %s, object %q; want %s, %s, %q", d.Verdict, d.Fetch, d.Notification.ObjectID, c.verdict, c.fetch, c.objectID)
			}
			if string(d.Body) != c.body {
				t.Errorf("body kept as %q", d.Body)
			}
			if (d.Verdict == sqlite.VerdictAccepted) != (d.Reason == "") {
				t.Errorf("reason %q for %s", d.Reason, d.Verdict)
			}
			var queued []string
			for _, dt := range g.reconciled {
				queued = append(queued, strings.NewReplacer("^$", "any").Replace("^"+string(dt)+"$"))
			}
			if got := strings.Trim(strings.Join(queued, " "), "^$"); got != c.reconcile {
				t.Errorf("reconciles queued: %q, want %q", got, c.reconcile)
			}
			if len(g.accepted) != 1 {
				t.Errorf("Accepted was called %d times", len(g.accepted))
			}
		})
	}
}

func TestS30_NobodyIsConnected(t *testing.T) {
	for _, b := range []string{body(oura.Sleep, "a"), `{"event_type":"update","data_type":"sleep","object_id":"a"}`} {
		g := newRig(t, nil, func(o *Options) { o.UserID = nil })
		wantStatus(t, b, g.post(t, b, secret), http.StatusOK)
		if d := g.last(t); d.Verdict != sqlite.VerdictSetAside || d.Fetch != sqlite.FetchNone {
			t.Errorf("kept as %s, fetch %s", d.Verdict, d.Fetch)
		}
	}
}

func TestS30_MissingUserIDIsFilledIn(t *testing.T) {
	g := newRig(t, nil)
	g.post(t, `{"event_type":"update","data_type":"sleep","object_id":"a"}`, secret)
	if got := g.last(t).Notification.UserID; got != account {
		t.Errorf("user %q, want the connected one", got)
	}
}

func TestS35_DepthOfSignedBodies(t *testing.T) {
	nest := func(n int) string {
		return `{"data_type":"sleep","x":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}`
	}
	for n, want := range map[int]sqlite.Verdict{1: sqlite.VerdictAccepted, 31: sqlite.VerdictAccepted, 32: sqlite.VerdictUnparsable, 10_000: sqlite.VerdictUnparsable} {
		g := newRig(t, nil)
		wantStatus(t, "nested", g.post(t, nest(n), secret), http.StatusOK)
		if got := g.last(t).Verdict; got != want {
			t.Errorf("nested %d deep: %s, want %s", n+1, got, want)
		}
	}
	g := newRig(t, nil)
	g.post(t, `{"data_type":"sleep","x":"`+strings.Repeat("[", 1000)+`\"[","y":1}`, secret)
	if got := g.last(t).Verdict; got != sqlite.VerdictAccepted {
		t.Errorf("brackets inside a string: %s", got)
	}
}
