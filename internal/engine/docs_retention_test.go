package engine

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The examples of the page are run as they stand there, on a program with events.
func TestDocs_RetentionExamplesWork(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "retention.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, program := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed", program)
		}
	}
	p := filled(t)
	answers := []string{`{"status":"cleared","count":` + strconv.Itoa(len(p.events(""))) + `}`, `data: {"oldest_seq":null}`}
	examples := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(examples) != len(answers) {
		t.Fatalf("%d examples", len(examples))
	}
	for n, ex := range examples {
		cmd := exec.CommandContext(t.Context(), "sh", "-ec", strings.ReplaceAll(ex[1], "http://127.0.0.1:8000", p.engine.APIURL()))
		cmd.Env = append(os.Environ(), envAPIToken+"="+testToken, "no_proxy=127.0.0.1")
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), answers[n]) {
			t.Errorf("it said %s, %v\n%s", out, err, ex[1])
		}
	}
}
