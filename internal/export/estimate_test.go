package export

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

// near reports whether got is within 30 % of want.
func near(got, want int64) bool { return math.Abs(float64(got-want)) <= 0.3*float64(want) }

// TestU13_EstimateIsNear compares what is told before with what the export makes,
// for the data of a generated person.
func TestU13_EstimateIsNear(t *testing.T) {
	if raceDetector {
		t.Skip("one goroutine and much data: build/test.sh runs it without the race detector")
	}
	r := newRig(t)
	r.fill(50)
	from, to := oura.Day("2026-06-20"), oura.Day("2026-07-10")
	since := time.Date(2026, 6, 1, 2, 0, 0, 0, time.UTC)
	requests := append([]Request{
		{Format: JSONL, Kind: Events, Gzip: true}, {Format: CSV, Kind: Events, Gzip: true}, {Format: JSONL, Kind: Documents, Gzip: true},
		{Format: JSONL, Kind: Events, Since: since, Until: since.Add(10 * time.Hour)},
		{Format: JSONL, Kind: Events, EventTypes: []oura.Operation{oura.Delete}},
		{Format: JSONL, Kind: Documents, StartDay: from, EndDay: to}, {Format: CSV, Kind: Documents, StartDay: from},
		{Format: JSONL, Kind: Documents, IncludeDeleted: true},
		{Format: CSV, Kind: Documents, Types: []oura.DataType{oura.Sleep}}, {Format: CSV, Kind: Documents, Types: []oura.DataType{oura.Sleep}, Gzip: true},
		{Format: CSV, Kind: Documents, Types: []oura.DataType{oura.DailySleep, oura.Workout}},
		{Format: JSONL, Kind: Samples, StartDay: from, EndDay: to}, {Format: CSV, Kind: Samples, Types: []oura.DataType{oura.RingBatteryLevel}},
		{Format: SQLite, Kind: Documents, StartDay: from}, {Format: SQLite, Kind: Samples}, {Format: SQLite, StartDay: from, EndDay: to},
		{Format: SQLite, Kind: Documents, Gzip: true}, {Format: SQLite, Kind: Samples, Gzip: true},
	}, all...)
	for _, q := range requests {
		told, err := r.x.Estimate(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "export")
		var rows int64
		if err := r.x.File(t.Context(), q, path, func(done, _ int64) { rows = done }); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s %s gzip %v: %d rows of %d, %d bytes of %d (%+.0f %%)", q.Format, q.Kind, q.Gzip, told.Rows, rows, told.Bytes, info.Size(),
			100*float64(told.Bytes-info.Size())/float64(info.Size()))
		if !near(told.Rows, rows) || !near(told.Bytes, info.Size()) {
			t.Errorf("%+v: told %+v, made %d rows in %d bytes", q, told, rows, info.Size())
		}
	}
}

func TestEstimate_OfNothingIsNothing(t *testing.T) {
	r := newRig(t)
	for _, q := range all {
		told, err := r.x.Estimate(t.Context(), q)
		if err != nil || told.Rows != 0 || told.Bytes != 0 && q.Format != SQLite {
			t.Errorf("%+v: %+v, %v", q, told, err)
		}
		table, err := r.x.Preview(t.Context(), q)
		if err != nil || len(table.Rows) != 0 {
			t.Errorf("%+v: %+v, %v", q, table, err)
		}
	}
	if _, err := r.x.Estimate(t.Context(), Request{Format: JSONL}); oura.CodeOf(err) != oura.CodeInvalid {
		t.Errorf("what cannot be exported: %v", err)
	}
	if _, err := r.x.Preview(t.Context(), Request{Format: "xml"}); oura.CodeOf(err) != oura.CodeInvalid {
		t.Errorf("what cannot be exported: %v", err)
	}
}

func TestU13_PreviewIsTheBeginOfTheFile(t *testing.T) {
	r := newRig(t)
	r.fill(8)
	for _, q := range all {
		table, err := r.x.Preview(t.Context(), q)
		if err != nil || len(table.Rows) == 0 || len(table.Rows) > previewRows {
			t.Fatalf("%+v: %d rows, %v", q, len(table.Rows), err)
		}
		for _, row := range table.Rows {
			if want := max(1, len(table.Columns)); len(row) != want {
				t.Errorf("%+v: %d cells, want %d", q, len(row), want)
			}
		}
		if q.Format == JSONL && !q.Gzip {
			lines := strings.Split(string(r.stream(q)), "\n")
			for i, row := range table.Rows {
				if row[0] != lines[i] {
					t.Errorf("%+v: row %d says %.80s, the file %.80s", q, i, row[0], lines[i])
				}
			}
		}
		if q.Format == SQLite && !q.Gzip {
			r.previewed(q, table)
		}
	}
	table, err := r.x.Preview(t.Context(), Request{Format: CSV, Kind: Documents, Types: []oura.DataType{oura.DailySleep}})
	if err != nil || table.Name != "" || strings.Join(table.Columns, " ") != strings.Join(Columns(oura.DailySleep), " ") {
		t.Errorf("%+v, %v", table, err)
	}
	table, err = r.x.Preview(t.Context(), Request{Format: CSV, Kind: Documents})
	if err != nil || table.Name != "daily_activity.csv" || strings.Join(table.Columns, " ") != strings.Join(Columns(oura.DailyActivity), " ") {
		t.Errorf("%s, %v", table.Name, err)
	}
}

// previewed compares a preview with the database it is about.
func (r *rig) previewed(q Request, table Table) {
	r.Helper()
	db, _ := r.openExport(q)
	i := 0
	query := "SELECT " + strings.Join(table.Columns, ", ") + " FROM " + table.Name + " ORDER BY rowid LIMIT 5"
	r.each(db, query, func(scan func(...any) error) error {
		cells := make([]any, len(table.Columns))
		texts := make([]*string, len(table.Columns))
		for n := range cells {
			cells[n] = &texts[n]
		}
		if err := scan(cells...); err != nil {
			return err
		}
		for n, text := range texts {
			got := ""
			if text != nil {
				got = *text
			}
			if got != table.Rows[i][n] {
				r.Errorf("%s.%s row %d is %.80s, previewed %.80s", table.Name, table.Columns[n], i, got, table.Rows[i][n])
			}
		}
		i++
		return nil
	})
	if i != len(table.Rows) {
		r.Errorf("%d rows previewed of %d", len(table.Rows), i)
	}
}

// It is asked for with each change of the choice.
func TestU13_EstimateAndPreviewAreQuick(t *testing.T) {
	r := newRig(t)
	r.fill(50)
	for _, q := range all {
		begin := time.Now()
		_, err := r.x.Estimate(t.Context(), q)
		estimated := time.Since(begin)
		_, previewErr := r.x.Preview(t.Context(), q)
		took := time.Since(begin)
		t.Logf("%s %s gzip %v: estimate %v, preview %v", q.Format, q.Kind, q.Gzip, estimated, took-estimated)
		if err != nil || previewErr != nil || took > 2*time.Second { // on a quiet machine 100 ms
			t.Errorf("%+v: %v, %v, %v", q, took, err, previewErr)
		}
	}
}
