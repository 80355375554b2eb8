package engine

import (
	"fmt"
	"strconv"
	"time"

	"oura-streaming/internal/collect"
	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/status"
)

// newPoller makes the part that reads what nobody announces.
func (e *Engine) newPoller() *collect.Poller {
	return collect.NewPoller(collect.PollOptions{
		Store: e.store, API: e.api, UserID: e.connectedUser, Types: e.cfg.Types, Live: e.announced,
		Paused: e.isPaused, Every: e.pollEvery, Heard: e.fetch.Heard, Done: e.polled,
		Changed: e.syncBell.Ring, Traffic: &e.traffic, Now: e.opt.Now, Log: e.log.With("part", "poll"),
	})
}

// announced reports whether changes are left to be announced: while they are, and
// where the user wants nothing else.
func (e *Engine) announced() bool {
	return e.live.Load() || e.cfg.Get(config.Mode) == "live"
}

// Live reports whether Oura announces changes here.
func (e *Engine) Live() bool { return e.live.Load() }

func (e *Engine) pollEvery() time.Duration {
	minutes, _ := strconv.Atoi(e.cfg.Get(config.PollMinutes)) // checked when it came in
	return time.Duration(minutes) * time.Minute
}

// polled hears of each round of the poller.
func (e *Engine) polled(r collect.Round) {
	e.log.Info("round ended", "kind", r.Kind, "from", r.From, "to", r.To, "new", r.New, "revised", r.Revised,
		"deleted", r.Deleted, "samples", r.Samples, "missed", r.Missed, "failed", len(r.Failed))
	if r.Kind == collect.KindWatch {
		e.raiseForAWhile(status.WebhooksQuiet, fmt.Sprintf("Found without an announcement: %d.", r.Missed))
	}
	e.address.bell.Ring()
	e.history.Wake() // types may have become readable
}

// SyncNow reads the last days at once. Codes: not_connected; invalid during a
// pause, which it does not end.
func (e *Engine) SyncNow() error {
	if e.connectedUser() == "" {
		return &oura.Error{Code: oura.CodeNotConnected, Message: "No Oura account is connected yet. Sign in first."}
	}
	if until, paused := e.Paused(); paused {
		text := "Oura Streaming is paused. Resume first, then sync."
		if !until.IsZero() {
			text = "Oura Streaming is paused and resumes " + e.clockTime(until) + ". Resume first to sync sooner."
		}
		return &oura.Error{Code: oura.CodeInvalid, Message: text}
	}
	e.poll.SyncNow()
	return nil
}

// lastSync is when each type was last read whole.
func (e *Engine) lastSync() map[oura.DataType]time.Time {
	out := map[oura.DataType]time.Time{}
	for dt, last := range e.poll.Last() {
		if !last.At.IsZero() {
			out[dt] = last.At
		}
	}
	return out
}
