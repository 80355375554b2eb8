package sqlite

import (
	"context"
	"database/sql"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the driver registers itself as "sqlite"
)

const maxReaders = 4

// Options are the optional parts of a Store. The zero value works.
type Options struct {
	Now func() time.Time // wall clock; nil: time.Now
	Log *slog.Logger     // nil: nothing is logged
}

// Store is an open database. All methods may be called from any goroutine.
// Failures of the disk or the file are *oura.Error with CodeStorage.
type Store struct {
	path    string
	now     func() time.Time
	log     *slog.Logger
	readers *readPool
	writer  *writer
	indexer *indexer
	ticket  atomic.Int64
	packer  extrasPacker // used by the writer only

	outgrown time.Time // since when the WAL is too large, zero: it is not; used by the writer only

	mu     sync.Mutex // guards the fields below
	hooks  []func(lastSeq int64)
	spoilt func(DocumentKey)
}

// Open opens the database at path and brings its schema up to date. Folder and
// file are created for this user only; a symlink or a file of another user is
// refused. Close the store when done.
func Open(ctx context.Context, path string, opt Options) (*Store, error) {
	s := &Store{path: path, now: opt.Now, log: opt.Log}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if err := guardFiles(path); err != nil {
		return nil, err
	}
	if err := s.connect(ctx, path); err != nil {
		return nil, storageError("open database", err)
	}
	return s, nil
}

// connect opens both pools and migrates. On failure nothing stays open.
func (s *Store) connect(ctx context.Context, path string) (err error) {
	write, err := openPool(path, false)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = write.Close() // the first error is the one to tell
		}
	}()
	if err := migrate(ctx, write); err != nil {
		return err
	}
	if err := tightenSidecars(path); err != nil {
		return err
	}
	last, err := lastTicket(ctx, write)
	if err != nil {
		return err
	}
	s.ticket.Store(last)
	read, err := openPool(path, true)
	if err != nil {
		return err
	}
	s.readers = newReadPool(read)
	s.writer, err = startWriter(ctx, write, s.log, s.announce, s.boundWAL)
	if err != nil {
		_ = read.Close() // the first error is the one to tell
		return err
	}
	s.indexer = startIndexer(s)
	return nil
}

// Close waits for writes that have begun, refuses new ones and closes the file.
func (s *Store) Close() error {
	s.indexer.close()
	err := s.writer.close()
	if rerr := s.readers.close(); err == nil {
		err = rerr
	}
	return storageError("close database", err)
}

// OnEvent registers f to be called with the newest event number after each
// commit that added events. f runs on the writer's goroutine: it must return at
// once and must not write to the store.
func (s *Store) OnEvent(f func(lastSeq int64)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks = append(s.hooks, f)
}

func (s *Store) announce(lastSeq int64) {
	s.mu.Lock()
	hooks := s.hooks
	s.mu.Unlock()
	s.indexer.poke()
	for _, f := range hooks {
		f(lastSeq)
	}
}

// Ticket returns a number higher than all before it, over restarts too. Take one
// before the request that reads a document: of two answers the one with the
// higher ticket is the newer.
func (s *Store) Ticket() int64 { return s.ticket.Add(1) }

// LastTicket is the highest one given out.
func (s *Store) LastTicket() int64 { return s.ticket.Load() }

// Lift makes event numbers and tickets go on above seq and ticket: for a file that
// may lack the newest changes.
func (s *Store) Lift(ctx context.Context, seq, ticket int64) error {
	const counter = `
		INSERT INTO counter (name, value) VALUES ('ticket', ?)
		ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)`
	const sequence = `
		INSERT INTO sqlite_sequence (name, seq) SELECT 'event', ?1
		WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'event')`
	const higher = `UPDATE sqlite_sequence SET seq = max(seq, ?1) WHERE name = 'event'`
	err := s.writer.do(ctx, func(t *tx) error {
		if _, err := t.exec(counter, ticket); err != nil {
			return err
		}
		if _, err := t.exec(sequence, seq); err != nil {
			return err
		}
		_, err := t.exec(higher, seq)
		return err
	})
	for now := s.ticket.Load(); err == nil && now < ticket && !s.ticket.CompareAndSwap(now, ticket); {
		now = s.ticket.Load()
	}
	return err
}

func lastTicket(ctx context.Context, db *sql.DB) (last int64, err error) {
	const q = `SELECT coalesce(max(value), 0) FROM counter WHERE name = 'ticket'`
	err = db.QueryRowContext(ctx, q).Scan(&last)
	return last, err
}

func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMS(v int64) time.Time {
	if v == 0 {
		return time.Time{}
	}
	return time.UnixMilli(v).UTC()
}
