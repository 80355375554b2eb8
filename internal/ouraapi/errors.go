package ouraapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"oura-streaming/internal/oura"
)

// Sentences for the user: what happened, and what to do next.
const (
	msgUnavailable  = "Oura cannot be reached at the moment. Nothing needs to be done: it is tried again by itself."
	msgRateLimited  = "Oura asked for a pause because of too many requests. Nothing needs to be done: it goes on by itself."
	msgUnauthorized = "Oura no longer accepts our sign-in. Sign in again."
	msgMembership   = "Oura refuses this data. Check in the Oura app that your membership is active; it is tried again every hour."
	msgOutdated     = "Oura asks for a newer version of the Oura app on your phone. Update it there."
	msgNotFound     = "Oura does not have this document."
	msgNoCollection = "Oura does not offer this kind of data at present."
	msgInvalid      = "Oura did not accept the request for this data. The log has the details."
	msgClient       = "Oura does not accept the client ID and client secret. Check both in Settings against the Oura developer portal."
)

// problem is what Oura's error bodies have in common: detail is a text, or a
// list of validation errors (CONTRACT section 3.3).
type problem struct {
	Title  string          `json:"title"`
	Detail json.RawMessage `json:"detail"`
}

// detail returns the reason inside an error body, "" where it has none. Bodies
// that are not JSON, like an edge's HTML page, are not quoted.
func (a answer) detail() string {
	var p problem
	if json.Unmarshal(a.body, &p) != nil {
		return ""
	}
	var text string
	if json.Unmarshal(p.Detail, &text) == nil && text != "" {
		return shorten(text)
	}
	var list []struct {
		Msg string `json:"msg"`
	}
	if json.Unmarshal(p.Detail, &list) == nil && len(list) > 0 {
		return shorten(list[0].Msg)
	}
	return shorten(p.Title)
}

func shorten(text string) string {
	const most = 200
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

var (
	scopeWord = regexp.MustCompile(`(?i)\bscopes?\b`)
	anyWord   = regexp.MustCompile(`[A-Za-z0-9_:]+`)
)

// missingScope tells whether a 401 is about a permission rather than about the
// token, and which permission if Oura names it. A new token would not help
// there, and refreshing spends the refresh token for nothing.
func (a answer) missingScope() (oura.Scope, bool) {
	text := a.detail()
	if a.status != http.StatusUnauthorized || !scopeWord.MatchString(text) {
		return "", false
	}
	for _, s := range oura.ParseScopes(strings.Join(anyWord.FindAllString(text, -1), " ")) {
		if slices.Contains(oura.AllScopes(), s) {
			return s, true
		}
	}
	return "", true
}

func (a answer) ok() bool { return a.status >= 200 && a.status < 300 }

// err maps an answer of the collections to its error, nil for 2xx.
func (a answer) err() error {
	if a.ok() {
		return nil
	}
	return a.refusal()
}

// refusal maps the status of CONTRACT section 3.3 to what it means for us.
func (a answer) refusal() *oura.Error {
	e := &oura.Error{Err: a.cause()}
	e.Code, e.Message = a.verdict()
	if e.Code == oura.CodeRateLimited || e.Code == oura.CodeUnavailable {
		e.RetryAfter = min(a.retryAfter, longestObeyed)
	}
	if scope, ok := a.missingScope(); ok {
		e.Code, e.Scope, e.Message = oura.CodeScope, scope, scopeMessage(scope)
	}
	return e
}

func (a answer) verdict() (oura.Code, string) {
	switch a.status {
	case http.StatusUnauthorized:
		return oura.CodeUnauthorized, msgUnauthorized
	case http.StatusForbidden:
		return oura.CodeMembership, msgMembership
	case http.StatusNotFound, http.StatusGone:
		if !strings.HasSuffix(a.name, "/{id}") {
			return oura.CodeNotFound, msgNoCollection
		}
		return oura.CodeNotFound, msgNotFound
	case http.StatusUpgradeRequired:
		return oura.CodeAppOutdated, msgOutdated
	case http.StatusTooManyRequests:
		return oura.CodeRateLimited, msgRateLimited
	}
	if a.status >= 400 && a.status < 500 && a.status != http.StatusRequestTimeout {
		return oura.CodeInvalid, msgInvalid
	}
	return oura.CodeUnavailable, msgUnavailable // 5xx, redirects, whatever else
}

func scopeMessage(s oura.Scope) string {
	if s == "" {
		return "Oura did not get your permission for this data. Sign in again and leave every switch on."
	}
	return fmt.Sprintf("Oura did not get your permission %q. Sign in again and leave that switch on.", string(s))
}

// cause is the fact for the log: no body, because it may hold health data.
func (a answer) cause() error {
	text := fmt.Sprintf("%s: status %d, trace %q", a.name, a.status, a.trace)
	if d := a.detail(); d != "" {
		text += ", detail " + strconv.Quote(d)
	}
	return errors.New(text)
}

func unavailable(name string, err error) error {
	return &oura.Error{Code: oura.CodeUnavailable, Message: msgUnavailable, Err: fmt.Errorf("%s: %w", name, err)}
}

// retryAfter reads how long Oura wants us to wait, 0 when it does not say. It
// understands seconds and dates, and X-RateLimit-Reset as a substitute.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.Atoi(text); err == nil {
		return time.Duration(min(max(seconds, 0), 1<<30)) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(at.Sub(now), 0)
	}
	if unix, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64); err == nil {
		return max(time.Unix(unix, 0).Sub(now), 0)
	}
	return 0
}
