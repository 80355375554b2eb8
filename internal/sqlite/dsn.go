package sqlite

import (
	"database/sql"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
)

// openPool prepares a pool for path: one connection that writes, or several that
// cannot. The settings stand in the DSN so that they reach every connection.
func openPool(path string, readOnly bool) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", dsn(abs, readOnly))
	if err != nil {
		return nil, err
	}
	size := 1
	if readOnly {
		size = maxReaders
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}

// dsn writes the URI as FAULT-MATRIX names it. The driver sets busy_timeout
// first and query_only last whatever the order here. Negative cache sizes are KiB.
func dsn(abs string, readOnly bool) string {
	q := url.Values{
		"_busy_timeout": {"5000"},
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"},
		"_foreign_keys": {"on"},
		"_txlock":       {"immediate"},
		"_defensive":    {"1"},
		"_dqs":          {"0"},
		"_pragma":       {"trusted_schema(0)", "cache_size(-16384)", "journal_size_limit(33554432)", "wal_autocheckpoint(4096)"},
	}
	if runtime.GOOS == "darwin" {
		q["_pragma"] = append(q["_pragma"], "fullfsync(1)", "checkpoint_fullfsync(1)")
	}
	if readOnly {
		q.Set("_query_only", "1")
	}
	p := filepath.ToSlash(abs)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // C:/… becomes file:///C:/…
	}
	return (&url.URL{Scheme: "file", Path: p, RawQuery: q.Encode()}).String()
}
