//go:build unix

package engine

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"oura-streaming/internal/diagnose"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/status"
	"oura-streaming/internal/vault"
)

// Canaries for a run of the whole program, one in each slot that is ours to fill.
const (
	canaryClient = "canary-client-secret-5f1c"
	canaryHealth = "canary-health-value-77a0"
)

// shared is a text that many goroutines write.
type shared struct {
	mu   sync.Mutex // guards text
	text bytes.Buffer
}

func (s *shared) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// lived is an installation that signed in by stored credentials, received,
// refreshed, signed out and signed in again, and still runs.
type lived struct {
	*program
	log     *shared
	secrets []string
}

func live(t *testing.T) *lived {
	t.Helper()
	sim, port := cloud(t, func(o *ourasim.Options) { o.ClientID, o.ClientSecret = "stored-client", canaryClient })
	opt := options(t, sim, port)
	opt.Environ = slices.DeleteFunc(opt.Environ, func(pair string) bool {
		return strings.HasPrefix(pair, "OURA_CLIENT_") || strings.HasPrefix(pair, envAPIToken)
	})
	opt.Environ = append(opt.Environ, envAPIToken+"="+testToken)
	l := &lived{log: &shared{}, secrets: []string{canaryClient, testToken}}
	opt.Recent = &diagnose.Ring{}
	opt.Log = opt.Recent.Beside(NewLog(l.log, "debug"))
	l.program = start(t, sim, opt)
	if err := l.engine.Config().SetClient(t.Context(), "stored-client", canaryClient); err != nil {
		t.Fatal(err)
	}
	l.signIn()
	l.note()
	l.subscribed()
	l.secrets = append(l.secrets, l.engine.verificationToken().Reveal())
	for n := range 2 {
		doc := ourasim.Doc{Type: oura.DailySleep, ID: "night", JSON: []byte(`{"id":"night","day":"2026-11-20","n":` + string(rune('0'+n)) + `,"value":"` + canaryHealth + `"}`)}
		l.put(doc)
		l.wait("the document", func() string { return want(sameJSON(l.newestOf(oura.DailySleep, "night").Data, doc.JSON), "not there") })
		sim.ExpireAccess()
	}
	l.note()
	if err := l.engine.Auth().Logout(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.signIn()
	l.note()
	l.backUp()
	return l
}

// note adds the access token of this moment to the secrets.
func (l *lived) note() {
	l.t.Helper()
	access, err := l.engine.Auth().Token(l.t.Context())
	if err != nil {
		l.t.Fatal(err)
	}
	l.secrets = append(l.secrets, access.Reveal())
}

// wantNone fails for each secret that stands in text.
func (l *lived) wantNone(where string, text []byte) {
	l.t.Helper()
	for _, s := range l.secrets {
		if bytes.Contains(text, []byte(s)) {
			l.t.Errorf("%s holds the secret %q", where, s)
		}
	}
}

// eachFile visits the data folder and the folder of the key.
func (l *lived) eachFile(visit func(path string, info fs.FileInfo)) {
	l.t.Helper()
	for _, root := range []string{l.engine.DataDir(), filepath.Dir(l.opt.KeyFile)} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := d.Info()
			if err == nil && path != filepath.Dir(l.opt.KeyFile) { // that one is the test's own
				visit(path, info)
			}
			return err
		})
		if err != nil {
			l.t.Fatal(err)
		}
	}
}

func TestS36_NoSecretInAnyFileOfTheRunningProgram(t *testing.T) {
	l := live(t)
	var seen []string
	l.eachFile(func(path string, info fs.FileInfo) {
		if info.IsDir() {
			return
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, filepath.Base(path))
		l.wantNone(path, text)
	})
	backups, err := l.engine.Backups(t.Context())
	if err != nil || len(backups) != 1 {
		t.Fatal(backups, err)
	}
	for _, name := range []string{databaseFile, databaseFile + "-wal", databaseFile + "-shm", tokenLock, backups[0].Name, "store.mark"} {
		if !slices.Contains(seen, name) {
			t.Errorf("%s was not there to be scanned: %q", name, seen)
		}
	}
}

func TestS39_NoSecretInTheLogOfTheWholeProgram(t *testing.T) {
	l := live(t)
	l.stop()
	text := l.log.String()
	l.wantNone("the log at debug level", []byte(text))
	for line := range strings.SplitSeq(text, "\n") {
		if strings.Contains(line, canaryHealth) && !strings.Contains(line, "level=DEBUG") {
			t.Errorf("a health value stands above debug: %s", line)
		}
	}
	for _, reached := range []string{"login begun", "account connected", "public address proven", "access refreshed", "delivery settled", "signed out", "subscriptions compared"} {
		if !strings.Contains(text, reached) {
			t.Errorf("the run did not reach %q, so its line was not checked", reached)
		}
	}
}

func TestS40_EveryFileOfARunIsPrivateUnderUmask022(t *testing.T) {
	old := syscall.Umask(0o022)
	defer syscall.Umask(old)
	dir := filepath.Join(t.TempDir(), "data")
	claim, err := Claim(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := claim.Release(); err != nil {
			t.Error(err)
		}
	}()
	l := live(t)
	check := func(path string, info fs.FileInfo) {
		if forbidden := info.Mode().Perm() & 0o077; forbidden != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
	}
	l.eachFile(check)
	for _, name := range []string{"", lockFile, instanceFile} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		check(filepath.Join(dir, name), info)
	}
}

// deaf is a system without a keychain.
type deaf struct{}

func (deaf) Get(context.Context) ([]byte, error) { return nil, errors.New("no keychain here") }
func (deaf) Set(context.Context, []byte) error   { return errors.New("no keychain here") }
func (deaf) Delete(context.Context) error        { return errors.New("no keychain here") }

func TestS37_AKeyInAFileIsSaidAtEveryStart(t *testing.T) {
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	opt.Keychain = func(string) vault.Keychain { return deaf{} }
	for range 2 {
		p := start(t, sim, opt)
		p.wait("the trouble", func() string { return want(p.hasTrouble(status.KeyInFile), "no trouble key_in_file") })
		if w := p.engine.KeyWhere(); w.Path != opt.KeyFile || strings.HasPrefix(w.Path, opt.DataDir) {
			t.Errorf("the key lies in %+v", w)
		}
		p.stop()
	}
	if info, err := os.Stat(opt.KeyFile); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v, %v", info, err)
	}
}
