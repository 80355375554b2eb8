package config

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

// memory is a store of one test; plain is a sealer that only tags its input, so
// that a test sees whether something was sealed at all.
type memory struct {
	settings map[string]string
	secrets  map[string][]byte
}

func (m *memory) Settings(context.Context) (map[string]string, error) {
	return maps.Clone(m.settings), nil
}

func (m *memory) PutSettings(_ context.Context, put map[string]string) error {
	for name, text := range put {
		if text != "" && !json.Valid([]byte(text)) {
			return fmt.Errorf("setting %s is not JSON: %s", name, text)
		}
		m.settings[name] = text
	}
	return nil
}

func (m *memory) Secret(_ context.Context, name string) ([]byte, bool, error) {
	v, ok := m.secrets[name]
	return v, ok, nil
}

func (m *memory) PutSecrets(_ context.Context, put map[string][]byte) error {
	maps.Copy(m.secrets, put)
	return nil
}

type plain struct{}

func (plain) Seal(name string, text []byte) ([]byte, error) {
	return append([]byte("sealed:"+name+":"), text...), nil
}

func (plain) Unseal(name string, sealed []byte) ([]byte, error) {
	return []byte(strings.TrimPrefix(string(sealed), "sealed:"+name+":")), nil
}

func load(t *testing.T, m *memory, opt Options) *Config {
	t.Helper()
	c, err := Load(t.Context(), m, plain{}, opt)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newMemory() *memory {
	return &memory{settings: map[string]string{}, secrets: map[string][]byte{}}
}

func TestConfig_EnvironmentWinsAndIsNotWrittenBack(t *testing.T) {
	m := newMemory()
	m.settings["public_url"] = `"https://stored.example"`
	c := load(t, m, Options{Env: map[string]string{"OURA_PUBLIC_URL": "https://env.example"}})
	if got := c.Get(PublicURL); got != "https://env.example" {
		t.Errorf("public_url = %q, want the environment's", got)
	}
	if err := c.Set(t.Context(), PublicURL, "https://other.example"); oura.CodeOf(err) != oura.CodeInvalid {
		t.Errorf("setting an overridden value: %v, want code invalid", err)
	}
	if m.settings["public_url"] != `"https://stored.example"` {
		t.Errorf("the stored value was changed to %q", m.settings["public_url"])
	}
}

func TestConfig_AStoredValueComesBackAfterARestart(t *testing.T) {
	m := newMemory()
	if err := load(t, m, Options{Hosts: Oura()}).Set(t.Context(), PublicURL, " https://new.example "); err != nil {
		t.Fatal(err)
	}
	if got := load(t, m, Options{}).Get(PublicURL); got != "https://new.example" {
		t.Errorf("public_url = %q", got)
	}
}

func TestConfig_EveryDefaultKeepsItsOwnLimits(t *testing.T) {
	for _, f := range Fields() {
		if f.Default == "" {
			continue
		}
		if err := f.check(f.Default, Oura()); err != nil {
			t.Errorf("default of %s: %v", f.Name, err)
		}
	}
}

func TestConfig_RefusesValuesWithASentence(t *testing.T) {
	for _, tc := range []struct {
		what  string
		name  Name
		value string
	}{
		{"a redirect that leaves this computer", RedirectURI, "http://example.com/auth/callback"},
		{"a redirect with https, which has no certificate here", RedirectURI, "https://localhost/auth/callback"},
		{"a public address without TLS", PublicURL, "http://oura.example"},
		{"plain http on loopback in a release build", PublicURL, "http://127.0.0.1:8001"},
		{"a public address with a query", PublicURL, "https://oura.example/?a=b"},
		{"a port that is no number", IngressPort, "eighty"},
		{"a port beyond the last", IngressPort, "65536"},
		{"a type without webhooks", WebhookTypes, "daily_sleep,heartrate"},
		{"a client id with a line break", ClientID, "abc\ndef"},
	} {
		t.Run(tc.what, func(t *testing.T) {
			c := load(t, newMemory(), Options{Hosts: Oura()})
			err := c.Set(t.Context(), tc.name, tc.value)
			if oura.CodeOf(err) != oura.CodeInvalid || len(oura.MessageOf(err)) < 20 {
				t.Errorf("err = %v, want code invalid with a sentence", err)
			}
		})
	}
}

func TestConfig_BadEnvironmentIsNamed(t *testing.T) {
	_, err := Load(t.Context(), newMemory(), plain{}, Options{Env: map[string]string{"OURA_MODE": "fast"}})
	if err == nil || !strings.Contains(oura.MessageOf(err), "OURA_MODE") {
		t.Errorf("err = %v, want the variable's name in the sentence", err)
	}
}

func TestS28_FormerClientSecretCountsForADay(t *testing.T) {
	now := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	m := newMemory()
	opt := Options{Now: func() time.Time { return now }}
	c := load(t, m, opt)
	for _, secret := range []string{"first-secret", "second-secret"} {
		if err := c.SetClient(t.Context(), "client", secret); err != nil {
			t.Fatal(err)
		}
	}
	c = load(t, m, opt) // as after a restart
	if got := reveal(c.SigningSecrets()); got != "second-secret,first-secret" {
		t.Errorf("signing secrets = %s, want both, the current one first", got)
	}
	now = now.Add(24*time.Hour + time.Second)
	if got := reveal(c.SigningSecrets()); got != "second-secret" {
		t.Errorf("after 24 h: %s, want the current one only", got)
	}
}

func reveal(secrets []oura.Secret) string {
	var out []string
	for _, s := range secrets {
		out = append(out, s.Reveal())
	}
	return strings.Join(out, ",")
}

func TestConfig_AnEmptySecretKeepsTheStoredOne(t *testing.T) {
	c := load(t, newMemory(), Options{})
	if err := c.SetClient(t.Context(), "client", ""); oura.CodeOf(err) != oura.CodeInvalid {
		t.Errorf("no secret at all: %v, want code invalid", err)
	}
	if err := c.SetClient(t.Context(), "client", "secret"); err != nil {
		t.Fatal(err)
	}
	if err := c.SetClient(t.Context(), "other", ""); err != nil {
		t.Fatal(err)
	}
	id, secret, err := c.Client(t.Context())
	if id != "other" || secret.Reveal() != "secret" || err != nil {
		t.Errorf("Client() = %q, %q, %v", id, secret.Reveal(), err)
	}
}

func TestEnvironment_FileBelowProcess(t *testing.T) {
	dir := t.TempDir()
	text := "OURA_CLIENT_ID=file\nOURA_MODE=polling\nPATH=/nowhere\n"
	if err := os.WriteFile(filepath.Join(dir, EnvFile), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	env, err := Environment(dir, []string{"OURA_CLIENT_ID=process", "HOME=/home/me"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"OURA_CLIENT_ID": "process", "OURA_MODE": "polling"}
	if !maps.Equal(env, want) {
		t.Errorf("environment = %v, want %v", env, want)
	}
}
