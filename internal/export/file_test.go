package export

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
)

// all are requests for each kind of output.
var all = []Request{
	{Format: JSONL, Kind: Events}, {Format: JSONL, Kind: Documents}, {Format: JSONL, Kind: Samples, Gzip: true},
	{Format: CSV, Kind: Events}, {Format: CSV, Kind: Documents}, {Format: CSV, Kind: Samples},
	{Format: SQLite}, {Format: SQLite, Gzip: true}, {Format: SQLite, Kind: Events},
}

// names lists what lies in a folder.
func names(t testing.TB, dir string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func TestS57_FileIsCompleteAndPrivate(t *testing.T) {
	r := newRig(t)
	r.fill(8)
	for _, q := range all {
		dir := t.TempDir()
		path := filepath.Join(dir, q.Name(testNow))
		if err := os.WriteFile(path, []byte("an older export"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := r.x.File(t.Context(), q, path, nil); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 || info.Size() < 1000 {
			t.Errorf("%+v: %v, %v", q, info, err)
		}
		if q.Format != SQLite {
			text, err := os.ReadFile(path)
			if err != nil || q.Gzip != bytes.HasPrefix(text, []byte{0x1f, 0x8b}) || !bytes.Equal(text, r.stream(q)) {
				t.Errorf("%+v: the file is not what the stream is, %v", q, err)
			}
		}
		if got := names(t, dir); len(got) != 1 || len(names(t, r.dir)) != 0 {
			t.Errorf("%+v: left over %q, %q", q, got, names(t, r.dir))
		}
	}
}

func TestGzip_HoldsTheSame(t *testing.T) {
	r := newRig(t)
	r.fill(8)
	packed, err := gzip.NewReader(bytes.NewReader(r.stream(Request{Format: JSONL, Kind: Events, Gzip: true})))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(packed)
	if err != nil || !bytes.Equal(plain, r.stream(Request{Format: JSONL, Kind: Events})) {
		t.Errorf("%d bytes differ, %v", len(plain), err)
	}
}

func TestFile_CancelledLeavesTheOldOne(t *testing.T) {
	r := newRig(t)
	r.fill(12)
	r.many(2 * eventsPerPage)
	for _, q := range all {
		dir := t.TempDir()
		path := filepath.Join(dir, "export")
		if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		err := r.x.File(ctx, q, path, func(int64, int64) { cancel() })
		text, readErr := os.ReadFile(path)
		if !errors.Is(err, context.Canceled) || readErr != nil || string(text) != "old" {
			t.Errorf("%+v: %v, and the file says %.20q, %v", q, err, text, readErr)
		}
		if got := names(t, dir); len(got) != 1 || len(names(t, r.dir)) != 0 {
			t.Errorf("%+v: left over %q, %q", q, got, names(t, r.dir))
		}
		cancel()
	}
}

func TestFile_WhereNothingCanBeWritten(t *testing.T) {
	r := newRig(t)
	err := r.x.File(t.Context(), all[0], filepath.Join(t.TempDir(), "no", "such", "folder.jsonl"), nil)
	if oura.CodeOf(err) != oura.CodeStorage || len(names(t, r.dir)) != 0 {
		t.Errorf("%v, left over %q", err, names(t, r.dir))
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "export"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := r.x.File(t.Context(), all[0], filepath.Join(dir, "export"), nil); oura.CodeOf(err) != oura.CodeStorage || len(names(t, dir)) != 1 {
		t.Errorf("%v, left over %q", err, names(t, dir))
	}
}

func TestProgress_GrowsToTheNumberOfRows(t *testing.T) {
	r := newRig(t)
	r.fill(12)
	for _, q := range all {
		var done []int64
		last := int64(0)
		if err := r.x.Stream(t.Context(), q, io.Discard, func(n, total int64) { done, last = append(done, n), total }); err != nil {
			t.Fatal(err)
		}
		if !slices.IsSorted(done) || len(done) == 0 || done[len(done)-1] > last || done[len(done)-1] < last*9/10 {
			t.Errorf("%+v: %v of %d", q, done, last)
		}
	}
}

func TestSweep_RemovesOnlyWhatAnExportLeft(t *testing.T) {
	r := newRig(t)
	out := t.TempDir()
	mine := filepath.Join(out, tempPrefix+"ABC"+tempEnd)
	other := filepath.Join(out, tempPrefix+"XYZ"+tempEnd)
	precious := filepath.Join(out, "precious.txt")
	for _, path := range []string{mine, other, precious} {
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.x.announce(mine); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		tempPrefix + "DEF" + noteEnd: precious, tempPrefix + "GHI" + noteEnd: "relative", tempPrefix + "JKL" + tempEnd: "half a database", "readme": "kept",
	} {
		if err := os.WriteFile(filepath.Join(r.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	away := filepath.Join(out, "gone", tempPrefix+"AWAY"+tempEnd)
	if _, err := r.x.announce(away); err != nil {
		t.Fatal(err)
	}
	if err := r.x.Sweep(); err != nil {
		t.Fatal(err)
	}
	if got := names(t, out); !slices.Equal(got, []string{filepath.Base(other), "precious.txt"}) {
		t.Errorf("beside the target: %q", got)
	}
	if got := names(t, r.dir); !slices.Equal(got, []string{tempPrefix + "AWAY" + noteEnd, "readme"}) {
		t.Errorf("in the own folder: %q", got)
	}
	if err := New(r.store, filepath.Join(out, "none"), nil).Sweep(); err != nil {
		t.Errorf("nothing to sweep: %v", err)
	}
}

func TestRequest_RefusesWhatItWouldPassOver(t *testing.T) {
	r := newRig(t)
	for sentence, q := range map[string]Request{
		"an unknown format":         {Format: "xml", Kind: Events},
		"an unknown kind":           {Format: JSONL, Kind: "secrets"},
		"everything as lines":       {Format: JSONL},
		"a source of documents":     {Format: JSONL, Kind: Documents, Sources: []oura.Source{oura.SourcePoll}},
		"days of events":            {Format: JSONL, Kind: Events, StartDay: "2026-11-22"},
		"deleted samples":           {Format: CSV, Kind: Samples, IncludeDeleted: true},
		"a day that is none":        {Format: CSV, Kind: Samples, StartDay: "2026-02-31"},
		"days the wrong way":        {Format: CSV, Kind: Samples, StartDay: "2026-02-03", EndDay: "2026-02-01"},
		"times the wrong way":       {Format: CSV, Kind: Events, Since: testNow, Until: testNow.Add(-1)},
		"a packed archive":          {Format: CSV, Kind: Documents, Gzip: true},
		"operations of all samples": {Format: CSV, Kind: Samples, EventTypes: []oura.Operation{oura.Create}},
	} {
		var out bytes.Buffer
		if err := r.x.Stream(t.Context(), q, &out, nil); oura.CodeOf(err) != oura.CodeInvalid || out.Len() > 0 {
			t.Errorf("%s: %v, %d bytes", sentence, err, out.Len())
		}
		if err := r.x.File(t.Context(), q, filepath.Join(t.TempDir(), "x"), nil); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("%s: %v", sentence, err)
		}
	}
}

func TestStream_OnlyTwoAtOnce(t *testing.T) {
	r := newRig(t)
	r.put(oura.Tag, "a", "2026-11-22", `{}`)
	third := error(nil)
	inner := func(int64, int64) { third = r.x.Stream(t.Context(), all[0], io.Discard, nil) }
	err := r.x.Stream(t.Context(), all[0], io.Discard, func(int64, int64) {
		if err := r.x.Stream(t.Context(), all[0], io.Discard, inner); err != nil {
			t.Error(err)
		}
	})
	if err != nil || oura.CodeOf(third) != oura.CodeRateLimited {
		t.Errorf("%v, the third: %v", err, third)
	}
}

func TestName_IsSafeInAnyFolderAndHeader(t *testing.T) {
	for want, q := range map[string]Request{
		"oura-events-2026-11-22.jsonl":          {Format: JSONL, Kind: Events},
		"oura-everything-2026-11-22.db":         {Format: SQLite},
		"oura-documents-2026-11-22.zip":         {Format: CSV, Kind: Documents},
		"oura-daily_sleep-2026-11-22.csv.gz":    {Format: CSV, Kind: Documents, Types: []oura.DataType{oura.DailySleep}, Gzip: true},
		"oura-_______etc__x____-2026-11-22.csv": {Format: CSV, Kind: Events, Types: []oura.DataType{"../..\\\"etc\n;x\u202e/日"}},
	} {
		if got := q.Name(testNow); got != want && !strings.Contains(want, "etc") || strings.ContainsAny(got, "/\\\"\n;") {
			t.Errorf("%+v is called %q, want %q", q, got, want)
		}
	}
}
