package config

import (
	"errors"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
)

// FuzzEnvFile reads any .env file (S-66): it is understood, or its wrong line is
// named by its number and by nothing that stands in it.
func FuzzEnvFile(f *testing.F) {
	for _, seed := range []string{
		"", "OURA_MODE=auto\n", "OURA_CLIENT_ID=\"a\nb\"\nOURA_MODE=auto", "export OURA_MODE=live # why", "OURA_MODE: live", "A=${OURA_MODE}", "OURA_MODE='never ends",
		"\ufeffOURA_MODE=auto\r\n", "NGROK_AUTHTOKEN=\\\"", "=", "OURA-MODE=1", "OURA_CLIENT_SECRET=canary\ncanary", "OURA_A=$(id)\nOURA_B=$OURA_A", "\x00=\x00", "# only",
	} {
		f.Add([]byte(seed))
	}
	said := regexp.MustCompile(`^Line (\d+) of the file \.env in the data folder cannot be understood\. Each line must read NAME=value\.$`)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(filepath.Join(dir, EnvFile), text, 0o600); err != nil {
			t.Fatal(err)
		}
		env, err := Environment(dir, []string{"HOME=/home/me", "OURA_FIRST=wins"})
		if err != nil {
			found := said.FindStringSubmatch(oura.MessageOf(err))
			if found == nil || err.Error() != string(oura.CodeInvalid)+": "+found[0] {
				t.Fatalf("said %q", err)
			}
			if n, err := strconv.Atoi(found[1]); err != nil || n < 1 || n > strings.Count(string(text), "\n")+1 {
				t.Errorf("line %s of %q", found[1], text)
			}
			return
		}
		for name := range env {
			if !strings.HasPrefix(name, "OURA_") && !strings.HasPrefix(name, "NGROK_") {
				t.Errorf("took over %q", name)
			}
		}
		if env["OURA_FIRST"] != "wins" {
			t.Errorf("the file won over the environment: %q", env["OURA_FIRST"])
		}
	})
}

// FuzzSettings gives each setting any value (S-66). One that is taken is the same
// after a restart; one that is refused changes nothing, and the refusal is a sentence.
func FuzzSettings(f *testing.F) {
	for i := range fields {
		for _, seed := range []string{fields[i].Default, "", " on ", "-1", "99999999999999999999", "https://example.org/a?b#c", "http://127.0.0.1:8000/auth/callback", "../..", "a,b,,sleep", `{"a":1}`, "\x00", "\u202e", "/home/\xfa"} {
			f.Add(uint8(i), seed) //nolint:gosec // there are fewer
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, value string) {
		field := fields[int(which)%len(fields)]
		m := &memory{settings: map[string]string{}, secrets: map[string][]byte{}}
		c := load(t, m, Options{})
		before, refused := c.Get(field.Name), c.Check(field.Name, value)
		err := c.Set(t.Context(), field.Name, value)
		if (err == nil) != (refused == nil) {
			t.Fatalf("%s = %q: checked with %v, set with %v", field.Name, value, refused, err)
		}
		if err != nil {
			if c.Get(field.Name) != before || len(m.settings) != 0 || oura.CodeOf(err) != oura.CodeInvalid || oura.MessageOf(err) == "" {
				t.Errorf("%s = %q: refused with %v, and now %q", field.Name, value, err, c.Get(field.Name))
			}
			return
		}
		maps.DeleteFunc(m.settings, func(_, text string) bool { return text == "" }) // as the store does
		if again := load(t, m, Options{}); again.Get(field.Name) != c.Get(field.Name) {
			t.Errorf("%s = %q: %q, after a restart %q", field.Name, value, c.Get(field.Name), again.Get(field.Name))
		}
	})
}

// FuzzFlags reads any command line.
func FuzzFlags(f *testing.F) {
	for _, seed := range []string{"", "--demo", "--port\n0", "--port=99999", "--data-dir\n", "--data-dir= ", "-h", "--", "--version\nx", "--headless=no\n--hidden=0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		got, err := ParseFlags(strings.Split(line, "\n"))
		switch {
		case errors.Is(err, flag.ErrHelp):
		case err != nil && err.Error() == "":
			t.Errorf("%q is refused without a reason", line)
		case err == nil && (got.Port < -1 || got.Port > 65535 || got.DataDir != "" && strings.TrimSpace(got.DataDir) == ""):
			t.Errorf("%q: %+v", line, got)
		}
	})
}
