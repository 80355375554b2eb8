package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"oura-streaming/internal/export"
)

// settingExports is the row of table setting with the exports that the schedule
// made.
const settingExports = "exports_made"

// schedule is what the worker of the scheduled export knows.
type schedule struct {
	wake chan struct{} // buffered 1: several wakes merge

	mu      sync.Mutex // guards the fields below
	made    madeExports
	running bool
	done    int64
	total   int64
	err     error
	again   time.Time // not before then after a failure
}

// madeExports is what lasts over a restart.
type madeExports struct {
	Last  time.Time `json:"last"`
	Path  string    `json:"path"`
	Bytes int64     `json:"bytes"`
	Files []string  `json:"files"` // all of its own that may be there, oldest first
}

// in lists those that were made in a folder.
func (m madeExports) in(folder string) (out []string) {
	for _, path := range m.Files {
		if filepath.Dir(path) == filepath.Clean(folder) {
			out = append(out, path)
		}
	}
	return out
}

func (s *schedule) rouse() {
	select {
	case s.wake <- struct{}{}:
	default: // a wake-up waits already
	}
}

// forgive lets what failed be tried at once.
func (s *schedule) forgive() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.again, s.err = time.Time{}, nil
}

// begin reports whether an export is due, and counts it as under way then.
func (s *schedule) begin(every string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	wait := s.again.Sub(now)
	if s.next(every, now).After(now) || wait > 0 && wait <= scheduleAgain { // more: the clock was set back
		return false
	}
	s.running, s.done, s.total = true, 0, 0
	return true
}

func (s *schedule) end(now time.Time, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running, s.err, s.again = false, err, time.Time{}
	if err != nil {
		s.again = now.Add(scheduleAgain)
	}
}

// next is when an export is due: now while none was made since the last hour set
// for it. s.mu is held.
func (s *schedule) next(every string, now time.Time) time.Time {
	slot := slotBefore(every, now)
	// One that lies in the future by more than an hour set back was made by a wrong clock.
	if s.made.Last.Before(slot) || s.made.Last.After(now.Add(24*time.Hour)) {
		return now
	}
	return slot.AddDate(0, 0, stepOf(every)) // the same hour by the clock, whatever summer time does
}

// slotBefore is the newest hour set for an export that is not after now.
func slotBefore(every string, now time.Time) time.Time {
	days := 0
	if every == ExportWeekly {
		days = (int(now.Weekday()) + 6) % 7 // since Monday
	}
	slot := time.Date(now.Year(), now.Month(), now.Day()-days, scheduleHour, 0, 0, 0, now.Location())
	if slot.After(now) {
		return slot.AddDate(0, 0, -stepOf(every))
	}
	return slot
}

// stepOf is in days.
func stepOf(every string) int {
	if every == ExportWeekly {
		return 7
	}
	return 1
}

// planFile notes the name of an export before it is made, so that none is
// forgotten when the program is killed in between.
func (e *Engine) planFile(ctx context.Context, path string) error {
	return e.changeMade(ctx, func(m *madeExports) { m.Files = append(m.Files, path) })
}

// dropFile takes back what planFile noted.
func (e *Engine) dropFile(ctx context.Context, path string) error {
	return e.changeMade(context.WithoutCancel(ctx), func(m *madeExports) {
		m.Files = slices.DeleteFunc(m.Files, func(one string) bool { return one == path })
	})
}

// keepFiles notes an export that was made and removes the oldest in its folder
// beyond keep. Only files this program made are touched.
func (e *Engine) keepFiles(ctx context.Context, folder, path string, at time.Time, keep int) error {
	e.schedule.mu.Lock()
	own := slices.DeleteFunc(e.schedule.made.in(folder), func(path string) bool { return !isRegular(path) })
	e.schedule.mu.Unlock()
	var gone []string
	for _, old := range own[:max(0, len(own)-max(keep, 1))] {
		if !export.IsScheduledName(filepath.Base(old)) {
			continue
		}
		if err := os.Remove(old); err != nil && !errors.Is(err, fs.ErrNotExist) {
			e.log.WarnContext(ctx, "old export not removed", "err", err)
			continue // it stays noted
		}
		gone = append(gone, old)
	}
	return e.changeMade(ctx, func(m *madeExports) {
		m.Last, m.Path, m.Bytes = at, path, sizeOf(path)
		m.Files = slices.DeleteFunc(m.Files, func(old string) bool {
			return slices.Contains(gone, old) || filepath.Dir(old) == filepath.Clean(folder) && !slices.Contains(own, old)
		})
	})
}

func isRegular(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode().IsRegular()
}

// changeMade changes what lasts, and stores it.
func (e *Engine) changeMade(ctx context.Context, change func(*madeExports)) error {
	s := &e.schedule
	s.mu.Lock()
	m := s.made
	m.Files = slices.Clone(m.Files)
	s.mu.Unlock()
	change(&m)
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	quoted, err := json.Marshal(string(text)) // settings are texts
	if err != nil {
		return err
	}
	if err := e.store.PutSettings(ctx, map[string]string{settingExports: string(quoted)}); err != nil {
		return err
	}
	s.mu.Lock()
	s.made = m
	s.mu.Unlock()
	return nil
}

// loadSchedule goes on with the exports of earlier runs.
func (e *Engine) loadSchedule(ctx context.Context) error {
	rows, err := e.store.Settings(ctx)
	if err != nil || rows[settingExports] == "" {
		return err
	}
	var text string
	if err := json.Unmarshal([]byte(rows[settingExports]), &text); err != nil {
		return fmt.Errorf("setting %s: %w", settingExports, err)
	}
	var m madeExports
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		e.log.WarnContext(ctx, "list of scheduled exports not readable, none of them will be removed", "err", err)
		return nil
	}
	e.schedule.mu.Lock()
	e.schedule.made = m
	e.schedule.mu.Unlock()
	return nil
}
