package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"

	"oura-streaming/internal/oura"
)

// Contents tells what a copy of the store holds.
type Contents struct {
	Version                    int // of the schema
	Events, Documents, Samples int64
	FirstDay, LastDay          oura.Day  // of documents and samples, "" without any
	LastSeq                    int64     // highest event number given out
	LastEvent                  time.Time // when the newest event came, zero without
	Sample                     bool      // sample data, nobody's own
}

// Inspect looks into a copy of the store without changing it and without trusting
// it (S-58): the file must be sound, ours, of a known version, and its schema that
// version's letter by letter. Whatever lies beside it does not count.
func Inspect(ctx context.Context, path string) (Contents, error) {
	db, err := openCopy(ctx, path)
	if err != nil {
		return Contents{}, err
	}
	defer func() { _ = db.Close() }() // nothing was written
	c, err := contentsOf(ctx, db)
	return c, storageError("inspect copy", err)
}

// openCopy opens the copy at path once it has passed every check.
func openCopy(ctx context.Context, path string) (db *sql.DB, err error) {
	if err := guardCopy(path); err != nil {
		return nil, err
	}
	if db, err = openLook(path, "ro", true); err != nil {
		return nil, err
	}
	if err := checkCopy(ctx, db, path); err != nil {
		_ = db.Close() // nothing was written
		return nil, storageError("inspect copy", err)
	}
	return db, nil
}

func guardCopy(path string) error {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return &oura.Error{Code: oura.CodeNotFound, Message: "This backup is no longer there. Look at the list again.", Err: errCopy{err}}
	}
	if err := guardFile(path); err != nil {
		return refuseCopy(oura.MessageOf(err), err)
	}
	return nil
}

func checkCopy(ctx context.Context, db *sql.DB, path string) error {
	version, err := checkIdentity(ctx, db)
	switch {
	case IsDamaged(err):
		return refuseCopy(msgBadCopy, err)
	case oura.CodeOf(err) == oura.CodeStorage:
		return refuseFile("%w", err)
	case err != nil:
		return err
	}
	names, err := migrationNames()
	switch {
	case err != nil:
		return err
	case version > len(names):
		return refuseCopy(msgNewerCopy, fmt.Errorf("schema %d, known %d", version, len(names)))
	case version < 1:
		return refuseFile("no schema")
	}
	err = checkLength(ctx, db, path)
	if err == nil {
		err = quickCheck(ctx, db)
	}
	if IsDamaged(err) {
		return refuseCopy(msgBadCopy, err)
	} else if err != nil {
		return err
	}
	return compareSchema(ctx, db, version)
}

// schemaRow is what sqlite_schema says of a table, index, view or trigger.
type schemaRow struct{ kind, table, text string }

// compareSchema refuses a file with anything in its schema that the version does
// not have: a trigger, a view or a virtual table could run when rows are read or
// written.
func compareSchema(ctx context.Context, db *sql.DB, version int) error {
	want, err := knownSchema(ctx, version)
	if err != nil {
		return err
	}
	got, err := readSchema(ctx, db)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if row, known := want[name]; !known || row != got[name] {
			return refuseFile("%s %q is not as version %d has it", got[name].kind, name, version)
		}
	}
	for name := range want {
		if _, there := got[name]; !there {
			return refuseFile("%s %q is missing", want[name].kind, name)
		}
	}
	return nil
}

// knownSchema makes the schema of a version in memory.
func knownSchema(ctx context.Context, version int) (map[string]schemaRow, error) {
	db, err := sql.Open("sqlite", "file::memory:?_dqs=0&_foreign_keys=on")
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }() // it was in memory
	db.SetMaxOpenConns(1)
	names, err := migrationNames()
	if err != nil {
		return nil, err
	}
	for i, name := range names[:version] {
		if err := applyMigration(ctx, db, name, i+1); err != nil {
			return nil, err
		}
	}
	return readSchema(ctx, db)
}

func readSchema(ctx context.Context, db *sql.DB) (map[string]schemaRow, error) {
	rows, err := db.QueryContext(ctx, `SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err below tells what went wrong
	out := map[string]schemaRow{}
	for rows.Next() {
		var name string
		var r schemaRow
		if err := rows.Scan(&r.kind, &name, &r.table, &r.text); err != nil {
			return nil, err
		}
		out[name] = r
	}
	return out, rows.Err()
}

// contentsOf counts what a checked copy holds.
func contentsOf(ctx context.Context, db *sql.DB) (c Contents, err error) {
	const base = `
		SELECT (SELECT user_version FROM pragma_user_version),
			(SELECT coalesce(sum(count), 0) FROM event_kind),
			(SELECT count(*) FROM document WHERE deleted_ms = 0),
			(SELECT coalesce(min(day), '') FROM document WHERE deleted_ms = 0 AND day > ''),
			(SELECT coalesce(max(day), '') FROM document WHERE deleted_ms = 0),
			(SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'event'),
			coalesce((SELECT received_ms FROM event ORDER BY seq DESC LIMIT 1), 0),
			EXISTS (SELECT 1 FROM setting WHERE name = '` + SampleData + `')`
	const series = `SELECT coalesce(sum(count), 0), coalesce(min(day), ''), coalesce(max(day), '') FROM sample_day`
	var last int64
	err = db.QueryRowContext(ctx, base).Scan(&c.Version, &c.Events, &c.Documents, &c.FirstDay, &c.LastDay, &c.LastSeq, &last, &c.Sample)
	c.LastEvent = fromMS(last)
	if err != nil || c.Version < seriesVersion {
		return c, err
	}
	var first, newest oura.Day
	err = db.QueryRowContext(ctx, series).Scan(&c.Samples, &first, &newest)
	if first != "" && (c.FirstDay == "" || first < c.FirstDay) {
		c.FirstDay = first
	}
	c.LastDay = max(c.LastDay, newest)
	return c, err
}

// seriesVersion is the first version of the schema with time series.
const seriesVersion = 2
