package export

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// openExport writes everything to a file and opens it as any program would.
func (r *rig) openExport(q Request) (*sql.DB, string) {
	r.Helper()
	path := filepath.Join(r.TempDir(), "export.db")
	if err := r.x.File(r.Context(), q, path, nil); err != nil {
		r.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { _ = db.Close() })
	return db, path
}

func (r *rig) each(db *sql.DB, query string, row func(scan func(...any) error) error) (n int) {
	r.Helper()
	rows, err := db.QueryContext(r.Context(), query)
	if err != nil {
		r.Fatalf("%v in %s", err, query)
	}
	defer rows.Close()
	for ; rows.Next(); n++ {
		if err := row(rows.Scan); err != nil {
			r.Fatal(err)
		}
	}
	if rows.Err() != nil {
		r.Fatal(rows.Err())
	}
	return n
}

func TestSQLite_HoldsWhatTheStoreHolds(t *testing.T) {
	r := newRig(t)
	r.fill(12)
	db, _ := r.openExport(Request{Format: SQLite, IncludeDeleted: true})
	events := r.events(sqlite.EventFilter{})
	i := 0
	n := r.each(db, `SELECT seq, data_type, event_type, object_id, user_id, coalesce(day, ''), timestamp, received_at, source, data FROM event ORDER BY seq`,
		func(scan func(...any) error) error {
			var e oura.Event
			var received string
			err := scan(&e.Seq, &e.DataType, &e.EventType, &e.ObjectID, &e.UserID, &e.Day, &e.Timestamp, &received, &e.Source, (*[]byte)(&e.Data))
			want := events[i]
			if i++; received != stamp(want.ReceivedAt) || !bytes.Equal(e.Data, want.Data) || fmt.Sprint(e.Seq, e.DataType, e.EventType, e.ObjectID, e.UserID, e.Day, e.Timestamp, e.Source) !=
				fmt.Sprint(want.Seq, want.DataType, want.EventType, want.ObjectID, want.UserID, want.Day, want.Timestamp, want.Source) {
				t.Fatalf("got %+v, want %+v", e, want)
			}
			return err
		})
	if n != len(events) || n == 0 {
		t.Errorf("%d events of %d", n, len(events))
	}
	var documents []oura.Document
	for _, info := range oura.Catalogue() {
		documents = append(documents, r.documents(sqlite.DocumentFilter{Type: info.Type, IncludeDeleted: true})...)
	}
	kept := map[string]oura.Document{}
	for _, d := range documents {
		kept[string(d.DataType)+d.ObjectID] = d
	}
	n = r.each(db, `SELECT user_id, data_type, object_id, coalesce(day, ''), revisions, coalesce(first_seen_at, ''), coalesce(deleted_at, ''), data FROM document`,
		func(scan func(...any) error) error {
			var d oura.Document
			var first, deleted string
			err := scan(&d.UserID, &d.DataType, &d.ObjectID, &d.Day, &d.Revisions, &first, &deleted, (*[]byte)(&d.Data))
			if want := kept[string(d.DataType)+d.ObjectID]; want.Day != d.Day || want.Revisions != d.Revisions || stamp(want.FirstSeen) != first ||
				stamp(want.DeletedAt) != deleted || !bytes.Equal(want.Data, d.Data) || want.UserID != d.UserID {
				t.Fatalf("got %+v, want %+v", d, want)
			}
			return err
		})
	if n != len(documents) || n == 0 {
		t.Errorf("%d documents of %d", n, len(documents))
	}
	samples := r.allSamples(oura.HeartRate)
	i = 0
	n = r.each(db, `SELECT at_ms, source, bpm FROM heartrate ORDER BY at_ms, source, bpm`, func(scan func(...any) error) error {
		var at int64
		var s sqlite.Sample
		err := scan(&at, &s.Source, &s.Value)
		if want := samples[i]; at != want.At.UnixMilli() || s.Source != want.Source || s.Value != want.Value {
			t.Fatalf("got %d %+v, want %+v", at, s, want)
		}
		i++
		return err
	})
	if n != len(samples) || n == 0 {
		t.Errorf("%d samples of %d", n, len(samples))
	}
	days, err := r.store.Coverage(t.Context(), "user-1", nil, "2026-06-01", oura.DayOf(testNow), oura.DayOf(testNow))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]string{}
	for _, c := range days {
		known[string(c.DataType)+string(c.Day)] = fmt.Sprint(c.State, c.Count)
	}
	n = r.each(db, `SELECT data_type || day, state, count FROM coverage WHERE day >= '2026-06-01'`, func(scan func(...any) error) error {
		var key, state string
		var count int
		err := scan(&key, &state, &count)
		if known[key] != fmt.Sprint(state, count) {
			t.Errorf("%s is %s %d, want %s", key, state, count, known[key])
		}
		return err
	})
	if n != len(days) {
		t.Errorf("%d days of coverage, want %d", n, len(days))
	}
}

