package restapi

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// The page about this API, whose examples run as they stand there.
func readDocs(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "api.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// newestOfDocs is the number of the newest event of serveDocs: six documents, then
// the samples.
const newestOfDocs = "7"

// serveDocs serves a store with a little of what the examples ask for.
func serveDocs(t *testing.T) *streamDoor {
	t.Helper()
	s, _ := newStore(t)
	for n := range 6 {
		apply(t, s, change(s, n, oura.DailySleep))
	}
	_, err := s.PutSamples(t.Context(), "user-1", oura.HeartRate, oura.SourcePoll, testNow, []sqlite.Sample{{At: testNow, Source: "awake", Value: 61}})
	if err != nil {
		t.Fatal(err)
	}
	services := (&fake{}).services()
	services.Events, services.Deliveries, services.Subscriptions, services.Days, services.Bell = inside{s}, inside{s}, inside{s}, s, hubOf(t, s)
	return serveServices(t, services)
}

// example runs code that was written for the usual port.
func example(t *testing.T, ctx context.Context, d *streamDoor, language, code string) *exec.Cmd {
	t.Helper()
	program := map[string][]string{"sh": {"sh", "-ec"}, "python": {"python3", "-c"}}[language]
	for _, needed := range map[string][]string{"sh": {"sh", "curl"}, "python": {"python3"}}[language] {
		if _, err := exec.LookPath(needed); err != nil {
			t.Skipf("%s is not installed", needed)
		}
	}
	code = strings.ReplaceAll(code, ":8000", ":"+strconv.Itoa(d.port))
	cmd := exec.CommandContext(ctx, program[0], append(program[1:], code)...)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "OURA_STREAMING_API_TOKEN="+testToken.Reveal(), "no_proxy=127.0.0.1")
	return cmd
}

func TestDocs_ExamplesWork(t *testing.T) {
	d := serveDocs(t)
	found := regexp.MustCompile("(?s)```(sh|python)\n(.*?)```").FindAllStringSubmatch(readDocs(t), -1)
	if len(found) < 5 {
		t.Fatalf("%d examples", len(found))
	}
	for n, ex := range found {
		t.Run(ex[1]+" "+strconv.Itoa(n), func(t *testing.T) {
			if strings.Contains(ex[2], "/events/stream") {
				goesOn(t, d, ex[1], ex[2])
				return
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			out, err := example(t, ctx, d, ex[1], ex[2]).CombinedOutput()
			if err != nil || !strings.Contains(string(out), "2026-11-22") {
				t.Errorf("it said %s, %v", out, err)
			}
		})
	}
}

// goesOn runs an example that never ends until it has told of all six events, and
// then again: one that keeps its place must not repeat them.
func goesOn(t *testing.T, d *streamDoor, language, code string) {
	t.Helper()
	place := t.TempDir()
	for _, want := range []int{6, 0} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		cmd := example(t, ctx, d, language, code)
		if language == "sh" {
			cmd.Args[2] = "exec " + cmd.Args[2] // so that what is killed is not the shell alone
		}
		cmd.Dir = place
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for told := 0; told < want && lines.Scan(); {
			if strings.Contains(lines.Text(), "2026-11-22") {
				told++
			}
		}
		kept, keeps := filepath.Join(place, "oura-last-id"), strings.Contains(code, "oura-last-id")
		waitUntil(t, func() bool {
			text, _ := os.ReadFile(kept)
			return streaming() > 0 && (!keeps || string(text) == newestOfDocs)
		})
		cancel()
		rest, _ := io.ReadAll(out)
		_ = cmd.Wait() // it was killed
		if !keeps {
			return
		}
		if want == 0 && bytes.Contains(rest, []byte("2026-11-22")) {
			t.Errorf("it repeats %s", rest)
		}
	}
}

// Every call and code that the page names is there.
func TestDocs_NamesWhatThereIs(t *testing.T) {
	text, h := readDocs(t), (&fake{}).handler()
	known := map[string]bool{}
	for _, op := range operations(t, h) {
		known[op.path] = true
	}
	known["/docs"] = true
	for _, m := range regexp.MustCompile(`(?:127\.0\.0\.1:8000|API \+ "|GET )(/[a-z/._]*[a-z_])`).FindAllStringSubmatch(text, -1) {
		path := strings.NewReplacer("daily_sleep", "workout").Replace(m[1])
		if !known[path] && !known[path+"/1"] {
			t.Errorf("the page names %s, which is no call", m[1])
		}
	}
	for _, code := range []oura.Code{
		codeInvalid, codeNotFound, codeHost, codeOrigin, codeToken, codeScope, codeRate, codeMethod, codeMediaType, codeTooLarge, codeTimeout, codeStreams,
		oura.CodeEnded, oura.CodeNotConnected, oura.CodeRateLimited, oura.CodeInternal, oura.CodeUnavailable, oura.CodeStorage, oura.CodeLocked,
	} {
		if !strings.Contains(text, "`"+string(code)+"`") {
			t.Errorf("the page does not name %s", code)
		}
	}
	var shown Problem
	block := regexp.MustCompile("(?s)```json\n(.*?)```").FindStringSubmatch(text)
	if err := json.Unmarshal([]byte(block[1]), &shown); err != nil {
		t.Fatal(err)
	}
	if got := wantProblem(t, ask(t, h, http.MethodGet, "/nothing", nil), http.StatusNotFound, codeNotFound); got != shown {
		t.Errorf("the page shows %+v, it is %+v", shown, got)
	}
}
