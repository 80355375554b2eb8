package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
)

// former is the file in use so far, which may be damaged or not there: db is nil
// then. Whatever of it cannot be read is left out.
type former struct{ db *sql.DB }

var errNoFormer = errors.New("no former file")

// rows reads a table to its end: of the given columns those that it has too, for
// the file may be of an earlier version.
func (f former) rows(ctx context.Context, table string, columns []string, which string) (shared []string, out [][]any, err error) {
	if f.db == nil {
		return nil, nil, errNoFormer
	}
	own, err := columnsOf(ctx, f.db, table)
	if err != nil {
		return nil, nil, err
	}
	shared = slices.DeleteFunc(slices.Clone(columns), func(name string) bool { return !slices.Contains(own, name) })
	if len(shared) == 0 {
		return nil, nil, errNoFormer
	}
	rows, err := f.db.QueryContext(ctx, `SELECT `+strings.Join(shared, ", ")+` FROM `+table+` WHERE `+which)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err below tells what went wrong
	for rows.Next() {
		row, dest := make([]any, len(shared)), make([]any, len(shared))
		for i := range row {
			dest[i] = &row[i]
		}
		if err := rows.Scan(dest...); err != nil {
			return nil, nil, err
		}
		out = append(out, row)
	}
	return shared, out, rows.Err()
}

// number reads one, 0 when it cannot be read.
func (f former) number(ctx context.Context, query string, args ...any) int64 {
	var n sql.NullInt64
	if f.db == nil || f.db.QueryRowContext(ctx, query, args...).Scan(&n) != nil {
		return 0
	}
	return n.Int64
}

// asker is a database or a transaction.
type asker interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// columnsOf lists the columns of a table, none when there is no such table.
func columnsOf(ctx context.Context, db asker, table string) (out []string, err error) {
	rows, err := db.QueryContext(ctx, `SELECT name FROM pragma_table_info(?)`, table)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err below tells what went wrong
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		out = append(out, name)
	}
	return out, rows.Err()
}
