package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/sqlite"
)

func fileText(t *testing.T, elements ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(elements...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// required reads the versions that a go.mod asks for.
func required(text string) map[string]string {
	out := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\s*(?:require )?([a-z0-9][^\s]*\.[^\s]+) (v[^\s]+)`).FindAllStringSubmatch(text, -1) {
		out[m[1]] = m[2]
	}
	return out
}

// atLeast compares versions of three numbers.
func atLeast(t *testing.T, have, floor string) bool {
	t.Helper()
	numbers := func(v string) (out [3]int) {
		m := regexp.MustCompile(`^v?(\d+)\.(\d+)\.(\d+)`).FindStringSubmatch(v)
		if m == nil {
			t.Fatalf("%q is no version", v)
		}
		for i := range out {
			out[i], _ = strconv.Atoi(m[i+1]) // digits, by the form
		}
		return out
	}
	a, b := numbers(have), numbers(floor)
	for i := range a {
		if a[i] != b[i] {
			return a[i] > b[i]
		}
	}
	return true
}

func TestS62_NothingIsOlderThanItsFloor(t *testing.T) {
	have := required(fileText(t, "go.mod"))
	have["SQLite"] = sqlite.Version()
	for name, floor := range map[string]string{
		"SQLite":                       "3.51.3", // loses no commit when the WAL begins anew
		"github.com/wailsapp/wails/v2": "2.13.0", // takes an origin by its whole name
		"golang.ngrok.com/ngrok/v2":    "2.2.1",  // logs no tokens
		"golang.org/x/net":             "0.55.0", // five flaws that could be reached
	} {
		if have[name] == "" || !atLeast(t, have[name], floor) {
			t.Errorf("%s is %q, wanted %s or newer", name, have[name], floor)
		}
	}
	path, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite").Output()
	if err != nil {
		t.Fatal(err)
	}
	names := required(fileText(t, strings.TrimSpace(string(path))))["modernc.org/libc"]
	if names == "" || have["modernc.org/libc"] != names {
		t.Errorf("modernc.org/libc is %s; the SQLite module was made with %s", have["modernc.org/libc"], names)
	}
}

// TestS61_BuildsChangeNoLockFile reads how the program is built. That the same
// commit gives the same files is tried by build/test-package.sh.
func TestS61_BuildsChangeNoLockFile(t *testing.T) {
	makefile, pack := fileText(t, "Makefile"), fileText(t, "build", "package.sh")
	for _, want := range []string{"export GOFLAGS ?= -mod=readonly", "npm ci --ignore-scripts", "-trimpath"} {
		if !strings.Contains(makefile, want) {
			t.Errorf("the Makefile lacks %q", want)
		}
	}
	for _, want := range []string{"export GOFLAGS=-mod=readonly", "-trimpath -buildvcs=false", "SOURCE_DATE_EPOCH", "CGO_CFLAGS="} {
		if !strings.Contains(pack, want) {
			t.Errorf("build/package.sh lacks %q", want)
		}
	}
	for _, file := range []string{"Makefile", "build/package.sh", "build/test-package.sh", "build/test.sh", ".github/workflows/ci.yml", ".github/workflows/release.yml"} {
		text := fileText(t, filepath.FromSlash(file))
		if m := regexp.MustCompile(`npm (install|i|update)\b|go get |go mod tidy|-mod=mod|npm ci(?: --[a-z-]+)*`).FindAllString(text, -1); m != nil {
			for _, found := range m {
				if !strings.HasPrefix(found, "npm ci --ignore-scripts") {
					t.Errorf("%s: %q can change a lock file or run scripts of others", file, found)
				}
			}
		}
	}
	loose := regexp.MustCompile(`"(@?[a-z][^"]*)": "([\^~*><]|latest)[^"]*"`)
	manifest := fileText(t, "frontend", "package.json")
	_, parts, _ := strings.Cut(manifest, `"devDependencies"`)
	if m := loose.FindString(parts); m != "" || parts == "" {
		t.Errorf("package.json names no exact version: %s", m)
	}
}

// TestS63_ExceptionsHaveAnEnd reads build/vuln-exceptions.txt: one a line, with its
// last day. "make vuln" itself asks about today's weaknesses.
func TestS63_ExceptionsHaveAnEnd(t *testing.T) {
	if !strings.Contains(fileText(t, "Makefile"), "govulncheck") || !strings.Contains(fileText(t, ".github", "workflows", "release.yml"), "make vuln") {
		t.Error("releases are not looked through for known weaknesses")
	}
	lines := bufio.NewScanner(strings.NewReader(fileText(t, "build", "vuln-exceptions.txt")))
	form := regexp.MustCompile(`^(GO|GHSA|CVE)-[A-Za-z0-9-]+ until (\d{4}-\d{2}-\d{2}): .{20,}$`)
	for lines.Scan() {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		m := form.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("%q: want ID until 2026-12-31: why it cannot be reached", line)
			continue
		}
		if end, err := time.Parse(time.DateOnly, m[2]); err != nil || time.Now().After(end.AddDate(0, 0, 1)) {
			t.Errorf("the exception for %s has ended (%v)", m[0], err)
		}
	}
}

// TestPackage_VersionsSortAsTheyShould holds build/version.sh to its table.
func TestPackage_VersionsSortAsTheyShould(t *testing.T) {
	for said, want := range map[string][2]string{
		"v1.2.3":                  {"1.2.3", "1.2.3.0"},
		"v1.2.3-4-gabc1234":       {"1.2.3+4.gabc1234", "1.2.3.4"},
		"v1.2.3-dirty":            {"1.2.3+0.dirty", "1.2.3.0"},
		"v1.2.3-4-gabc1234-dirty": {"1.2.3+4.gabc1234.dirty", "1.2.3.4"},
		"v2.0.0-rc.1":             {"2.0.0~rc.1", "2.0.0.0"},
	} {
		for i, form := range []string{"package", "windows"} {
			out, err := exec.CommandContext(t.Context(), "bash", filepath.Join("build", "version.sh"), form, said).Output()
			if got := strings.TrimSpace(string(out)); err != nil || got != want[i] {
				t.Errorf("%s of %s: %q, %v; want %q", form, said, got, err, want[i])
			}
		}
	}
}
