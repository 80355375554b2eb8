package ngroktest

import (
	"fmt"
	"time"
)

// controls are what the edge was told to do.
type controls struct {
	refuseAuth        string
	refuseBind        func(Bind) string
	hangAuth          bool
	hangUnbind        bool
	refuseConnections bool
	dropAfterBind     bool
	mute              bool
	turnAway          string

	account, plan, region, banner string
	deprecation                   *deprecation
}

// RefuseAuth refuses every authentication with text, whose last line should hold
// a code such as ERR_NGROK_107. "" accepts again.
func (e *Edge) RefuseAuth(text string) { e.change(func() { e.controls.refuseAuth = text }) }

// HangAuth leaves authentications unanswered while it is on. They are recorded.
func (e *Edge) HangAuth(on bool) { e.change(func() { e.controls.hangAuth = on }) }

// RefuseBind asks refuse about every endpoint that is asked for. The text it
// returns is the refusal; "" accepts. Nil accepts all again.
func (e *Edge) RefuseBind(refuse func(Bind) string) {
	e.change(func() { e.controls.refuseBind = refuse })
}

// TurnAway answers every public request with an error code of ngrok's, such as
// ERR_NGROK_727 for a used-up allowance, and passes none on. "" passes them on.
func (e *Edge) TurnAway(code string) { e.change(func() { e.controls.turnAway = code }) }

// HangUnbind leaves unbinds unanswered, and the endpoints bound, while it is on.
func (e *Edge) HangUnbind(on bool) { e.change(func() { e.controls.hangUnbind = on }) }

// RefuseConnections closes each new agent connection at once while it is on.
// They are recorded as dials.
func (e *Edge) RefuseConnections(on bool) {
	e.change(func() { e.controls.refuseConnections = on })
}

// DropAfterBind drops each connection on which an endpoint was bound or refused,
// once the agent has read the answer.
func (e *Edge) DropAfterBind(on bool) { e.change(func() { e.controls.dropAfterBind = on }) }

// Mute leaves heartbeats unanswered while it is on; those that wait are answered
// when it ends.
func (e *Edge) Mute(on bool) { e.change(func() { e.controls.mute = on }) }

// Drop ends all agent connections, without a word, and forgets their endpoints.
func (e *Edge) Drop() {
	e.change(func() {
		for len(e.sessions) > 0 {
			e.sessions[0].endLocked()
		}
	})
}

// MoveURL opens another public port and returns its URL, which later binds get.
// The old port answers 404 from now on, and so do endpoints bound to its URL.
// It panics where this computer has no port to give.
func (e *Edge) MoveURL() string {
	if err := e.openDoor(); err != nil {
		panic(fmt.Sprintf("ngroktest: %v", err))
	}
	return e.URL()
}

// SetAccount sets what later authentications are told of the account. It begins
// with "Test Account", "Free" and "test".
func (e *Edge) SetAccount(name, plan, region string) {
	e.change(func() { e.controls.account, e.controls.plan, e.controls.region = name, plan, region })
}

// SetBanner sets the service's message of later authentications.
func (e *Edge) SetBanner(text string) { e.change(func() { e.controls.banner = text }) }

// SetDeprecation makes later authentications say that the agent's version is too
// old: the least version, the last day ("2026-12-31", or "" for none) and a
// sentence. Three empty texts take it back. It panics on a date that is none.
func (e *Edge) SetDeprecation(least, date, msg string) {
	var notice *deprecation
	if least+date+msg != "" {
		notice = &deprecation{NextMin: least, Msg: msg}
	}
	if date != "" {
		day, err := time.Parse(time.DateOnly, date)
		if err != nil {
			panic(fmt.Sprintf("ngroktest: %v", err))
		}
		notice.NextDate = day
	}
	e.change(func() { e.controls.deprecation = notice })
}
