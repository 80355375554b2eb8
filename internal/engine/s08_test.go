package engine

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// contents hashes the rows of each table.
func (e *Engine) contents(t *testing.T) map[string]string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(e.DataDir(), databaseFile)+"?mode=ro")
	must(t, err)
	defer db.Close()
	out := map[string]string{}
	for _, table := range texts(t, db, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`) {
		out[table] = content(t, db, table)
	}
	return out
}

// content hashes the rows of a table.
func content(t *testing.T, db *sql.DB, table string) string {
	t.Helper()
	hash := sha256.New()
	rows, err := db.QueryContext(t.Context(), `SELECT * FROM "`+table+`"`)
	must(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	must(t, err)
	row := make([]any, len(columns))
	for i := range row {
		row[i] = new(any)
	}
	for rows.Next() {
		must(t, rows.Scan(row...))
		for _, v := range row {
			fmt.Fprintf(hash, "%v\x00", *v.(*any))
		}
	}
	must(t, rows.Err())
	return fmt.Sprintf("%x", hash.Sum(nil))
}

func texts(t *testing.T, db *sql.DB, query string) (out []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var text string
		must(t, rows.Scan(&text))
		out = append(out, text)
	}
	must(t, rows.Err())
	return out
}

// TestS08_NoGETOfTheRunningProgramChangesWhatIsStored asks all of them. The audit
// row of an export is the one exception.
func TestS08_NoGETOfTheRunningProgramChangesWhatIsStored(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port, "OURA_MODE=polling")) // without an account nothing else goes on
	for n := range 20 {
		_, err := p.engine.store.Apply(t.Context(), sqlite.Change{
			UserID: "user-1", DataType: oura.DailySleep, ObjectID: fmt.Sprint("night-", n), Day: oura.DayOf(p.engine.wall()).Add(-n), Operation: oura.Create,
			Source: oura.SourceImport, ReceivedAt: p.engine.wall(), Ticket: p.engine.store.Ticket(), Data: []byte(`{"score":70}`),
		})
		must(t, err)
	}
	must(t, p.engine.store.SaveAccount(t.Context(), sqlite.Account{UserID: "user-1"}, nil))
	var doc struct{ Paths map[string]map[string]any }
	p.call(http.MethodGet, "/openapi.json", &doc)
	fill := strings.NewReplacer("{data_type}", "daily_sleep", "{object_id}", "night-1", "{seq}", "2", "{series}", "heartrate", "{id}", "1")
	before, asked := p.engine.contents(t), 0
	for path, methods := range doc.Paths {
		if methods["get"] == nil || path == "/events/stream" { // it ends only with its reader
			continue
		}
		for range 2 {
			res, body := p.exchange(http.MethodGet, p.engine.APIURL()+fill.Replace(path), nil, allowed())
			if res.StatusCode >= http.StatusInternalServerError {
				t.Errorf("GET %s: %d %s", path, res.StatusCode, body)
			}
			asked++
		}
	}
	if code := p.call(http.MethodGet, "/export?format=jsonl&kind=events", nil); code != http.StatusOK || asked < 20 {
		t.Errorf("export: %d, %d calls", code, asked)
	}
	after := p.engine.contents(t)
	var changed []string
	for table, hash := range after {
		if hash != before[table] {
			changed = append(changed, table)
		}
	}
	if !slices.Equal(changed, []string{"audit"}) {
		t.Errorf("changed: %q, want the audit table alone", changed)
	}
}
