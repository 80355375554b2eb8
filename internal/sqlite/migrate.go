package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	"oura-streaming/internal/failpoint"
)

// applicationID marks the file as ours: "Oura" in ASCII.
const applicationID = 0x4f757261

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrate applies the migrations the file does not have yet, each in one
// transaction. user_version is the number of the last one.
func migrate(ctx context.Context, db *sql.DB) error {
	names, err := migrationNames()
	if err != nil {
		return err
	}
	version, err := checkIdentity(ctx, db)
	if err != nil {
		return err
	}
	if version > len(names) {
		return storageSentence(msgNewer, fmt.Errorf("schema %d, known %d", version, len(names)))
	}
	for i, name := range names[version:] {
		if err := applyMigration(ctx, db, name, version+i+1); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// migrationNames lists the migrations by number.
func migrationNames() ([]string, error) { return fs.Glob(migrationFiles, "migrations/*.sql") }

// checkIdentity returns the schema version and refuses a file that is not ours.
func checkIdentity(ctx context.Context, db *sql.DB) (version int, err error) {
	var id, tables int
	const q = `
		SELECT (SELECT application_id FROM pragma_application_id),
		       (SELECT user_version FROM pragma_user_version),
		       (SELECT count(*) FROM sqlite_schema)`
	if err := db.QueryRowContext(ctx, q).Scan(&id, &version, &tables); err != nil {
		return 0, err
	}
	if id != applicationID && (id != 0 || tables > 0) {
		return 0, storageSentence(msgForeign, fmt.Errorf("application id %#x, %d tables", id, tables))
	}
	return version, nil
}

func applyMigration(ctx context.Context, db *sql.DB, name string, version int) (err error) {
	text, err := migrationFiles.ReadFile(name)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit there is nothing to roll back
	// A PRAGMA takes no bound values; both numbers are ours.
	steps := []string{
		string(text),
		"PRAGMA application_id = " + strconv.Itoa(applicationID),
		"PRAGMA user_version = " + strconv.Itoa(version),
	}
	for _, step := range steps {
		if _, err := tx.ExecContext(ctx, step); err != nil {
			return err
		}
		failpoint.Hit("migrate.step")
	}
	if err := checkForeignKeys(ctx, tx); err != nil {
		return err
	}
	failpoint.Hit("migrate.step")
	if err := tx.Commit(); err != nil {
		return err
	}
	failpoint.Hit("migrate.step")
	return nil
}

// checkForeignKeys reads the rows of foreign_key_check: the statement itself
// never fails.
func checkForeignKeys(ctx context.Context, tx *sql.Tx) error {
	var table string
	err := tx.QueryRowContext(ctx, `SELECT "table" FROM pragma_foreign_key_check`).Scan(&table)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	} else if err != nil {
		return err
	}
	return fmt.Errorf("a row of table %s points nowhere", table)
}
