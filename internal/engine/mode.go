package engine

import (
	"maps"
	"slices"
	"time"

	"oura-streaming/internal/auth"
	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/restapi"
	"oura-streaming/internal/status"
	"oura-streaming/internal/tunnel"
)

// addressGrace is how long a lost address may take to come back by itself before
// polling takes over and the user is told. With the longest pause between two
// looks and the time one takes that is within two minutes (F-63); what the
// service itself tells of is known at once.
const addressGrace = 45 * time.Second

// hasAddress reports whether Oura is meant to reach this program at all.
func (e *Engine) hasAddress() bool { return e.addressKind() != tunnel.KindNone }

// setWord sets the state word with its next step. What stands there is also what
// the parts live by: polling means that nothing announces changes. A pause hides
// the word alone, for what is announced during it comes in as before.
func (e *Engine) setWord(st auth.Status, c restapi.SubscriptionCounts, unconfigured error) {
	word, next := e.word(st, c, unconfigured)
	e.live.Store(word == status.Live)
	if until, paused := e.Paused(); paused && word != status.Setup {
		word, next = status.Paused, e.pauseWords(until)
	}
	e.status.SetState(word, next)
}

func (e *Engine) word(st auth.Status, c restapi.SubscriptionCounts, unconfigured error) (word status.State, next string) {
	switch {
	case unconfigured != nil:
		return status.Setup, "Enter client id and secret of your Oura application"
	case st.UserID == "":
		return status.Setup, "Sign in to Oura"
	case e.offline():
		return status.Offline, "Waiting for the network"
	case !e.hasAddress():
		return e.withoutAddress()
	case e.Callback() == "":
		return e.awaitAddress()
	case c.Ours+c.Failed < c.Wanted || !e.comparedHere():
		return status.CatchingUp, "Subscribing to changes"
	case c.Ours == 0:
		return status.Polling, "Oura took none of the subscriptions"
	}
	return status.Live, ""
}

// withoutAddress is the state while nothing is set up that Oura could call.
func (e *Engine) withoutAddress() (word status.State, next string) {
	switch e.cfg.Get(config.Mode) {
	case "polling":
		return status.Polling, "Polling is chosen, so no public address is opened"
	case "live":
		return status.Offline, "Set a public address: polling is turned off"
	}
	return status.Polling, "Set a public address to hear of changes at once"
}

// awaitAddress is the state while the address does not lead here.
func (e *Engine) awaitAddress() (word status.State, next string) {
	a := e.Address()
	switch {
	case e.inGrace() && a.Word != tunnel.Refused && !tunnel.IsQuota(a.Reason):
		return status.CatchingUp, "Reconnecting to the public address"
	case e.cfg.Get(config.Mode) == "live":
		return status.Offline, "Waiting for the public address to answer: polling is turned off"
	}
	return status.Polling, "Waiting for the public address to answer"
}

// comparedHere reports whether Oura's list was compared since the address became
// what it is. What is stored from before proves nothing; a later round that
// failed takes nothing back.
func (e *Engine) comparedHere() bool {
	last := e.keeper.Last()
	e.address.mu.Lock()
	defer e.address.mu.Unlock()
	if last.Err == "" && last.At.After(e.address.now.comparedAt) {
		e.address.now.comparedAt = last.At
	}
	return e.address.now.comparedAt.After(e.address.now.provenSince)
}

// inGrace reports whether the address was proven a moment ago.
func (e *Engine) inGrace() bool {
	e.address.mu.Lock()
	defer e.address.mu.Unlock()
	now := e.address.now
	return !now.final && !now.lostAt.IsZero() && e.wall().Sub(now.lostAt).Abs() < e.address.grace
}

// tunnelTroubles say which trouble an end of the tunnel is, by error code. What is
// not in it lasts a while and then is one that goes by itself.
var tunnelTroubles = map[oura.Code]string{
	oura.CodeTunnelToken: status.TunnelToken, oura.CodeTunnelAddress: status.TunnelAddress,
	oura.CodeTunnelOutdated: status.TunnelOutdated, oura.CodeTunnelRefused: status.TunnelRefused,
	oura.CodePortTaken: status.IngressPortTaken, oura.CodeInvalid: status.AddressSilent, oura.CodeCallbackFailed: status.AddressSilent,
}

// judgeAddress alone shows and clears what is wrong with the public address.
func (e *Engine) judgeAddress() {
	e.raiseIf(e.connectedUser() != "" && !e.hasAddress(), status.NoPublicAddress, "")
	a := e.Address()
	e.raiseIf(a.PolicyRefused, status.TunnelUnfiltered, "")
	where := exposed(a.Reach)
	e.raiseIf(where != "" && a.Kind != tunnel.KindNone, status.LocalAPIExposed, where)
	code, text := e.addressTrouble(a)
	if code == status.TunnelDown {
		e.status.RaiseCode(code, text)
	} else if code != "" {
		e.status.Raise(status.Trouble{Code: code, Text: text})
	}
	for _, other := range append(slices.Collect(maps.Values(tunnelTroubles)), status.TunnelDown, status.TunnelQuota) {
		if other != code {
			e.status.Clear(other)
		}
	}
}

// addressTrouble is the one thing that keeps Oura from reaching this program, ""
// when nothing does or it is too early to say.
func (e *Engine) addressTrouble(a Address) (code, text string) {
	if a.Callback != "" || a.Reason == nil || a.Kind == tunnel.KindNone {
		return "", ""
	}
	cause := oura.CodeOf(a.Reason)
	code, known := tunnelTroubles[cause]
	fresh := a.Kind == tunnel.KindNgrok && a.Word == tunnel.Online && a.Anew == 0 && e.wall().Sub(a.Since) < freshAddress
	switch {
	case tunnel.IsQuota(a.Reason):
		return status.TunnelQuota, oura.MessageOf(a.Reason)
	case !known && e.inGrace(), cause == oura.CodeCallbackFailed && (fresh || e.inGrace()):
		return "", ""
	case !known:
		return status.TunnelDown, oura.MessageOf(a.Reason)
	}
	return code, oura.MessageOf(a.Reason)
}
