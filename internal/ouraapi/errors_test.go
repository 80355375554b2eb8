package ouraapi

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

func TestF35_EachRefusalHasItsCodeAndCostsNoRefresh(t *testing.T) {
	cases := []struct {
		name   string
		status int
		body   string
		code   oura.Code
		scope  oura.Scope
	}{
		{"a scope is missing", 401, `{"status":401,"title":"Unauthorized","detail":"Token is not authorized access stress scope."}`, oura.CodeScope, "stress"},
		{"the same in the form of 2024", 401, `{"detail":"Token is not authorized access spo2Daily scope."}`, oura.CodeScope, "spo2"},
		{"a prefixed scope is missing", 401, `{"detail":"Missing scope: extapi:heart_health"}`, oura.CodeScope, "heart_health"},
		{"a scope nobody names", 401, `{"detail":"insufficient scope for this resource"}`, oura.CodeScope, ""},
		{"membership lapsed", 403, `{"detail":"Forbidden"}`, oura.CodeMembership, ""},
		{"unknown document", 404, `{"detail":"Document not found."}`, oura.CodeNotFound, ""},
		{"bad query", 400, ``, oura.CodeInvalid, ""},
		{"validation", 422, `{"detail":[{"type":"enum","loc":["body","data_type"],"msg":"Input should be 'tag'"}]}`, oura.CodeInvalid, ""},
		{"old phone app", 426, `{}`, oura.CodeAppOutdated, ""},
		{"too many requests", 429, ``, oura.CodeRateLimited, ""},
		{"server trouble", 500, `{"detail":"oops"}`, oura.CodeUnavailable, ""},
		{"a web page with 504", 504, `<html>CloudFront</html>`, oura.CodeUnavailable, ""},
		{"a web page with 200", 200, `<html>Sign in to the Wi-Fi</html>`, oura.CodeUnavailable, ""},
		{"a redirect elsewhere", 302, ``, oura.CodeUnavailable, ""},
		{"half a document", 200, `{"id":"x","score":`, oura.CodeUnavailable, ""},
		{"a list instead of a document", 200, `[]`, oura.CodeUnavailable, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			client, tokens := against(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", "http://127.0.0.1:1/elsewhere")
				reply(w, c.status, c.body)
			})
			_, err := client.Document(t.Context(), oura.DailyStress, "doc-1")
			if oura.CodeOf(err) != c.code {
				t.Fatalf("code %q (%v), want %q", oura.CodeOf(err), err, c.code)
			}
			e := err.(*oura.Error)
			if e.Scope != c.scope {
				t.Errorf("scope %q, want %q", e.Scope, c.scope)
			}
			if n, _ := tokens.counts(); n != 0 {
				t.Errorf("token reported as refused %d times, want never", n)
			}
		})
	}
}

func TestRetryAfter_ReadsSecondsDatesAndReset(t *testing.T) {
	now := time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)
	cases := []struct {
		name  string
		field string
		value string
		want  time.Duration
	}{
		{"seconds", "Retry-After", "17", 17 * time.Second},
		{"a date", "Retry-After", now.Add(time.Minute).Format(http.TimeFormat), time.Minute},
		{"a date gone by", "Retry-After", now.Add(-time.Minute).Format(http.TimeFormat), 0},
		{"a negative number", "Retry-After", "-5", 0},
		{"nonsense", "Retry-After", "soon", 0},
		{"only the reset instant", "X-RateLimit-Reset", "1795327230", 30 * time.Second},
		{"nothing", "X-Other", "1", 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := retryAfter(http.Header{http.CanonicalHeaderKey(c.field): {c.value}}, now); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestF40_ExpiredTokenInABatchIsRenewedOnceAndEachCallRepeatedOnce(t *testing.T) {
	var calls atomic.Int32
	client, tokens := against(t, func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		if r.Header.Get("Authorization") == "Bearer token-0" {
			reply(w, 401, `{"detail":"Token expired"}`)
			return
		}
		reply(w, 200, `{"id":"doc-1"}`)
	})
	const n = 50
	errs := make(chan error, n)
	for range n {
		go func() {
			_, err := client.Document(t.Context(), oura.Sleep, "doc-1")
			errs <- err
		}()
	}
	for range n {
		if err := <-errs; err != nil {
			t.Fatal(err)
		}
	}
	if refused, renewals := tokens.counts(); renewals != 1 || refused > n {
		t.Errorf("%d renewals after %d reports, want 1 of at most %d", renewals, refused, n)
	}
	if refused, _ := tokens.counts(); int(calls.Load()) != n+refused {
		t.Errorf("%d requests for %d calls and %d refusals", calls.Load(), n, refused)
	}
}

func TestF40_TokenRefusedTwiceIsReportedAndNotTriedAgain(t *testing.T) {
	var calls atomic.Int32
	client, tokens := against(t, func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		reply(w, 401, `{"detail":"Token expired"}`)
	})
	_, err := client.Document(t.Context(), oura.Sleep, "doc-1")
	if oura.CodeOf(err) != oura.CodeUnauthorized {
		t.Errorf("got %v", err)
	}
	if refused, _ := tokens.counts(); refused != 1 || calls.Load() != 2 {
		t.Errorf("%d reports and %d requests, want 1 and 2", refused, calls.Load())
	}

	tokens.err = &oura.Error{Code: oura.CodeUnauthorized, Message: "Sign in again."}
	calls.Store(0)
	if _, err := client.Document(t.Context(), oura.Sleep, "doc-1"); err != tokens.err || calls.Load() != 1 {
		t.Errorf("lost sign-in: %v after %d requests, want the source's own error after 1", err, calls.Load())
	}
}
