package config

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
)

func TestEnvironment_AWrongLineIsToldByItsNumberOnly(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		line string // "": the file is understood
	}{
		"nothing":                       {"", ""},
		"comments and blanks":           {"# one\n\n  \nOURA_MODE=auto\n# end", ""},
		"Windows lines":                 {"OURA_MODE=auto\r\nOURA_CLIENT_ID=a\r\n", ""},
		"no line end":                   {"OURA_MODE=auto", ""},
		"a value over two lines":        {"OURA_CLIENT_ID=\"a\nb\"\nOURA_MODE=auto\n", ""},
		"the first":                     {"canary\nOURA_MODE=auto\n", "Line 1 "},
		"the third":                     {"# one\nOURA_MODE=auto\nOURA-MODE=canary\nOURA_CLIENT_ID=a\n", "Line 3 "},
		"the last, without a line end":  {"OURA_MODE=auto\n\ncanary", "Line 3 "},
		"quotes that never end":         {"OURA_MODE=auto\nOURA_CLIENT_ID='canary\nA=b\nC=d\n", "Line 2 "},
		"Windows lines, the second":     {"OURA_MODE=auto\r\ncanary\r\nOURA_CLIENT_ID=a\r\n", "Line 2 "},
		"behind a value over two lines": {"OURA_CLIENT_ID=\"a\nb\"\ncanary=\"\n", "Line 3 "},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, EnvFile), []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			env, err := Environment(dir, nil)
			switch {
			case c.line == "" && err != nil:
				t.Error(err)
			case c.line != "" && (err == nil || !strings.HasPrefix(oura.MessageOf(err), c.line)):
				t.Errorf("%v, %v, want %q", env, err, c.line)
			case err != nil && strings.Contains(err.Error(), "canary"):
				t.Errorf("the line itself is told: %v", err)
			}
		})
	}
}

func TestEnvironment_AFileThatCannotBeReadIsSaid(t *testing.T) {
	dir := t.TempDir()
	if env, err := Environment(dir, []string{"OURA_MODE=auto", "HOME=/home/me"}); err != nil || !maps.Equal(env, map[string]string{"OURA_MODE": "auto"}) {
		t.Errorf("without a file: %v, %v", env, err)
	}
	if err := os.Mkdir(filepath.Join(dir, EnvFile), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Environment(dir, nil); oura.CodeOf(err) != oura.CodeInvalid || !strings.Contains(oura.MessageOf(err), EnvFile) {
		t.Errorf("a folder in its place: %v", err)
	}
}

func TestFields_LogLevelIsOneTruth(t *testing.T) {
	if got := field(LogLevel).Default; got != DefaultLogLevel {
		t.Errorf("the table says %q, the program begins with %q", got, DefaultLogLevel)
	}
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "debug, info, warn or error (" + DefaultLogLevel + ")"; !strings.Contains(string(readme), want) {
		t.Errorf("README does not name it: %q", want)
	}
}
