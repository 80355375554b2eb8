package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"net/url"
	"slices"
	"strings"
)

// Revival says what a new database file is made of.
type Revival struct {
	Backup  string // the copy to begin with, "" for an empty store
	Present string // the file in use so far, "" for none
	To      string // an empty file of the caller's

	// Numbers that may have been given out: the new file goes on above them.
	Seq, Ticket int64

	// Note makes what is kept as setting NoteRevived, nil: nothing. Word is kept as
	// StoreWord. See there.
	Note func(Carried) string
	Word string

	Sample bool // the new file holds sample data; else a copy that does is refused
}

// SampleData names the setting that is there in a store of sample data, and in each
// copy of it.
const SampleData = "sample_data"

// ErrSampleCopy refuses a copy that holds sample data.
var ErrSampleCopy = refuseCopy(msgSampleCopy, errors.New("sample data"))

// NoteRevived names the setting that stays in a revived store until somebody has
// looked after what it lacks.
const NoteRevived = "revived"

// StoreWord names the setting with the word by which this very state of the store
// is known outside it.
const StoreWord = "store_word"

// Carried tells what a revived store took over from the file in use so far.
type Carried struct {
	Tables []string // those that could be read

	// Revoked is how many tokens of the local API the copy had and that were left out,
	// because nobody knows which of them were revoked since.
	Revoked int64
}

// All reports whether everything could be read that is carried over.
func (c Carried) All() bool { return len(c.Tables) == len(carried) }

// carried are the tables whose present rows are worth more than a copy's: who is
// signed in with which tokens, what the user set, which deliveries are known.
// Of the deliveries those count that wait, and the newest, so that no number comes
// twice.
var carried = []struct {
	table string
	adds  bool   // the rows join those of the copy; else they replace them
	which string // condition on the rows, "" for all
}{
	{"secret", false, ""},
	{"account", false, ""},
	{"setting", false, ""},
	{"audit", false, ""},
	{"subscription", false, ""},
	{"token", false, ""},
	{"replay", true, ""},
	{"delivery", true, "fetch IN ('pending', 'parked') OR id = (SELECT max(id) FROM delivery)"},
}

// Revive makes a database from a copy, or anew, and carries over from the present
// file whatever of it can be read: secrets, account, settings, tokens, audit,
// subscriptions, replay keys, deliveries that wait. Event numbers and tickets go on
// above every one given out. The copy is checked as Inspect does. The result is one
// file without WAL; it is not synced.
func Revive(ctx context.Context, r Revival) (Carried, error) {
	if r.Backup != "" {
		copied, err := openCopy(ctx, r.Backup)
		if err != nil {
			return Carried{}, err
		}
		if err = refuseSample(ctx, copied, r.Sample); err == nil {
			err = vacuumInto(ctx, copied, r.To)
		}
		if IsDamaged(err) {
			err = refuseCopy(msgBadCopy, err)
		}
		if err = errors.Join(err, copied.Close()); err != nil {
			return Carried{}, storageError("copy backup", err)
		}
	}
	address, err := lookURI(r.To, "rw", false)
	if err != nil {
		return Carried{}, err
	}
	db, err := sql.Open("sqlite", address+"&"+newFile.Encode())
	if err != nil {
		return Carried{}, err
	}
	db.SetMaxOpenConns(1)
	c, err := revive(ctx, db, r)
	return c, storageError("revive database", errors.Join(err, db.Close()))
}

// newFile are the settings of a file that is thrown away when it is not finished:
// its journal stays in memory, and its maker syncs it.
var newFile = url.Values{
	"_journal_mode": {"MEMORY"}, "_synchronous": {"OFF"}, "_foreign_keys": {"on"}, "_txlock": {"immediate"},
	"_busy_timeout": {"5000"}, "_defensive": {"1"}, "_dqs": {"0"}, "_pragma": {"trusted_schema(0)", "cache_size(-16384)"},
}

