package export

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// readTable reads CSV by the standard library's reader: rows by column name.
func readTable(t testing.TB, text []byte) (columns []string, rows []map[string]string) {
	t.Helper()
	all, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || len(all) == 0 {
		t.Fatalf("%d rows, %v", len(all), err)
	}
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = cells[i]
		}
		rows = append(rows, row)
	}
	return all[0], rows
}

// unsafeText takes off the ' of a text that would be a formula.
func unsafeText(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && safe(rest) == cell {
		return rest
	}
	return cell
}

func TestCSV_EventsEqualTheStore(t *testing.T) {
	r := newRig(t)
	r.fill(12)
	want := r.events(sqlite.EventFilter{})
	columns, rows := readTable(t, r.stream(Request{Format: CSV, Kind: Events}))
	if !slices.Equal(columns, eventColumns) || len(rows) != len(want) {
		t.Fatalf("%d rows of %d, columns %q", len(rows), len(want), columns)
	}
	for i, e := range want {
		row := rows[i]
		seq, _ := strconv.ParseInt(row["seq"], 10, 64)
		at, err := time.Parse(time.RFC3339, row["received_at"])
		if seq != e.Seq || err != nil || !at.Equal(e.ReceivedAt) || row["data_type"] != string(e.DataType) || row["event_type"] != string(e.EventType) ||
			unsafeText(row["object_id"]) != e.ObjectID || row["user_id"] != e.UserID || row["day"] != string(e.Day) || row["timestamp"] != e.Timestamp ||
			row["source"] != string(e.Source) || row["data"] != string(e.Data) {
			t.Fatalf("row %d is %v, want %+v", i, row, e)
		}
	}
}

func TestCSV_DocumentsCanBePutTogetherAgain(t *testing.T) {
	r := newRig(t)
	r.fill(16)
	r.many(2 * documentsPerPage) // ends where a page does
	archive := r.stream(Request{Format: CSV, Kind: Documents})
	files, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	if len(files.File) < 12 {
		t.Fatalf("%d files", len(files.File))
	}
	for _, file := range files.File {
		dt := oura.DataType(strings.TrimSuffix(file.Name, ".csv"))
		if file.Modified.Year() < 2020 {
			t.Errorf("%s is of %v", file.Name, file.Modified)
		}
		in, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if one := r.stream(Request{Format: CSV, Kind: Documents, Types: []oura.DataType{dt}}); !bytes.Equal(one, text) {
			t.Errorf("%s alone differs from the one in the archive", dt)
		}
		want := r.documents(sqlite.DocumentFilter{Type: dt})
		columns, rows := readTable(t, text)
		if !slices.Equal(columns, Columns(dt)) || len(rows) != len(want) {
			t.Fatalf("%s: %d rows of %d", dt, len(rows), len(want))
		}
		for i, d := range want {
			wantCells(t, d, rows[i])
		}
	}
}

// wantCells takes the document apart in another way than the export does: from the
// columns to the values.
func wantCells(t *testing.T, d oura.Document, row map[string]string) {
	t.Helper()
	if row["object_id"] != d.ObjectID || row["day"] != string(d.Day) || row["revisions"] != strconv.Itoa(d.Revisions) || row["more"] != "" {
		t.Fatalf("%+v became %v", d, row)
	}
	var doc any
	dec := json.NewDecoder(bytes.NewReader(d.Data))
	dec.UseNumber()
	if err := dec.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	for _, path := range Fields(d.DataType) {
		value := doc
		for name := range strings.SplitSeq(path, ".") {
			object, _ := value.(map[string]any)
			value = object[name]
		}
		want, got := "", unsafeText(row[path])
		switch v := value.(type) {
		case nil:
		case string:
			want = v
		case json.Number:
			want = v.String()
		case bool:
			want = strconv.FormatBool(v)
		default:
			text, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			want = string(text)
			var compact bytes.Buffer
			if json.Compact(&compact, []byte(got)) == nil {
				got = compact.String()
			}
		}
		if got != want {
			t.Errorf("%s %s: %s is %q, want %q", d.DataType, d.ObjectID, path, got, want)
		}
	}
}

