package app

import (
	"time"

	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
)

// What Pause takes instead of a number of minutes.
const (
	pauseUntilResumed  = 0
	pauseUntilTomorrow = -1
)

// wakeHour is when a pause until tomorrow ends, by the computer's clock: before
// the night's sleep has come in.
const wakeHour = 4

// SyncAPI is the screen Sync.
type SyncAPI struct{ b *backend }

// Get returns freshness, rounds and jobs.
func (a *SyncAPI) Get() (SyncView, error) {
	e, err := a.b.live()
	if err != nil {
		return emptySync(), err
	}
	return syncView(a.b.ctx, e)
}

// Coverage returns the state of every type and day from from to to, none after
// today.
func (a *SyncAPI) Coverage(from, to string) (CoverageMap, error) {
	e, err := a.b.live()
	if err != nil {
		return CoverageMap{Rows: []CoverageRow{}}, err
	}
	return coverageMap(a.b.ctx, e, oura.Day(from), oura.Day(to))
}

// Cell returns what is known of one type on one day.
func (a *SyncAPI) Cell(dataType, day string) (CoverageCell, error) {
	e, err := a.b.live()
	if err != nil {
		return CoverageCell{}, err
	}
	return coverageCell(a.b.ctx, e, oura.DataType(dataType), oura.Day(day))
}

// SyncNow reads the last days at once.
func (a *SyncAPI) SyncNow() error {
	return a.with(func(e *engine.Engine) error { return e.SyncNow() })
}

// Pause asks Oura for nothing for some minutes; 0 until resumed, -1 until four
// o'clock tomorrow.
func (a *SyncAPI) Pause(minutes int) error {
	var until time.Time
	switch now := time.Now(); {
	case minutes == pauseUntilTomorrow:
		until = time.Date(now.Year(), now.Month(), now.Day()+1, wakeHour, 0, 0, 0, now.Location())
	case minutes != pauseUntilResumed:
		until = now.Add(time.Duration(minutes) * time.Minute)
	}
	return a.with(func(e *engine.Engine) error { return e.Pause(a.b.ctx, until) })
}

// Resume ends a pause.
func (a *SyncAPI) Resume() error {
	return a.with(func(e *engine.Engine) error { return e.Unpause(a.b.ctx) })
}

// Fill reads the days from from to to of some types, none for all.
func (a *SyncAPI) Fill(from, to string, dataTypes []string) error {
	return a.with(func(e *engine.Engine) error {
		_, err := e.Backfill(a.b.ctx, oura.Day(from), oura.Day(to), typed[oura.DataType](dataTypes))
		return err
	})
}

// CancelJob ends a job; what it brought stays.
func (a *SyncAPI) CancelJob(id int64) error {
	return a.with(func(e *engine.Engine) error {
		_, err := e.CancelJob(a.b.ctx, id)
		return err
	})
}

// ResumeJob goes on with a cancelled job where it stopped.
func (a *SyncAPI) ResumeJob(id int64) error {
	return a.with(func(e *engine.Engine) error {
		_, err := e.ResumeJob(a.b.ctx, id)
		return err
	})
}

func (a *SyncAPI) with(do func(*engine.Engine) error) error {
	e, err := a.b.live()
	if err != nil {
		return err
	}
	err = do(e)
	a.b.ui.Emit(msgSync, nil)
	return err
}
