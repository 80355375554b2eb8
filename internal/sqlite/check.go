package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	lib "modernc.org/sqlite/lib"
)

// Check reads the database at path through and returns nil when it is sound. An
// error is about damage when IsDamaged says so; when ctx ends first it is that of
// ctx, and nothing is known. A WAL beside the file is taken for its own.
func Check(ctx context.Context, path string) error {
	db, err := openLook(path, "rw", false)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // nothing was written
	if !hasWAL(path) {
		err = checkLength(ctx, db, path)
	}
	if err == nil {
		err = quickCheck(ctx, db)
	}
	return storageError("check database", err)
}

func hasWAL(path string) bool {
	info, err := os.Stat(path + "-wal")
	return err == nil && info.Size() > 0
}

// checkLength finds a file without WAL that was cut within its last page: SQLite's
// own check takes the rest of the page for zeroes.
func checkLength(ctx context.Context, db *sql.DB, path string) error {
	const q = `SELECT page_count * page_size FROM pragma_page_count, pragma_page_size`
	var whole int64
	if err := db.QueryRowContext(ctx, q).Scan(&whole); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err == nil && info.Size() < whole {
		err = storageSentence(msgDamaged, errDamaged{"the last page is cut"})
	}
	return err
}

// quickCheck returns the first complaint of SQLite's own check.
func quickCheck(ctx context.Context, db *sql.DB) error {
	var verdict string
	err := db.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&verdict)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return err
	case verdict != "ok":
		return storageSentence(msgDamaged, errDamaged{verdict})
	}
	return nil
}

// errDamaged is what SQLite's check found.
type errDamaged struct{ what string }

func (e errDamaged) Error() string { return "found damaged: " + e.what }

// IsDamaged reports whether err says that a database file is damaged, and not
// only out of reach for the moment.
func IsDamaged(err error) bool {
	if _, ok := errors.AsType[errDamaged](err); ok {
		return true
	}
	code := primaryCode(err)
	return code == lib.SQLITE_CORRUPT || code == lib.SQLITE_NOTADB
}

// openLook prepares one connection that changes nothing in the file at path. With
// alone no other file beside it counts, neither a WAL nor a journal. Texts that are
// no JSON any more are no damage of the file: the hashes of documents find those.
func openLook(path, mode string, alone bool) (*sql.DB, error) {
	address, err := lookURI(path, mode, alone)
	if err != nil {
		return nil, err
	}
	q := url.Values{
		"_busy_timeout": {"5000"}, "_defensive": {"1"}, "_dqs": {"0"},
		"_pragma": {"trusted_schema(0)", "cell_size_check(1)", "mmap_size(0)", "cache_size(-16384)", "ignore_check_constraints(1)"},
	}
	if mode != "ro" {
		q.Set("_query_only", "1")
	}
	db, err := sql.Open("sqlite", address+"&"+q.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// lookURI names a file for SQLite. mode is ro or rw; a file in WAL mode needs rw
// where its WAL has to be read in first.
func lookURI(path, mode string, alone bool) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	p := filepath.ToSlash(abs)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p
	}
	q := url.Values{"mode": {mode}}
	if alone {
		q.Set("immutable", "1")
	}
	return (&url.URL{Scheme: "file", Path: p, RawQuery: q.Encode()}).String(), nil
}

// CopyTo writes the whole store as it is at this moment to the file at path, which
// must be empty and the caller's own. Writers go on meanwhile. The copy is one
// file without WAL; it is not synced.
func (s *Store) CopyTo(ctx context.Context, path string) error { return copyFile(ctx, s.path, path) }

// copyFile copies the database in the file from, open or not.
func copyFile(ctx context.Context, from, to string) error {
	address, err := lookURI(from, "rw", false)
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite", address+"&_busy_timeout=5000&_pragma=trusted_schema(0)")
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // it only read
	db.SetMaxOpenConns(1)
	return storageError("copy database", vacuumInto(ctx, db, to))
}

func vacuumInto(ctx context.Context, db *sql.DB, path string) error {
	abs, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `VACUUM INTO ?`, abs)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

const querySize = `
	SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)
		- (SELECT freelist_count FROM pragma_freelist_count) * (SELECT page_size FROM pragma_page_size)`

// SizeBytes is how much a copy of the store takes, or a little more.
func (s *Store) SizeBytes(ctx context.Context) (size int64, err error) {
	err = s.readers.one(ctx, querySize, nil, &size)
	return size, storageError("read size", err)
}

// Path is where the database file lies.
func (s *Store) Path() string { return s.path }

// errCopy is what makes a copy unfit to be brought back, today and tomorrow.
type errCopy struct{ error }

func (e errCopy) Unwrap() error { return e.error }

// IsRefusedCopy reports whether err says that a copy itself cannot be brought back,
// and not that there was no room or the disk failed.
func IsRefusedCopy(err error) bool {
	_, ok := errors.AsType[errCopy](err)
	return ok
}

func refuseCopy(message string, cause error) error { return storageSentence(message, errCopy{cause}) }

func refuseFile(format string, args ...any) error {
	return refuseCopy(msgOdd, fmt.Errorf(format, args...))
}
