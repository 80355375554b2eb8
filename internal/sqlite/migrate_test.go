package sqlite

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
)

// earlier makes a database as a version of the schema had it, with a row that must
// outlive everything.
func earlier(t *testing.T, version int) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "data", "oura_streaming.db")
	if err := guardFiles(path); err != nil {
		t.Fatal(err)
	}
	db, err := openPool(path, false)
	if err != nil {
		t.Fatal(err)
	}
	names, err := migrationNames()
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range names[:version] {
		if err := applyMigration(t.Context(), db, name, i+1); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.ExecContext(t.Context(), `INSERT INTO audit (at_ms, action, detail) VALUES (1, 'kept', '')`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// wantVersion expects one version of the schema whole, with the row of earlier.
func wantVersion(t *testing.T, path string, wanted ...int) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // it only read
	version, err := checkIdentity(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	known := false
	for _, v := range wanted {
		known = known || v == version
	}
	want, err := knownSchema(t.Context(), version)
	if err != nil {
		t.Fatal(err)
	}
	got, err := readSchema(t.Context(), db)
	if err != nil || !known || !reflect.DeepEqual(got, want) {
		t.Errorf("version %d, want %v; its schema is whole: %v; %v", version, wanted, reflect.DeepEqual(got, want), err)
	}
	var kept int
	if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM audit WHERE action = 'kept'`).Scan(&kept); err != nil || kept != 1 {
		t.Errorf("%d rows kept, %v", kept, err)
	}
	var verdict string
	if err := db.QueryRowContext(t.Context(), `PRAGMA integrity_check(1)`).Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("%s, %v", verdict, err)
	}
}

// TestF14_AnErrorLeavesTheSchemaBefore lets an update from each version fail at its
// first migration: a row points nowhere.
func TestF14_AnErrorLeavesTheSchemaBefore(t *testing.T) {
	names, err := migrationNames()
	if err != nil {
		t.Fatal(err)
	}
	for version := 1; version < len(names); version++ {
		path := earlier(t, version)
		tamper(t, path, `PRAGMA foreign_keys = off`, `INSERT INTO event (kind_id, received_ms, user_id, data_type, event_type, object_id, day, event_time, source, data)
			VALUES (4711, 1, 'u', 'sleep', 'update', 'o', '', '', 'poll', NULL)`)
		if s, err := Open(t.Context(), path, Options{}); err == nil || !strings.Contains(err.Error(), "points nowhere") {
			t.Errorf("from version %d: %v, %v", version, s, err)
		}
		wantVersion(t, path, version)
		tamper(t, path, `DELETE FROM event`)
		s, err := Open(t.Context(), path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		wantVersion(t, path, len(names))
	}
}

func TestF14_AnOutdatedDatabaseIsKnown(t *testing.T) {
	names, err := migrationNames()
	if err != nil {
		t.Fatal(err)
	}
	for version := 1; version <= len(names); version++ {
		path := earlier(t, version)
		found, err := FindOutdated(t.Context(), path)
		if err != nil || (found == nil) != (version == len(names)) {
			t.Errorf("version %d of %d: %v, %v", version, len(names), found, err)
		}
		if found == nil {
			continue
		}
		size, err := found.SizeBytes(t.Context())
		if info, statErr := os.Stat(path); err != nil || statErr != nil || size <= 0 || size > info.Size() {
			t.Errorf("%d bytes, %v, %v", size, err, statErr)
		}
		to := filepath.Join(t.TempDir(), "copy.db")
		if err := os.WriteFile(to, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := found.CopyTo(t.Context(), to); err != nil {
			t.Fatal(err)
		}
		if c, err := Inspect(t.Context(), to); err != nil || c.Version != version {
			t.Errorf("%+v, %v", c, err)
		}
		wantVersion(t, path, version)
	}
	for what, statement := range map[string]string{"a newer one": `PRAGMA user_version = 999`, "another program's": `PRAGMA application_id = 7`} {
		path := earlier(t, 1)
		tamper(t, path, statement)
		if found, err := FindOutdated(context.Background(), path); found != nil || (err != nil && oura.CodeOf(err) != oura.CodeStorage) {
			t.Errorf("%s: %v, %v", what, found, err)
		}
	}
}
