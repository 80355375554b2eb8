package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
)

func TestOpen_SettingsHoldOnEveryConnection(t *testing.T) {
	s := openStore(t)
	want := map[string]string{
		"journal_mode": "wal", "synchronous": "2", "busy_timeout": "5000", "foreign_keys": "1",
		"trusted_schema": "0", "writable_schema": "0",
	}
	for i := range maxReaders {
		conn, err := s.readers.db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		checkConnection(t, conn, want, "1")
		if i == 0 {
			if _, err := conn.ExecContext(t.Context(), `DELETE FROM setting`); err == nil {
				t.Error("a reader could write")
			}
		}
	}
	checkConnection(t, s.writer.tx.conn, want, "0")
}

func checkConnection(t *testing.T, conn *sql.Conn, want map[string]string, queryOnly string) {
	t.Helper()
	get := func(q string) (v string, err error) {
		err = conn.QueryRowContext(t.Context(), q).Scan(&v)
		return v, err
	}
	if _, err := conn.ExecContext(t.Context(), `PRAGMA writable_schema = ON`); err != nil { // a no-op when defensive
		t.Fatal(err)
	}
	for name, value := range want {
		if got, err := get("PRAGMA " + name); err != nil || got != value {
			t.Errorf("%s = %q, %v, want %q", name, got, err, value)
		}
	}
	if got, err := get("PRAGMA query_only"); err != nil || got != queryOnly {
		t.Errorf("query_only = %q, %v, want %q", got, err, queryOnly)
	}
	if _, err := get(`SELECT "no such column"`); err == nil {
		t.Error(`a text in double quotes was accepted (dqs)`)
	}
}

func TestOpen_SchemaIsStrictAndMarked(t *testing.T) {
	s := openStore(t)
	var loose string
	const q = `SELECT coalesce(group_concat(name), '') FROM pragma_table_list
		WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'`
	if err := s.readers.one(t.Context(), q, nil, &loose); err != nil || loose != "" {
		t.Errorf("tables that are not STRICT: %q, %v", loose, err)
	}
	var id, version int
	if err := s.readers.one(t.Context(), `SELECT application_id, user_version FROM pragma_application_id, pragma_user_version`, nil, &id, &version); err != nil {
		t.Fatal(err)
	}
	if id != applicationID || version == 0 {
		t.Errorf("application id %#x, user version %d", id, version)
	}
}

func TestOpen_RefusesWithAClearSentence(t *testing.T) {
	cases := []struct {
		name    string
		prepare func(t *testing.T, path string)
		message string
	}{
		{"a newer schema", func(t *testing.T, path string) { execFile(t, path, `PRAGMA user_version = 9999`) }, msgNewer},
		{"another program's file", func(t *testing.T, path string) { execFile(t, path, `PRAGMA application_id = 7`) }, msgForeign},
		{"a file that is no database", func(t *testing.T, path string) {
			if err := os.WriteFile(path, bytes.Repeat([]byte("not a database. "), 512), 0o600); err != nil {
				t.Fatal(err)
			}
		}, msgDamaged},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "oura_streaming.db")
			if s, err := Open(t.Context(), path, Options{}); err != nil {
				t.Fatal(err)
			} else if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			c.prepare(t, path)
			before, _ := os.ReadFile(path)
			_, err := Open(t.Context(), path, Options{})
			if oura.CodeOf(err) != oura.CodeStorage || oura.MessageOf(err) != c.message {
				t.Errorf("open: %v", err)
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
				t.Error("the refused file was changed")
			}
		})
	}
}

func TestOpen_FolderThatCannotBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), filepath.Join(file, "below", "x.db"), Options{})
	if oura.CodeOf(err) != oura.CodeStorage || !strings.Contains(oura.MessageOf(err), "folder") {
		t.Errorf("open: %v", err)
	}
}

func TestOpen_TicketsRiseOverRestarts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oura_streaming.db")
	var last int64
	for range 3 {
		s, err := Open(t.Context(), path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		ticket := s.Ticket()
		if ticket <= last {
			t.Errorf("ticket %d after %d", ticket, last)
		}
		last = ticket
		if _, err := s.Apply(t.Context(), testChange("o", `{"v":1}`, ticket)); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// execFile runs one statement on a closed database.
func execFile(t *testing.T, path, query string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(context.Background(), query); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}