// refuseSample refuses a copy of sample data unless that is wanted.
func refuseSample(ctx context.Context, copied *sql.DB, wanted bool) error {
	var sample bool
	err := copied.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM setting WHERE name = ?)`, SampleData).Scan(&sample)
	if err == nil && sample && !wanted {
		return ErrSampleCopy
	}
	return err
}

func revive(ctx context.Context, db *sql.DB, r Revival) (c Carried, err error) {
	if err := migrate(ctx, db); err != nil {
		return c, err
	}
	was := former{}
	if r.Present != "" {
		if was.db, err = openLook(r.Present, "ro", false); err != nil {
			return c, err
		}
		defer func() { _ = was.db.Close() }() // nothing was written
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return c, err
	}
	defer func() { _ = tx.Rollback() }() // after Commit there is nothing to roll back
	if c.Tables, err = carryOver(ctx, tx, was); err != nil {
		return c, err
	}
	if !slices.Contains(c.Tables, "token") {
		if c.Revoked, err = revokeAll(ctx, tx); err != nil {
			return c, err
		}
	}
	if err := lift(ctx, tx, was, r); err != nil {
		return c, err
	}
	if err := putText(ctx, tx, StoreWord, r.Word); err != nil {
		return c, err
	}
	if r.Note != nil {
		if err := putText(ctx, tx, NoteRevived, r.Note(c)); err != nil {
			return c, err
		}
	}
	return c, tx.Commit()
}

// carryOver takes each table over that can be read to its end, and returns their
// names.
func carryOver(ctx context.Context, tx *sql.Tx, was former) (done []string, err error) {
	for _, c := range carried {
		columns, err := columnsOf(ctx, tx, c.table)
		if err != nil {
			return nil, err
		}
		shared, rows, err := was.rows(ctx, c.table, columns, cmp.Or(c.which, "true"))
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			continue // the copy's rows have to do
		}
		if !c.adds {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+c.table); err != nil {
				return nil, err
			}
		}
		if err := addRows(ctx, tx, c.table, shared, rows); err != nil {
			return nil, err
		}
		done = append(done, c.table)
	}
	return done, nil
}

// addRows adds rows to a table; those whose key is there already are left out.
func addRows(ctx context.Context, tx *sql.Tx, table string, columns []string, rows [][]any) error {
	q := `INSERT OR IGNORE INTO ` + table + ` (` + strings.Join(columns, ", ") + `) VALUES (?` + strings.Repeat(", ?", len(columns)-1) + `)`
	add, err := tx.PrepareContext(ctx, q)
	if err != nil {
		return err
	}
	defer func() { _ = add.Close() }() // the end of tx frees it anyway
	for _, row := range rows {
		if _, err := add.ExecContext(ctx, row...); err != nil {
			return err
		}
	}
	return nil
}

// lift raises all numbers above those given out.
func lift(ctx context.Context, tx *sql.Tx, was former, r Revival) error {
	const ticket = `
		INSERT INTO counter (name, value) VALUES ('ticket', ?)
		ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)`
	if _, err := tx.ExecContext(ctx, ticket, max(r.Ticket, was.number(ctx, `SELECT max(value) FROM counter WHERE name = 'ticket'`))); err != nil {
		return err
	}
	for _, table := range []string{"event", "job", "audit", "token"} {
		last := was.number(ctx, `SELECT max(seq) FROM sqlite_sequence WHERE name = ?`, table)
		if table == "event" {
			last = max(last, r.Seq)
		}
		if err := liftSequence(ctx, tx, table, last); err != nil {
			return err
		}
	}
	return nil
}

// revokeAll takes away all tokens of the local API, and returns how many.
func revokeAll(ctx context.Context, tx *sql.Tx) (n int64, err error) {
	if _, err := tx.ExecContext(ctx, `DELETE FROM secret WHERE name GLOB 'api_token.*'`); err != nil {
		return 0, err
	}
	res, err := tx.ExecContext(ctx, `DELETE FROM token`)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// putText sets a setting to a text unless that is "".
func putText(ctx context.Context, tx *sql.Tx, name, text string) error {
	const q = `
		INSERT INTO setting (name, value) VALUES (?, json_quote(?))
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`
	if text == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, q, name, text)
	return err
}

// liftSequence makes a table's next number higher than last.
func liftSequence(ctx context.Context, tx *sql.Tx, table string, last int64) error {
	if last <= 0 {
		return nil
	}
	res, err := tx.ExecContext(ctx, `UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?`, last, table)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)`, table, last)
	return err
}
