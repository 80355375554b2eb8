package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"
	"strings"

	lib "modernc.org/sqlite/lib"
)

// ExportFile is a new database that holds rows for other programs. It is written
// in one transaction and without syncing: its maker syncs the file after Close.
type ExportFile struct {
	db    *sql.DB
	conn  *sql.Conn
	tx    *sql.Tx
	views []ExportView
	stmts map[string]*sql.Stmt
}

// CreateExport begins an export in the file at path, which must be empty and the
// caller's own. End it with Close, or with Discard.
func CreateExport(ctx context.Context, path string, views []ExportView) (f *ExportFile, err error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	f = &ExportFile{views: views, stmts: map[string]*sql.Stmt{}}
	if f.db, err = sql.Open("sqlite", exportDSN(abs)); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			f.Discard()
		}
	}()
	if f.conn, err = f.db.Conn(ctx); err != nil {
		return nil, storageError("create export", err)
	}
	if f.tx, err = f.conn.BeginTx(ctx, nil); err != nil {
		return nil, storageError("create export", err)
	}
	_, err = f.tx.ExecContext(ctx, exportTables)
	return f, storageError("create export", err)
}

// exportDSN keeps the journal in memory: a file that is not finished is thrown
// away, and no second file may be left beside it.
func exportDSN(abs string) string {
	p := filepath.ToSlash(abs)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p
	}
	q := url.Values{
		"_journal_mode": {"MEMORY"}, "_synchronous": {"OFF"}, "_defensive": {"1"}, "_dqs": {"0"},
		"_pragma": {"trusted_schema(0)", "cache_size(-16384)", "temp_store(MEMORY)", "locking_mode(EXCLUSIVE)"},
	}
	return (&url.URL{Scheme: "file", Path: p, RawQuery: q.Encode()}).String()
}

// Close adds indexes and views and finishes the file.
func (f *ExportFile) Close(ctx context.Context) error {
	statements := []string{exportIndexes}
	for _, v := range f.views {
		statements = append(statements, v.statement())
	}
	for _, text := range statements {
		if _, err := f.tx.ExecContext(ctx, text); err != nil {
			f.Discard()
			return storageError("finish export", err)
		}
	}
	err := f.tx.Commit()
	err = errors.Join(err, f.conn.Close(), f.db.Close())
	return storageError("finish export", err)
}

// Discard gives up. What the file holds then is of no use. After Close it does
// nothing.
func (f *ExportFile) Discard() {
	if f.tx != nil {
		_ = f.tx.Rollback() // the file is thrown away
	}
	if f.conn != nil {
		_ = f.conn.Close()
	}
	_ = f.db.Close()
}

// IsFull reports whether err is about a disk without space.
func IsFull(err error) bool {
	if primaryCode(err) == lib.SQLITE_FULL {
		return true
	}
	return isNoSpace(err)
}
