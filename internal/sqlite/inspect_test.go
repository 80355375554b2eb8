package sqlite

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
)

// copyOf makes a copy of s in a folder of its own.
func copyOf(t testing.TB, s *Store) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.CopyTo(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	return path
}

// tamper runs SQL on a file as any other program would.
func tamper(t testing.TB, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	for _, text := range statements {
		if _, err := db.ExecContext(t.Context(), text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestInspect_TellsWhatACopyHolds(t *testing.T) {
	s := openStore(t)
	for _, id := range []string{"a", "b"} {
		if _, err := s.Apply(t.Context(), testChange(id, `{"id":"`+id+`"}`, s.Ticket())); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Inspect(t.Context(), copyOf(t, s))
	names, _ := migrationNames()
	if err != nil || c.Version != len(names) || c.Events != 2 || c.Documents != 2 || c.FirstDay != "2026-11-22" || c.LastDay != "2026-11-22" ||
		c.LastSeq != 2 || c.LastEvent.UnixMilli() != genStart {
		t.Errorf("%+v, %v", c, err)
	}
}

// TestS58_AddedToTheSchema tries what could run when rows are read or written.
func TestS58_AddedToTheSchema(t *testing.T) {
	for sentence, statements := range map[string][]string{
		"a trigger":                     {`CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM document; END`},
		"a view":                        {`CREATE VIEW v AS SELECT * FROM secret`},
		"a view as a table":             {`DROP TABLE audit`, `CREATE VIEW audit AS SELECT 1 AS id, 2 AS at_ms, '' AS action, '' AS detail`},
		"a virtual table":               {`CREATE VIRTUAL TABLE f USING fts5(x)`},
		"an extra index":                {`CREATE INDEX i ON event (day)`},
		"an index on a function":        {`CREATE INDEX i ON event (abs(received_ms))`},
		"an extra table":                {`CREATE TABLE x (a)`},
		"an extra column":               {`ALTER TABLE document ADD COLUMN x TEXT`},
		"a missing index":               {`DROP INDEX document_day`},
		"an index with another meaning": {`DROP INDEX document_day`, `CREATE INDEX document_day ON document (data_type)`},
		"another program's id":          {`PRAGMA application_id = 7`},
		"no version":                    {`PRAGMA user_version = 0`},
		"an earlier version":            {`PRAGMA user_version = 1`},
	} {
		t.Run(sentence, func(t *testing.T) {
			path := copyOf(t, openStore(t))
			tamper(t, path, statements...)
			wantRefused(t, path, msgOdd)
		})
	}
}

// wantRefused expects that a copy is refused with message, by a look as well as by
// a revival, and that nothing of it was taken or changed.
func wantRefused(t *testing.T, path, message string) {
	t.Helper()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Inspect(t.Context(), path); oura.CodeOf(err) != oura.CodeStorage || oura.MessageOf(err) != message {
		t.Errorf("look: %v", err)
	}
	to := filepath.Join(t.TempDir(), "new.db")
	if err := os.WriteFile(to, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Revive(t.Context(), Revival{Backup: path, To: to}); oura.MessageOf(err) != message {
		t.Errorf("revival: %v", err)
	}
	if info, err := os.Stat(to); err != nil || info.Size() != 0 {
		t.Errorf("%v bytes were taken over, %v", info.Size(), err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the copy was changed, %v", err)
	}
	if beside, err := filepath.Glob(path + "?*"); err != nil || len(beside) > 0 {
		t.Errorf("left beside it: %q, %v", beside, err)
	}
}

func TestS58_NewerDamagedOrNoDatabase(t *testing.T) {
	for sentence, c := range map[string]struct {
		change  func(t *testing.T, path string)
		message string
	}{
		"a newer version": {func(t *testing.T, path string) { tamper(t, path, `PRAGMA user_version = 999`) }, msgNewerCopy},
		"cut": {func(t *testing.T, path string) {
			if err := os.Truncate(path, 20_480); err != nil {
				t.Fatal(err)
			}
		}, msgBadCopy},
		"text": {func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte(strings.Repeat("not a database. ", 512)), 0o600); err != nil {
				t.Fatal(err)
			}
		}, msgBadCopy},
		"empty": {func(t *testing.T, path string) {
			if err := os.Truncate(path, 0); err != nil {
				t.Fatal(err)
			}
		}, msgOdd},
	} {
		t.Run(sentence, func(t *testing.T) {
			path := copyOf(t, openStore(t))
			c.change(t, path)
			wantRefused(t, path, c.message)
		})
	}
}

func TestS41_ALinkInPlaceOfABackupIsRefused(t *testing.T) {
	path := copyOf(t, openStore(t))
	link := path + ".link"
	if err := os.Symlink(path, link); err != nil {
		t.Skip("no links here")
	}
	if _, err := Inspect(t.Context(), link); oura.CodeOf(err) != oura.CodeStorage {
		t.Errorf("%v", err)
	}
	if _, err := Inspect(t.Context(), path+".none"); oura.CodeOf(err) != oura.CodeNotFound {
		t.Errorf("a missing one: %v", err)
	}
}

// A WAL beside a copy is somebody else's: a copy has none.
func TestS58_NothingBesideACopyCounts(t *testing.T) {
	s := openStore(t)
	path := copyOf(t, s)
	if err := os.WriteFile(path+"-wal", []byte(strings.Repeat("evil", 2048)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Inspect(t.Context(), path); err != nil {
		t.Error(err)
	}
}

func TestInspect_EveryVersionIsStillKnown(t *testing.T) {
	names, err := migrationNames()
	if err != nil {
		t.Fatal(err)
	}
	for version := 1; version <= len(names); version++ {
		path := filepath.Join(t.TempDir(), "old.db")
		db, err := openPool(path, false)
		if err != nil {
			t.Fatal(err)
		}
		for i, name := range names[:version] {
			if err := applyMigration(t.Context(), db, name, i+1); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if c, err := Inspect(t.Context(), path); err != nil || c.Version != version {
			t.Errorf("version %d: %+v, %v", version, c, err)
		}
		to := filepath.Join(t.TempDir(), "new.db")
		if err := os.WriteFile(to, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Revive(t.Context(), Revival{Backup: path, To: to}); err != nil {
			t.Errorf("version %d: %v", version, err)
		}
		openAt(t, to)
	}
}
