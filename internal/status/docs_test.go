package status

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDocs_TroubleshootingNamesEveryTrouble holds docs/troubleshooting.md against the
// catalogue: each trouble stands there once, with the title the window shows.
func TestDocs_TroubleshootingNamesEveryTrouble(t *testing.T) {
	read := func(elements ...string) string {
		text, err := os.ReadFile(filepath.Join(append([]string{"..", ".."}, elements...)...))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	page := read("docs", "troubleshooting.md")
	for _, trouble := range Catalogue() {
		if n := strings.Count(page, "| **"+trouble.Title+"** `"+trouble.Code+"` |"); n != 1 {
			t.Errorf("docs/troubleshooting.md has %d rows for %s, %q; want 1", n, trouble.Code, trouble.Title)
		}
	}
	if rows := strings.Count(page, "\n| **"); rows != len(catalogue) {
		t.Errorf("%d rows for %d troubles: one of them has gone", rows, len(catalogue))
	}
	if !strings.Contains(read("README.md"), "(docs/troubleshooting.md)") {
		t.Error("README.md does not lead to docs/troubleshooting.md")
	}
}
