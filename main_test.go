package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"oura-streaming/internal/config"
)

// home gives the test a home folder of its own, without display and keychain.
func home(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	for name, value := range map[string]string{
		"XDG_DATA_HOME": filepath.Join(dir, "data"), "XDG_CONFIG_HOME": filepath.Join(dir, "config"), "XDG_RUNTIME_DIR": dir,
		"DBUS_SESSION_BUS_ADDRESS": "", "DISPLAY": "", "WAYLAND_DISPLAY": "", logVariable: "",
	} {
		t.Setenv(name, value)
	}
	for _, name := range secretVariables {
		t.Setenv(name, "") // put back what run takes away
	}
	for _, name := range append([]string{logVariable}, secretVariables...) {
		if err := os.Unsetenv(name); err != nil { // empty, it would hide the file's
			t.Fatal(err)
		}
	}
	return dir
}

// sentence fails the test unless text is exactly one sentence on one line.
func sentence(t *testing.T, text string) {
	t.Helper()
	if !regexp.MustCompile(`\A[^\n]{20,}\.( \(from the environment variable \w+\))?\n\z`).MatchString(text) || strings.Contains(text, "level=") {
		t.Errorf("standard error holds more or less than one sentence:\n%s", text)
	}
}

func TestRun_WordsThatNeedNoProgram(t *testing.T) {
	for name, c := range map[string]struct {
		args   []string
		status int
		out    string
	}{
		"version":                    {[]string{"--version"}, 0, "oura-streaming " + version + "\n"},
		"help":                       {[]string{"--help"}, 0, config.Usage},
		"an unknown flag":            {[]string{"--nonsense"}, 2, ""},
		"a port that does not exist": {[]string{"--port", "-1"}, 2, ""},
		"a folder without a name":    {[]string{"--data-dir", ""}, 2, ""},
		"a folder of blanks":         {[]string{"--data-dir= "}, 2, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := home(t)
			var out, diag bytes.Buffer
			if got := run(t.Context(), c.args, &out, &diag); got != c.status || out.String() != c.out {
				t.Errorf("status %d, output %q; want %d, %q", got, out.String(), c.status, c.out)
			}
			if c.status == 0 && diag.Len() > 0 {
				t.Errorf("standard error: %s", diag.String())
			} else if c.status != 0 {
				sentence(t, diag.String())
			}
			if made, err := os.ReadDir(dir); err != nil || len(made) > 0 {
				t.Errorf("files were made: %v, %v", made, err)
			}
		})
	}
}

func TestRun_FailureIsOneSentence(t *testing.T) {
	taken, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }() // the test is over
	_, port, err := net.SplitHostPort(taken.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args func(dir string) []string
		file string // below the home folder, with text
		text string
		want string
	}{
		"a file in the folder's place":     {func(dir string) []string { return []string{"--headless", "--data-dir", filepath.Join(dir, "file")} }, "file", "", "data folder"},
		"a port that is taken":             {func(string) []string { return []string{"--headless", "--port", port} }, "", "", "Port " + port},
		"a file that is not understood":    {func(dir string) []string { return []string{"--headless", "--data-dir", dir} }, ".env", "OURA_MODE='never ends", "Line 1 of the file .env"},
		"a token that is too short":        {func(dir string) []string { return []string{"--headless", "--data-dir", dir} }, ".env", "OURA_STREAMING_API_TOKEN=only-15-letters", "16 characters"},
		"a setting with a wrong word":      {func(dir string) []string { return []string{"--headless", "--data-dir", dir} }, ".env", "OURA_STREAMING_LOG=loud", "log level"},
		"a folder in the database's place": {func(dir string) []string { return []string{"--headless", "--data-dir", dir} }, "oura_streaming.db/file", "", "not a plain file"},
		"no display":                       {func(string) []string { return nil }, "", "", "--headless"},
		"real data among sample data": {func(dir string) []string {
			return []string{"--headless", "--data-dir", filepath.Join(dir, "sample-data")}
		}, "", "", "sample data"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := home(t)
			if path := filepath.Join(dir, c.file); c.file != "" {
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // ends what should not have started
			defer cancel()
			var out, diag bytes.Buffer
			if got := run(ctx, c.args(dir), &out, &diag); got != 1 || out.Len() > 0 {
				t.Errorf("status %d, output %q; want 1 and none", got, out.String())
			}
			sentence(t, diag.String())
			if !strings.Contains(diag.String(), c.want) {
				t.Errorf("%q does not tell of %q", diag.String(), c.want)
			}
		})
	}
}

// headless starts the program and returns its ready line and, later, its status.
func headless(t *testing.T, ctx context.Context, args ...string) (ready string, ended <-chan int) {
	t.Helper()
	in, out := io.Pipe()
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, append([]string{"--headless", "--port", "0"}, args...), out, io.Discard)
		_ = out.Close() // never fails
	}()
	line := make([]byte, 4096)
	n, err := in.Read(line)
	if err != nil {
		t.Fatalf("no ready line: %v", err)
	}
	return string(line[:n]), status
}

