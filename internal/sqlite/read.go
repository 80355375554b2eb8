package sqlite

import (
	"context"
	"database/sql"
	"sync"
	"time"
)

// readPool runs queries on connections that cannot write. Statements are
// prepared once per text; texts are constants, so the map stays small.
type readPool struct {
	db *sql.DB

	mu       sync.Mutex    // guards the fields below
	limit    time.Duration // see readLimit
	grace    time.Duration // see readGrace
	stmts    map[string]*sql.Stmt
	readings map[*reading]struct{}
}

func newReadPool(db *sql.DB) *readPool {
	return &readPool{db: db, limit: readLimit, grace: readGrace, stmts: make(map[string]*sql.Stmt), readings: make(map[*reading]struct{})}
}

// prepare waits for a free connection without the lock, so that a caller's ctx
// counts.
func (r *readPool) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	r.mu.Lock()
	st, ok := r.stmts[query]
	r.mu.Unlock()
	if ok {
		return st, nil
	}
	st, err := r.db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if other, ok := r.stmts[query]; ok { // someone was faster
		_ = st.Close() // never used
		return other, nil
	}
	r.stmts[query] = st
	return st, nil
}

// each calls row for every result row.
func (r *readPool) each(ctx context.Context, query string, row func(scan func(...any) error) error, args ...any) error {
	return r.within(ctx, func(ctx context.Context) error { return r.rows(ctx, query, row, args) })
}

func (r *readPool) rows(ctx context.Context, query string, row func(scan func(...any) error) error, args []any) error {
	st, err := r.prepare(ctx, query)
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(ctx, args...)
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

// one scans the only row into dest; sql.ErrNoRows when there is none.
func (r *readPool) one(ctx context.Context, query string, args []any, dest ...any) error {
	return r.within(ctx, func(ctx context.Context) error {
		st, err := r.prepare(ctx, query)
		if err != nil {
			return err
		}
		return st.QueryRowContext(ctx, args...).Scan(dest...)
	})
}

func (r *readPool) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, st := range r.stmts {
		_ = st.Close() // closing the pool below frees them anyway
	}
	return r.db.Close()
}
