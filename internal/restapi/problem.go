package restapi

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"oura-streaming/internal/oura"
)

// Codes of refusals that are the API's own; the rest are oura's.
const (
	codeInvalid   = oura.CodeInvalid
	codeNotFound  = oura.CodeNotFound
	codeHost      = oura.Code("host_refused")
	codeOrigin    = oura.Code("origin_refused")
	codeToken     = oura.Code("token_required")
	codeScope     = oura.Code("scope_refused")
	codeRate      = oura.Code("too_many_requests")
	codeMethod    = oura.Code("method_not_allowed")
	codeMediaType = oura.Code("unsupported_media_type")
	codeTooLarge  = oura.Code("too_large")
	codeTimeout   = oura.Code("timeout")
)

// Problem is the one shape of every refusal (RFC 9457). Detail is a sentence
// for the user; what only the log may know is not in it.
type Problem struct {
	Type   string    `json:"type" doc:"Always about:blank: code tells the kind."`
	Title  string    `json:"title" doc:"The HTTP status in words."`
	Status int       `json:"status" doc:"The HTTP status."`
	Detail string    `json:"detail" doc:"What happened and what to do next."`
	Code   oura.Code `json:"code" doc:"A stable word for programs."`

	retryAfter time.Duration
}

const problemType = "application/problem+json"

func newProblem(status int, code oura.Code, detail string) *Problem {
	return &Problem{
		Type: "about:blank", Title: http.StatusText(status),
		Status: status, Detail: detail, Code: code,
	}
}

// Error, GetStatus, GetHeaders and ContentType let huma send a Problem as it is.
func (p *Problem) Error() string { return p.Detail }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType returns the media type of a Problem.
func (p *Problem) ContentType(string) string { return problemType }

// GetHeaders tells when to come back, in whole seconds, where that is known.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(p.retryAfter.Seconds()))))
	}
	return h
}

// statusOf is the one table from our codes to HTTP. 401 and 403 always mean this
// API's own token and origin, so what Oura refuses is 502, and what the user has
// to do first is 409.
func statusOf(c oura.Code) int {
	switch c {
	case oura.CodeInvalid:
		return http.StatusUnprocessableEntity
	case oura.CodeNotFound:
		return http.StatusNotFound
	case oura.CodeNotConfigured, oura.CodeNotConnected, oura.CodePortTaken, oura.CodeScope, oura.CodeMembership,
		oura.CodeEnded, oura.CodeDenied, oura.CodeLoginExpired, oura.CodeNoBrowser, oura.CodeRedirect:
		return http.StatusConflict
	case oura.CodeRateLimited:
		return http.StatusTooManyRequests
	case oura.CodeUnauthorized, oura.CodeClientRejected, oura.CodeCallbackFailed, oura.CodeSubscriptionOff,
		oura.CodeTunnelToken, oura.CodeTunnelAddress, oura.CodeTunnelOutdated, oura.CodeTunnelRefused:
		return http.StatusBadGateway
	case oura.CodeUnavailable, oura.CodeLocked, oura.CodeStorage:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// problemOf turns an error of the inside into what the caller may read.
func problemOf(err error) *Problem {
	code := oura.CodeOf(err)
	p := newProblem(statusOf(code), code, oura.MessageOf(err))
	if e, ok := errors.AsType[*oura.Error](err); ok {
		p.retryAfter = e.RetryAfter
	}
	return p
}

// refuse writes a Problem where huma is not involved.
func refuse(w http.ResponseWriter, status int, code oura.Code, detail string) {
	w.Header().Set("Content-Type", problemType)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(newProblem(status, code, detail)) // fails only when the caller has gone
}

func notFound(w http.ResponseWriter, _ *http.Request) {
	refuse(w, http.StatusNotFound, codeNotFound, "There is no such call. GET /openapi.json lists them all.")
}
