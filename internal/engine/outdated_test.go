package engine

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"oura-streaming/internal/backup"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// migrations are the files of the schema, oldest first.
func migrations(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("..", "sqlite", "migrations", "*.sql"))
	if err != nil || len(names) < 5 {
		t.Fatal(names, err)
	}
	return names
}

// outdated makes a data folder whose database is as an earlier version left it.
func outdated(t *testing.T, opt Options, version int) (path string) {
	t.Helper()
	must(t, os.MkdirAll(opt.DataDir, 0o700))
	path = filepath.Join(opt.DataDir, databaseFile)
	must(t, os.WriteFile(path, nil, 0o600))
	db, err := sql.Open("sqlite", path)
	must(t, err)
	db.SetMaxOpenConns(1)
	run := func(statement string) {
		_, err := db.ExecContext(t.Context(), statement)
		must(t, err)
	}
	run(`PRAGMA journal_mode = WAL`)
	for _, name := range migrations(t)[:version] {
		text, err := os.ReadFile(name)
		must(t, err)
		run(string(text))
	}
	run(`PRAGMA application_id = 0x4f757261`)
	run(fmt.Sprint(`PRAGMA user_version = `, version))
	run(`INSERT INTO setting (name, value) VALUES ('theme', '"dark"')`)
	must(t, db.Close())
	return path
}

func TestF14_ABackupComesBeforeAMigration(t *testing.T) {
	t.Parallel()
	for version := range len(migrations(t)) - 1 {
		version++
		sim, port := cloud(t, nil)
		opt := options(t, sim, port)
		outdated(t, opt, version)
		for range 2 { // the second start has nothing to bring up to date
			e, err := Open(t.Context(), opt)
			must(t, err)
			all, err := e.backups.List()
			if err != nil || len(all) != 1 || all[0].Reason != backup.BeforeUpdate || !all[0].Verified {
				t.Fatalf("from version %d: %+v, %v", version, all, err)
			}
			c, err := sqlite.Inspect(t.Context(), filepath.Join(e.backups.Dir(), all[0].Name))
			if err != nil || c.Version != version {
				t.Errorf("the backup before version %d holds %+v, %v", version+1, c, err)
			}
			if rows, err := e.store.Settings(t.Context()); err != nil || rows["theme"] != `"dark"` {
				t.Errorf("%v, %v", rows, err)
			}
			must(t, e.Close())
		}
	}
}

// Somebody's own index in the database keeps a copy from being a backup, but not
// the program from starting.
func TestF14_AChangedSchemaIsBroughtUpToDateWithoutABackup(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	path := outdated(t, opt, 4)
	execOn(t, path, `CREATE INDEX mine ON document (day)`)
	e, err := Open(t.Context(), opt)
	must(t, err)
	if all, err := e.backups.List(); err != nil || len(all) != 0 {
		t.Errorf("%+v, %v", all, err)
	}
	must(t, e.Close())
}

func TestF14_ANewerDatabaseIsRefusedAndUntouched(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	path := outdated(t, opt, len(migrations(t)))
	execOn(t, path, `PRAGMA user_version = 999`)
	before, err := os.ReadFile(path)
	must(t, err)
	if e, err := Open(t.Context(), opt); oura.CodeOf(err) != oura.CodeStorage || oura.MessageOf(err) == "" {
		t.Errorf("%v, %v", e, err)
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) || exists(filepath.Join(opt.DataDir, backupFolder)) {
		t.Errorf("it was touched: %v", err)
	}
}

// execOn runs one statement on a closed database.
func execOn(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	must(t, err)
	_, err = db.ExecContext(context.Background(), statement)
	must(t, err)
	must(t, db.Close())
}
