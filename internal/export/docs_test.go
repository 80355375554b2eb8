package export

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
)

var update = flag.Bool("update", false, "write the columns into docs/export.md anew")

var docsPage = filepath.Join("..", "..", "docs", "export.md")

const columnsHead = "## Columns of the CSV files\n\n"

// columnsText is the last section of the page.
func columnsText() string {
	var out strings.Builder
	section := func(name string, columns []string) {
		out.WriteString("**" + name + "**: `" + strings.Join(columns, "`, `") + "`\n\n")
	}
	section("events", eventColumns)
	section("samples", sampleColumns)
	for _, info := range oura.Catalogue() {
		if info.Kind == oura.KindDocument {
			section(string(info.Type), Columns(info.Type))
		}
	}
	section("any other type", Columns("other"))
	return strings.TrimSuffix(out.String(), "\n")
}

func readPage(t *testing.T) (text, columns string) {
	t.Helper()
	raw, err := os.ReadFile(docsPage)
	if err != nil {
		t.Fatal(err)
	}
	text, columns, found := strings.Cut(string(raw), columnsHead)
	if !found {
		t.Fatal("the page has no section about columns")
	}
	return text, columns
}

func TestDocs_ListTheColumns(t *testing.T) {
	text, columns := readPage(t)
	if *update {
		if err := os.WriteFile(docsPage, []byte(text+columnsHead+columnsText()), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if columns != columnsText() {
		t.Error("docs/export.md lists other columns; run go test ./internal/export -run Docs -update")
	}
}

func TestFields_EveryTypeOfDocumentsHasThem(t *testing.T) {
	for _, info := range oura.Catalogue() {
		if known := len(Fields(info.Type)) > 0; known != (info.Kind == oura.KindDocument) {
			t.Errorf("%s has fields: %v", info.Type, known)
		}
	}
}

// The examples of the page are run as they stand there, where the programs are
// installed.
func TestDocs_ExamplesWork(t *testing.T) {
	r := newRig(t)
	r.fill(8)
	dir := t.TempDir()
	for name, q := range map[string]Request{
		"oura-documents.jsonl": {Format: JSONL, Kind: Documents}, "oura-everything.db": {Format: SQLite},
		"oura-daily_sleep.csv": {Format: CSV, Kind: Documents, Types: []oura.DataType{oura.DailySleep}},
	} {
		if err := r.x.File(t.Context(), q, filepath.Join(dir, name), nil); err != nil {
			t.Fatal(err)
		}
	}
	text, _ := readPage(t)
	run := 0
	for _, example := range regexp.MustCompile("(?s)```(python|sql)\n(.*?)```").FindAllStringSubmatch(text, -1) {
		command := map[string][]string{"python": {"python3", "-c", example[2]}, "sql": {"sqlite3", "-bail", "oura-everything.db", example[2]}}[example[1]]
		if _, err := exec.LookPath(command[0]); err != nil {
			t.Logf("%s is not installed", command[0])
			continue
		}
		program := exec.CommandContext(t.Context(), command[0], command[1:]...)
		program.Dir = dir
		out, err := program.CombinedOutput()
		if err != nil || strings.Count(string(out), "2026-06-0") < 5 {
			t.Errorf("%s said %s, %v\n%s", command[0], out, err, example[2])
		}
		run++
	}
	t.Logf("%d examples run", run)
}
