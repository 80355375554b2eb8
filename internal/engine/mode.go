package engine

import (
	"time"

	"oura-streaming/internal/auth"
	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/restapi"
	"oura-streaming/internal/status"
	"oura-streaming/internal/tunnel"
)

// addressGrace is how long a lost address may take to come back by itself before
// polling takes over and the user is told (F-63: within two minutes).
const addressGrace = time.Minute

// hasAddress reports whether Oura is meant to reach this program at all.
func (e *Engine) hasAddress() bool { return e.addressKind() != tunnel.KindNone }

// setWord sets the state word with its next step. What stands there is also what
// the parts live by: polling means that nothing announces changes.
func (e *Engine) setWord(st auth.Status, c restapi.SubscriptionCounts, unconfigured error) {
	switch {
	case unconfigured != nil:
		e.status.SetState(status.Setup, "Enter client id and secret of your Oura application")
	case st.UserID == "":
		e.status.SetState(status.Setup, "Sign in to Oura")
	case e.offline():
		e.status.SetState(status.Offline, "Waiting for the network")
	case !e.hasAddress():
		e.withoutAddress()
	case e.Callback() == "":
		e.awaitAddress()
	case c.Ours+c.Failed < c.Wanted:
		e.status.SetState(status.CatchingUp, "Subscribing to changes")
	default:
		e.status.SetState(status.Live, "")
	}
}

// withoutAddress is the state while nothing is set up that Oura could call.
func (e *Engine) withoutAddress() {
	switch e.cfg.Get(config.Mode) {
	case "polling":
		e.status.SetState(status.Polling, "")
	case "live":
		e.status.SetState(status.Offline, "Set a public address: polling is turned off")
	default:
		e.status.SetState(status.Polling, "Set a public address to hear of changes at once")
	}
}

// awaitAddress is the state while the address does not lead here.
func (e *Engine) awaitAddress() {
	a := e.Address()
	switch {
	case e.inGrace() && a.Word != tunnel.Refused:
		e.status.SetState(status.CatchingUp, "Reconnecting to the public address")
	case e.cfg.Get(config.Mode) == "live":
		e.status.SetState(status.Offline, "Waiting for the public address to answer: polling is turned off")
	default:
		e.status.SetState(status.Polling, "Waiting for the public address to answer")
	}
}

// inGrace reports whether the address was proven a moment ago.
func (e *Engine) inGrace() bool {
	e.address.mu.Lock()
	defer e.address.mu.Unlock()
	now := e.address.now
	return !now.final && !now.lostAt.IsZero() && e.opt.Now().Sub(now.lostAt).Abs() < e.address.grace
}

// tunnelTroubles say which trouble an end of the tunnel is, by error code.
var tunnelTroubles = map[oura.Code]string{
	oura.CodeTunnelToken: status.TunnelToken, oura.CodeTunnelAddress: status.TunnelAddress,
	oura.CodeTunnelOutdated: status.TunnelOutdated, oura.CodeTunnelRefused: status.TunnelRefused,
	oura.CodePortTaken: status.IngressPortTaken, oura.CodeInvalid: status.AddressSilent,
}

// judgeAddress shows what is wrong with the public address. That a look from
// outside failed is shown by who looked.
func (e *Engine) judgeAddress(st auth.Status) {
	e.raiseIf(st.UserID != "" && !e.hasAddress(), status.NoPublicAddress, "")
	a := e.Address()
	e.raiseIf(a.PolicyRefused, status.TunnelUnfiltered, "")
	if a.Callback != "" || a.Reason == nil || oura.CodeOf(a.Reason) == oura.CodeCallbackFailed {
		return
	}
	code, known := tunnelTroubles[oura.CodeOf(a.Reason)]
	switch {
	case known:
		e.status.Raise(status.Trouble{Code: code, Text: oura.MessageOf(a.Reason)})
	case !e.inGrace():
		e.status.RaiseCode(status.TunnelDown, oura.MessageOf(a.Reason))
	}
}
