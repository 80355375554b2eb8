package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"oura-streaming/internal/hub"
	"oura-streaming/internal/oura"
)

// settingPaused is the row of table setting that carries a pause over a restart:
// the instant of its end, or untilResumed.
const settingPaused = "paused"

const (
	untilResumed = "until resumed"
	longestPause = 366 * 24 * time.Hour
	pauseLook    = 30 * time.Second // timers stand still while a computer sleeps
)

// pause is the user's wish that nothing be asked of Oura for a while.
type pause struct {
	bell hub.Bell // it began, ended or got another end

	mu    sync.Mutex // guards the fields below
	on    bool
	until time.Time // zero: until somebody resumes
}

// Pause stops all requests for the account's data until then, or until Unpause
// with a zero time. What is announced meanwhile is kept and fetched afterwards;
// address, subscriptions and sign-in stay. It lasts over a restart. Codes:
// invalid, storage.
func (e *Engine) Pause(ctx context.Context, until time.Time) error {
	text := untilResumed
	if !until.IsZero() {
		until = until.Round(0) // what counts is the clock on the wall
		switch left := until.Sub(e.wall()); {
		case left <= 0:
			return &oura.Error{Code: oura.CodeInvalid, Message: "A pause must end in the future. Choose a later time."}
		case left > longestPause:
			return &oura.Error{Code: oura.CodeInvalid, Message: "A pause lasts a year at most. Pause without an end instead."}
		}
		text = until.UTC().Format(time.RFC3339Nano)
	}
	if err := e.savePause(ctx, text); err != nil {
		return err
	}
	e.pause.set(true, until)
	e.log.InfoContext(ctx, "paused", "until", text)
	e.tellPause()
	return nil
}

// Unpause ends a pause; what was missed is caught up. Code: storage.
func (e *Engine) Unpause(ctx context.Context) error {
	if err := e.savePause(ctx, ""); err != nil {
		return err
	}
	e.pause.set(false, time.Time{})
	e.log.InfoContext(ctx, "pause ended")
	e.poll.CatchUp(e.opt.Now(), "a pause is over")
	e.fetch.Wake()
	e.history.Wake()
	e.tellPause()
	return nil
}

// Paused reports whether nothing may be asked of Oura, and until when; zero: until
// somebody resumes.
func (e *Engine) Paused() (until time.Time, paused bool) {
	e.pause.mu.Lock()
	defer e.pause.mu.Unlock()
	if e.pause.over(e.wall()) {
		return time.Time{}, false
	}
	return e.pause.until, e.pause.on
}

func (e *Engine) isPaused() bool {
	_, paused := e.Paused()
	return paused
}

func (p *pause) set(on bool, until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.on, p.until = on, until
}

// end takes back a pause that is over, unless another one was set meanwhile.
func (p *pause) end(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.over(now) {
		return false
	}
	p.on, p.until = false, time.Time{}
	return true
}

// over reports whether a pause is ended by the clock. p.mu is held.
func (p *pause) over(now time.Time) bool { return p.on && !p.until.IsZero() && !now.Before(p.until) }

// tellPause wakes whoever shows or waits for it.
func (e *Engine) tellPause() {
	e.pause.bell.Ring()
	e.address.bell.Ring()
	e.syncBell.Ring()
}

// servePause ends a pause when its time has come.
func (e *Engine) servePause(ctx context.Context) error {
	wake, stop := e.pause.bell.Listen()
	defer stop()
	for {
		timer := time.NewTimer(e.untilOver(ctx))
		select {
		case <-ctx.Done():
		case <-wake:
		case <-timer.C:
		}
		timer.Stop()
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// untilOver ends a pause that is over and returns how long to wait for the next.
func (e *Engine) untilOver(ctx context.Context) time.Duration {
	now := e.wall()
	e.pause.mu.Lock()
	on, until, over := e.pause.on, e.pause.until, e.pause.over(now)
	e.pause.mu.Unlock()
	switch {
	case over && e.pause.end(now):
		if err := e.Unpause(ctx); err != nil && ctx.Err() == nil {
			e.log.WarnContext(ctx, "end of the pause not kept", "err", err, "retry_in", pauseLook)
			return pauseLook // everything works again already: the clock decides
		}
	case on && !until.IsZero():
		return min(until.Sub(now), pauseLook)
	}
	return idle
}

func (e *Engine) savePause(ctx context.Context, text string) error {
	value := ""
	if text != "" {
		quoted, err := json.Marshal(text)
		if err != nil {
			return err
		}
		value = string(quoted)
	}
	return e.store.PutSettings(ctx, map[string]string{settingPaused: value})
}

// loadPause goes on with the pause of the last run.
func (e *Engine) loadPause(ctx context.Context) error {
	rows, err := e.store.Settings(ctx)
	if err != nil || rows[settingPaused] == "" {
		return err
	}
	var text string
	if err := json.Unmarshal([]byte(rows[settingPaused]), &text); err != nil {
		return fmt.Errorf("setting %s: %w", settingPaused, err)
	}
	until, err := time.Parse(time.RFC3339Nano, text)
	if err != nil && text != untilResumed {
		e.log.WarnContext(ctx, "a pause without a readable end goes on until resumed", "err", err)
	}
	e.pause.set(true, until)
	return nil
}

// pauseWords say in the status line when a pause ends.
func (e *Engine) pauseWords(until time.Time) string {
	if until.IsZero() {
		return "Until you resume"
	}
	return "Resumes " + e.clockTime(until)
}

// clockTime is an instant to come as a person says it, in the zone of the
// computer: "at 14:05", "tomorrow at 04:00", "on 2026-11-29 at 04:00".
func (e *Engine) clockTime(at time.Time) string {
	now := e.wall().Local()
	at = at.In(now.Location())
	switch day := oura.DayOf(at); day {
	case oura.DayOf(now):
		return at.Format("at 15:04")
	case oura.DayOf(now).Add(1):
		return at.Format("tomorrow at 15:04")
	default:
		return "on " + string(day) + at.Format(" at 15:04")
	}
}
