package sqlite

import (
	"context"
	"errors"
	"os"
	"time"
)

// While anybody reads, SQLite cannot begin its WAL anew (F-13). So nobody reads for
// longer than readLimit, and who has read for readGrace is cut off when the WAL
// outgrows walLimit.
const (
	readLimit = 30 * time.Second
	readGrace = time.Second
	walLimit  = 32 << 20 // bytes; the DSN's journal_size_limit, to which SQLite cuts a WAL that begins anew
)

var errLongRead = errors.New("read for too long")

// reading is a query under way.
type reading struct {
	begun time.Time
	cut   context.CancelCauseFunc
}

// within runs a query that may be cut off.
func (r *readPool) within(ctx context.Context, query func(context.Context) error) error {
	mine, cut := context.WithCancelCause(ctx)
	defer cut(nil)
	self := &reading{begun: time.Now(), cut: cut}
	r.mu.Lock()
	r.readings[self] = struct{}{}
	limit := r.limit
	r.mu.Unlock()
	limited, stop := context.WithTimeoutCause(mine, limit, errLongRead)
	defer stop()
	err := query(limited)
	r.mu.Lock()
	delete(r.readings, self)
	r.mu.Unlock()
	if err != nil && context.Cause(limited) == errLongRead { //nolint:errorlint // it is this very value
		return storageSentence(msgLongRead, err)
	}
	return err
}

// cutBefore ends the queries that began before at and have had their grace.
func (r *readPool) cutBefore(at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if old := time.Now().Add(-r.grace); old.Before(at) {
		at = old
	}
	for reading := range r.readings {
		if reading.begun.Before(at) {
			reading.cut(errLongRead)
		}
	}
}

// boundWAL looks after each commit how large the WAL is. The queries that were under
// way when it outgrew its limit are in its way; later ones are not, so that another
// program which reads for long costs only room on the disk. On the writer's goroutine.
func (s *Store) boundWAL() {
	info, err := os.Stat(s.path + "-wal")
	if err != nil || info.Size() <= walLimit {
		s.outgrown = time.Time{}
		return
	}
	if s.outgrown.IsZero() {
		s.outgrown = time.Now()
	}
	s.readers.cutBefore(s.outgrown)
}