func TestCSV_WhatHasNoColumnGoesToMore(t *testing.T) {
	r := newRig(t)
	r.put(oura.DailySleep, "doc-1", "2026-11-22", `{"id":"other","day":"2026-11-22","score":-3,"contributors":{"timing":5,"news":[1]},"brand":{"new":"=1"},"contributors.timing":7}`)
	r.put(oura.DailySleep, "doc-2", "2026-11-22", `{"score":null,"contributors":"none"}`)
	_, rows := readTable(t, r.stream(Request{Format: CSV, Kind: Documents, Types: []oura.DataType{oura.DailySleep}}))
	if got := rows[0]; got["score"] != "-3" || got["contributors.timing"] != "5" ||
		got["more"] != `{"brand":{"new":"=1"},"contributors.news":[1],"contributors.timing":7,"id":"other"}` {
		t.Errorf("%v", got)
	}
	if got := rows[1]; got["score"] != "" || got["more"] != `{"contributors":"none"}` {
		t.Errorf("%v", got)
	}
	r.put(oura.DataType("moon_phase"), "m", "", `{"full":true}`)
	if columns, rows := readTable(t, r.stream(Request{Format: CSV, Kind: Documents, Types: []oura.DataType{"moon_phase"}})); len(columns) != 8 || rows[0]["more"] != `{"full":true}` {
		t.Errorf("%v %v", columns, rows)
	}
}

func TestCSV_SamplesEqualTheStore(t *testing.T) {
	r := newRig(t)
	r.fill(12)
	want := append(r.allSamples(oura.HeartRate), r.allSamples(oura.RingBatteryLevel)...)
	columns, rows := readTable(t, r.stream(Request{Format: CSV, Kind: Samples}))
	if !slices.Equal(columns, sampleColumns) || len(rows) != len(want) {
		t.Fatalf("%d rows of %d", len(rows), len(want))
	}
	for i, s := range want {
		at, err := time.Parse(time.RFC3339, rows[i]["at"])
		value, _ := strconv.ParseFloat(rows[i]["value"], 64)
		if err != nil || !at.Equal(s.At) || value != s.Value || rows[i]["source"] != s.Source || rows[i]["extra"] != string(s.Extra) {
			t.Fatalf("row %d is %v, want %+v", i, rows[i], s)
		}
	}
}

// payloads are texts that a spreadsheet would calculate, or that break a naive
// writer.
var payloads = []string{
	`=1+1`, `=HYPERLINK("http://evil.example","x")`, `+1+1`, `-1+1`, `@SUM(A1)`, "\t=1", "\r=1", "\n=1", "\x00=1",
	"＝1+1", "＋1", "－1", "＠SUM(A1)", `=cmd|' /C calc'!A0`, `'=1`, `''=1`, `"=1"`, `a","=1`, "a\r\n=1", `-`, `--1`, `-1e`, `+5`, `=`,
}

func TestS55_NoCellIsAFormula(t *testing.T) {
	r := newRig(t)
	for _, p := range payloads {
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		r.put(oura.Tag, "id"+p, "2026-11-22", `{"text":`+string(text)+`,"tags":["=1"],"=1":"=1"}`)
	}
	r.put(oura.DailyReadiness, "r", "2026-11-22", `{"temperature_deviation":-0.4,"score":"-12"}`)
	r.put(oura.DailyReadiness, "=r", "2026-11-22", `{}`)
	for _, q := range []Request{
		{Format: CSV, Kind: Documents, Types: []oura.DataType{oura.Tag}}, {Format: CSV, Kind: Events},
		{Format: CSV, Kind: Documents, Types: []oura.DataType{oura.DailyReadiness}},
	} {
		_, rows := readTable(t, r.stream(q))
		for _, row := range rows {
			for name, cell := range row {
				if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n\x00") && !number.MatchString(cell) || strings.HasPrefix(cell, "＝") {
					t.Errorf("%s holds the formula %q", name, cell)
				}
			}
		}
		if q.Kind == Documents && q.Types[0] == oura.DailyReadiness {
			if rows[1]["temperature_deviation"] != "-0.4" || rows[1]["score"] != "-12" || rows[0]["object_id"] != "'=r" {
				t.Errorf("numbers became %v", rows)
			}
		}
	}
	_, rows := readTable(t, r.stream(Request{Format: CSV, Kind: Documents, Types: []oura.DataType{oura.Tag}}))
	var got, want []string
	for _, row := range rows {
		got = append(got, unsafeText(row["text"]))
	}
	for _, p := range payloads {
		want = append(want, strings.ReplaceAll(p, "\r\n", "\n")) // the reader's own doing
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("came back as %q, want %q", got, want)
	}
}

func FuzzSafe_CanBeTakenBack(f *testing.F) {
	for _, p := range payloads {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "\uFFFD")
		cell := safe(text)
		if unsafeText(cell) != text {
			t.Errorf("%q became %q, taken back %q", text, cell, unsafeText(cell))
		}
		line := appendRow(nil, []string{cell, "end"})
		rows, err := csv.NewReader(bytes.NewReader(line)).ReadAll()
		if err != nil || len(rows) != 1 || rows[0][0] != strings.ReplaceAll(cell, "\r\n", "\n") {
			t.Errorf("%q was read as %q, %v", line, rows, err)
		}
	})
}
