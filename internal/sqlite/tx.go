package sqlite

import (
	"context"
	"database/sql"
)

// tx is the writer's connection as a write function sees it. Statements are
// prepared once per text and reused. They run without the caller's context: a
// write that has begun finishes.
type tx struct {
	conn    *sql.Conn
	stmts   map[string]*sql.Stmt
	lastSeq int64 // newest event written in this transaction, 0: none

	lastDelivery int64 // highest delivery id given out in this transaction, 0: not yet read
}

func (t *tx) prepare(query string) (*sql.Stmt, error) {
	if st, ok := t.stmts[query]; ok {
		return st, nil
	}
	st, err := t.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	t.stmts[query] = st
	return st, nil
}

func (t *tx) exec(query string, args ...any) (sql.Result, error) {
	return t.execContext(context.Background(), query, args...)
}

func (t *tx) execContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	st, err := t.prepare(query)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(ctx, args...)
}

// one scans the only row into dest; sql.ErrNoRows when there is none.
func (t *tx) one(query string, args []any, dest ...any) error {
	st, err := t.prepare(query)
	if err != nil {
		return err
	}
	return st.QueryRowContext(context.Background(), args...).Scan(dest...)
}

// each calls row for every result row.
func (t *tx) each(query string, row func(scan func(...any) error) error, args ...any) error {
	st, err := t.prepare(query)
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(context.Background(), args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // rows.Err below tells what went wrong
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// nextDelivery gives out delivery ids without asking the database each time: one
// look-up per transaction is enough where there is one writer.
func (t *tx) nextDelivery() (int64, error) {
	if t.lastDelivery == 0 {
		const q = `SELECT coalesce(max(id), 0) FROM delivery`
		if err := t.one(q, nil, &t.lastDelivery); err != nil {
			return 0, err
		}
	}
	t.lastDelivery++
	return t.lastDelivery, nil
}