func TestSQLite_HasOnlyTheAllowedTablesAndAViewPerType(t *testing.T) {
	r := newRig(t)
	r.fill(16)
	db, path := r.openExport(Request{Format: SQLite})
	var tables, views []string
	r.each(db, `SELECT type, name FROM sqlite_schema WHERE type NOT IN ('index')`, func(scan func(...any) error) error {
		var kind, name string
		err := scan(&kind, &name)
		if kind == "view" {
			views = append(views, name)
		} else {
			tables = append(tables, name)
		}
		return err
	})
	slices.Sort(tables)
	if !slices.Equal(tables, []string{"coverage", "document", "event", "sample"}) {
		t.Errorf("tables %q", tables)
	}
	for _, info := range oura.Catalogue() {
		if known := info.Kind == oura.KindDocument || info.Kind == oura.KindSeries; known != slices.Contains(views, string(info.Type)) {
			t.Errorf("%s has a view: %v", info.Type, !known)
		}
	}
	for _, name := range views {
		r.each(db, `SELECT * FROM `+name, func(func(...any) error) error { return nil })
		var columns, different int
		q := `SELECT count(*), count(DISTINCT name) FROM pragma_table_info(?)`
		if err := db.QueryRowContext(t.Context(), q, name).Scan(&columns, &different); err != nil || columns != different || columns < 5 {
			t.Errorf("%s has %d columns, %d different, %v", name, columns, different, err)
		}
	}
	for _, d := range r.documents(sqlite.DocumentFilter{Type: oura.DailySleep})[:3] {
		var doc struct {
			Score        *int
			Contributors struct {
				DeepSleep *int `json:"deep_sleep"`
			}
		}
		if err := json.Unmarshal(d.Data, &doc); err != nil {
			t.Fatal(err)
		}
		var score, deep *int
		q := `SELECT score, contributors_deep_sleep FROM daily_sleep WHERE object_id = ?`
		if err := db.QueryRowContext(t.Context(), q, d.ObjectID).Scan(&score, &deep); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(value(score), value(deep)) != fmt.Sprint(value(doc.Score), value(doc.Contributors.DeepSleep)) {
			t.Errorf("the view says %v %v of %s", value(score), value(deep), d.Data)
		}
	}
	var charging bool
	if err := db.QueryRowContext(t.Context(), `SELECT charging FROM ring_battery_level WHERE level = 81.5 AND at LIKE '2026-06-01T00:00:00.000Z'`).Scan(&charging); err != nil || !charging {
		t.Errorf("the ring charges: %v, %v", charging, err)
	}
	shell(t, path)
}

func value(p *int) any {
	if p == nil {
		return nil
	}
	return *p
}

// shell reads the file with the program people have, where it is installed.
func shell(t *testing.T, path string) {
	t.Helper()
	program, err := exec.LookPath("sqlite3")
	if err != nil {
		t.Log("sqlite3 is not installed; the file was read by the driver only")
		return
	}
	out, err := exec.CommandContext(t.Context(), program, "-readonly", "-json", path,
		`PRAGMA integrity_check; SELECT count(*) AS n, count(score) AS scores FROM daily_sleep; SELECT count(*) AS n FROM heartrate WHERE bpm > 0`).CombinedOutput()
	if text := string(out); err != nil || !strings.Contains(text, `"ok"`) || strings.Contains(text, `"n":0`) {
		t.Errorf("sqlite3 says %s, %v", out, err)
	}
}

func TestSQLite_OfOneKindHoldsThatKindOnly(t *testing.T) {
	r := newRig(t)
	r.fill(8)
	db, _ := r.openExport(Request{Format: SQLite, Kind: Documents, Types: []oura.DataType{oura.Sleep}})
	var events, other, nights, samples, days int
	q := `SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM document WHERE data_type <> 'sleep'), (SELECT count(*) FROM sleep),
		(SELECT count(*) FROM sample), (SELECT count(*) FROM coverage)`
	if err := db.QueryRowContext(t.Context(), q).Scan(&events, &other, &nights, &samples, &days); err != nil {
		t.Fatal(err)
	}
	if events+other+samples+days != 0 || nights == 0 {
		t.Errorf("%d events, %d other documents, %d nights, %d samples, %d days", events, other, nights, samples, days)
	}
}

func TestSQLite_StreamIsTheSameFile(t *testing.T) {
	r := newRig(t)
	r.fill(8)
	text := r.stream(Request{Format: SQLite})
	path := filepath.Join(t.TempDir(), "x.db")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	shell(t, path)
	if left, err := os.ReadDir(r.dir); err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}
