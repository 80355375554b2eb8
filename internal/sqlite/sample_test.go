package sqlite

import (
	"bytes"
	"compress/flate"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"oura-streaming/internal/oura"
)

const packDay oura.Day = "2026-03-10"

var packStart = time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)

func TestPack_GivesBackWhatItGot(t *testing.T) {
	var p extrasPacker // one for all rounds, as in the store
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom([]int{1, 1000}).Draw(t, "unit")
		whole := rapid.Bool().Draw(t, "whole")
		rows, err := cleanSamples(rapid.SliceOfN(drawRow(unit, whole), 1, 40).Draw(t, "rows"))
		if err != nil {
			t.Fatal(err)
		}
		packed, err := packSamples(packDay, rows)
		if err != nil {
			t.Fatal(err)
		}
		extras, err := p.pack(rows)
		if err != nil {
			t.Fatal(err)
		}
		got, err := unpackDay(packDay, packed, extras)
		if err != nil || !reflect.DeepEqual(got, rows) {
			t.Fatalf("%v, %v\nwant %v", got, err, rows)
		}
	})
}

func drawRow(unit int, whole bool) *rapid.Generator[Sample] {
	return rapid.Custom(func(t *rapid.T) Sample {
		s := Sample{
			At:     packStart.Add(time.Duration(rapid.IntRange(0, 86_400_000/unit-1).Draw(t, "at")*unit) * time.Millisecond),
			Source: rapid.SampledFrom([]string{"", "awake", "schläft\n"}).Draw(t, "source"),
		}
		if whole {
			s.Value = float64(rapid.Int64Range(-1<<52+1, 1<<52-1).Draw(t, "whole"))
		} else {
			s.Value = rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64).Draw(t, "value")
		}
		if rapid.Bool().Draw(t, "more") {
			s.Extra, _ = json.Marshal(rapid.StringN(0, 4, 8).Draw(t, "extra")) // a text always marshals
		}
		return s
	})
}

// TestPack_IsWhatTheMigrationSays reads the documented form byte by byte.
func TestPack_IsWhatTheMigrationSays(t *testing.T) {
	row := func(seconds float64, source string, value float64) Sample {
		return Sample{At: packStart.Add(time.Duration(seconds * float64(time.Second))), Source: source, Value: value}
	}
	cases := []struct {
		name string
		rows []Sample
		want []byte
	}{
		{
			"whole seconds and values", []Sample{row(0, "b", 60), row(300, "b", 59), row(300, "a", 61)},
			[]byte{3, 0xe8, 7, 0, 0xac, 2, 0, 2, 1, 'b', 1, 'a', 0, 2, 1, 1, 0, 120, 1, 4},
		},
		{
			"neither", []Sample{row(0.001, "", 0.5)},
			[]byte{1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0xe0, 0x3f},
		},
	}
	for _, c := range cases {
		if got, err := packSamples(packDay, c.rows); err != nil || !bytes.Equal(got, c.want) {
			t.Errorf("%s: %v, %v, want %v", c.name, got, err, c.want)
		}
	}
	extras, err := new(extrasPacker).pack([]Sample{{Extra: []byte(`{"a":1}`)}, {}, {Extra: []byte(`{}`)}})
	if err != nil {
		t.Fatal(err)
	}
	var plain bytes.Buffer
	if _, err := plain.ReadFrom(flate.NewReader(bytes.NewReader(extras))); err != nil || plain.String() != "{\"a\":1}\n\n{}\n" {
		t.Errorf("extras %q, %v", plain.String(), err)
	}
}

func FuzzUnpackSamples(f *testing.F) {
	packed, err := packSamples(packDay, []Sample{{At: packStart, Source: "awake", Value: 60}, {At: packStart.Add(time.Hour), Value: 0.5}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(packed)
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, packed []byte) {
		rows, err := unpackSamples(packDay, packed)
		if err == nil && len(rows) > len(packed) || err != nil && oura.CodeOf(err) != oura.CodeStorage {
			t.Errorf("%d rows of %d bytes, %v", len(rows), len(packed), err)
		}
	})
}

func TestSamples_DamagedDayIsToldAndNotOverwritten(t *testing.T) {
	s := openStore(t)
	rows := []Sample{{At: packStart, Source: "awake", Value: 60, Extra: []byte(`{"a":1}`)}}
	put := func() error {
		_, err := s.PutSamples(t.Context(), "u", oura.HeartRate, oura.SourcePoll, packStart, rows)
		return err
	}
	if err := put(); err != nil {
		t.Fatal(err)
	}
	for _, column := range []string{"packed", "extras"} {
		err := s.writer.do(t.Context(), func(t *tx) error {
			_, err := t.exec(`UPDATE sample_day SET ` + column + ` = x'00'`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		_, readErr := s.Samples(t.Context(), "u", oura.HeartRate, time.Time{}, time.Time{}, nil, 0)
		for _, err := range []error{put(), readErr} {
			if oura.CodeOf(err) != oura.CodeStorage || oura.MessageOf(err) != msgDamaged {
				t.Errorf("%s: %v", column, err)
			}
		}
	}
}

func TestOpen_FirstSchemaIsBroughtUpToDate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oura_streaming.db")
	first, err := migrationFiles.ReadFile("migrations/0001_base.sql")
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		string(first), fmt.Sprintf("PRAGMA application_id = %d", applicationID), `PRAGMA user_version = 1`,
		`INSERT INTO setting (name, value) VALUES ('port', '8000')`,
	} {
		if _, err := db.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s := openAt(t, path)
	if got, err := s.Settings(t.Context()); err != nil || got["port"] != "8000" {
		t.Errorf("settings %v, %v", got, err)
	}
	rows := []Sample{{At: packStart, Value: 60}}
	if got, err := s.PutSamples(t.Context(), "u", oura.HeartRate, oura.SourcePoll, packStart, rows); err != nil || got.New != 1 {
		t.Errorf("put %+v, %v", got, err)
	}
}

func TestMerge_KeepsOrderWhereStoredSpellingStays(t *testing.T) {
	row := func(extra string) Sample { return Sample{At: packStart, Value: 62, Extra: []byte(extra)} }
	merged, fresh, isNew, changed := mergeSamples([]Sample{row(`{"z":1,"a":1}`)}, []Sample{row(`{"a":1,"z":1}`), row(`{"k":1}`)})
	want := []Sample{row(`{"k":1}`), row(`{"z":1,"a":1}`)}
	if !reflect.DeepEqual(merged, want) || isNew != 1 || changed != 0 || !reflect.DeepEqual(fresh, want[:1]) {
		t.Errorf("merged %v, fresh %v, %d new, %d changed", merged, fresh, isNew, changed)
	}
}
