package oura

import (
	"errors"
	"time"
)

// Code is the stable word by which programs tell errors apart. The local API
// and the window compare it.
type Code string

// The codes. Each names what is wrong, not where.
const (
	CodeInternal        Code = "internal"          // ours to fix
	CodeInvalid         Code = "invalid"           // the caller's input
	CodeNotFound        Code = "not_found"         //
	CodeEnded           Code = "ended"             // it is over, or not where this can be done
	CodeUnauthorized    Code = "unauthorized"      // Oura no longer accepts the sign-in
	CodeNotConnected    Code = "not_connected"     // no account yet
	CodeNotConfigured   Code = "not_configured"    // client id or secret missing
	CodeScope           Code = "scope_missing"     // the user did not grant it
	CodeMembership      Code = "membership_lapsed" // Oura answers 403
	CodeRateLimited     Code = "rate_limited"      // RetryAfter says when
	CodeUnavailable     Code = "unavailable"       // Oura or the network is down
	CodeClientRejected  Code = "client_rejected"   // client id or secret wrong
	CodeRedirect        Code = "redirect_mismatch" // redirect URI not registered
	CodePortTaken       Code = "port_taken"        //
	CodeDenied          Code = "consent_denied"    //
	CodeLoginExpired    Code = "login_expired"     //
	CodeCancelled       Code = "cancelled"         // by the user, or by a newer try
	CodeNoBrowser       Code = "no_browser"        //
	CodeLocked          Code = "secrets_locked"    // the data key cannot be had
	CodeStorage         Code = "storage"           // disk full, read-only, damaged
	CodeCallbackFailed  Code = "callback_failed"   // Oura could not reach our address
	CodeSubscriptionOff Code = "subscription"      // Oura refused a subscription
	CodeAppOutdated     Code = "oura_app_outdated" // the user's Oura app is too old (426)
	CodeTunnelToken     Code = "tunnel_token"      // the tunnel service does not know the token
	CodeTunnelAddress   Code = "tunnel_address"    // it does not give out the wanted address
	CodeTunnelOutdated  Code = "tunnel_outdated"   // it no longer serves this version
	CodeTunnelRefused   Code = "tunnel_refused"    // it refuses for a reason of its own
)

// Error carries one failure to its three readers: Code for programs, Message for
// the user (what happened and what to do next), Err for the log.
type Error struct {
	Code       Code
	Message    string
	Err        error
	RetryAfter time.Duration // 0 when Oura gave none
	Scope      Scope         // set with CodeScope where Oura named it
}

// Error returns the text for the log.
func (e *Error) Error() string {
	if e.Err == nil {
		return string(e.Code) + ": " + e.Message
	}
	return string(e.Code) + ": " + e.Message + ": " + e.Err.Error()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf returns the code of the first *Error in err's chain, "" for nil and
// CodeInternal for anything else.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}

// MessageOf returns the sentence for the user. What is not an *Error gets a
// general one, so that no inner detail reaches the screen.
func MessageOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Message
	}
	return "Something went wrong inside Oura Streaming. The log has the details."
}