func ends(t *testing.T, ended <-chan int) int {
	t.Helper()
	select {
	case status := <-ended:
		return status
	case <-time.After(10 * time.Second):
		t.Fatal("the program did not end")
		return -1
	}
}

func TestRun_HeadlessTellsThatItIsReadyAndEndsWhenAsked(t *testing.T) {
	home(t)
	ctx, cancel := context.WithCancel(t.Context())
	line, ended := headless(t, ctx)
	if !strings.HasSuffix(line, "}\n") || strings.Count(line, "\n") != 1 {
		t.Errorf("not one line of JSON: %q", line)
	}
	var fields map[string]any
	if err := json.Unmarshal([]byte(line), &fields); err != nil {
		t.Fatal(err)
	}
	api, _ := fields["api"].(string)
	if len(fields) != 3 || fields["ready"] != true || fields["pid"] != float64(os.Getpid()) || !regexp.MustCompile(`^http://127\.0\.0\.1:\d+$`).MatchString(api) {
		t.Errorf("ready line %v", fields)
	}
	var out, diag bytes.Buffer
	if got := run(t.Context(), []string{"--headless", "--port", "0"}, &out, &diag); got != 0 || out.Len() > 0 {
		t.Errorf("second start on the same folder: status %d, output %q; want 0 and none", got, out.String())
	}
	cancel()
	if got := ends(t, ended); got != 0 {
		t.Errorf("status %d, want 0", got)
	}
}

// asked is a context that ends when it has been looked at for the nth time, so
// that a signal can come at every stage of a start.
type asked struct {
	context.Context
	end  context.CancelFunc
	left atomic.Int64
}

func (a *asked) Done() <-chan struct{} {
	if a.left.Add(-1) == 0 {
		a.end()
	}
	return a.Context.Done()
}

func TestRun_ASignalDuringTheStartIsNoFailure(t *testing.T) {
	home(t)
	for n := range int64(30) {
		ctx, cancel := context.WithCancel(t.Context())
		a := &asked{Context: ctx, end: cancel}
		a.left.Store(n)
		if n == 0 {
			cancel()
		}
		stop := time.AfterFunc(3*time.Second, cancel) // a start that looks less often
		var diag bytes.Buffer
		if got := run(a, []string{"--headless", "--port", "0"}, io.Discard, &diag); got != 0 {
			t.Errorf("asked to end at look %d: status %d, %s", n, got, diag.String())
		}
		stop.Stop()
		cancel()
	}
}

func TestS38_SecretVariablesDoNotReachChildren(t *testing.T) {
	home(t)
	dir := t.TempDir()
	for _, name := range secretVariables {
		t.Setenv(name, "canary-"+name)
	}
	f, err := config.ParseFlags([]string{"--data-dir", dir})
	if err != nil {
		t.Fatal(err)
	}
	opt, err := options(f, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	env, err := config.Environment(dir, opt.Environ)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range secretVariables {
		if env[name] != "canary-"+name {
			t.Errorf("the program itself lost %s", name)
		}
		if value, found := os.LookupEnv(name); found {
			t.Errorf("children inherit %s=%s", name, value)
		}
	}
	if strings.Contains(fmt.Sprint(os.Environ()), "canary-") {
		t.Error("a secret is left in the environment")
	}
}

func TestLogLevel_EnvironmentThenFileThenDefault(t *testing.T) {
	for name, c := range map[string]struct {
		environment, file string
		want              slog.Level
	}{
		"nothing set":          {"", "", slog.LevelError},
		"in the file":          {"", "OURA_STREAMING_LOG=debug\n", slog.LevelDebug},
		"in the environment":   {"info", "", slog.LevelInfo},
		"in both":              {"warn", "OURA_STREAMING_LOG=debug\n", slog.LevelWarn},
		"beside a broken file": {"info", "OURA_MODE='never ends", slog.LevelInfo},
		"a wrong word":         {"loud", "", slog.LevelError},
		"only a broken file":   {"", "OURA_MODE='never ends", slog.LevelError},
	} {
		t.Run(name, func(t *testing.T) {
			home(t)
			dir := t.TempDir()
			if c.environment != "" {
				t.Setenv(logVariable, c.environment)
			}
			if c.file != "" {
				if err := os.WriteFile(filepath.Join(dir, config.EnvFile), []byte(c.file), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for _, headless := range []bool{false, true} { // a window's also keeps lines that are not printed
				var printed bytes.Buffer
				opt, err := options(config.Flags{DataDir: dir, Port: -1, Headless: headless}, &printed)
				if err != nil {
					t.Fatal(err)
				}
				opt.Log.Log(t.Context(), c.want-1, "too little")
				opt.Log.Log(t.Context(), c.want, "enough")
				if text := printed.String(); strings.Contains(text, "too little") || !strings.Contains(text, "enough") {
					t.Errorf("headless %t: the log does not begin at %v: %s", headless, c.want, text)
				}
			}
		})
	}
}
