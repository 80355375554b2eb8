//go:build unix

package engine

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"oura-streaming/internal/backup"
	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/restapi"
	"oura-streaming/internal/status"
	"oura-streaming/internal/vault"
)

// bunch is a keychain that can be asked to fail.
type bunch struct {
	chain
	deaf bool
}

func (b *bunch) Delete(context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.deaf {
		return errChainLocked
	}
	b.text = nil
	return nil
}

// plant puts files into the data folder that the program makes elsewhere in its
// life, and some of the user's own.
func (l *lived) plant() (users []string) {
	l.t.Helper()
	ctx := l.t.Context()
	token, _, err := l.engine.MakeToken(ctx, "notebook", restapi.ScopeRead)
	if err != nil {
		l.t.Fatal(err)
	}
	l.secrets = append(l.secrets, token.Reveal(), canaryHealth)
	made, err := l.engine.BackUp(ctx, backup.ByHand)
	if err == nil {
		err = l.engine.StageRestore(ctx, made.Name)
	}
	if err != nil {
		l.t.Fatal(err)
	}
	l.again() // what was there is set aside now
	dir := l.engine.DataDir()
	away := filepath.Join(l.t.TempDir(), ".oura-export-ABC.part")
	users = []string{".env", "notes.txt", "backups/my own.db", "set-aside/why.txt", "oura_streaming.db.bak", "pictures/ring.png"}
	for name, text := range map[string]string{
		"exports/.oura-export-ABC.note": away, away: canaryHealth, "exports/.oura-export-DEF.part": canaryHealth,
		"backups/.making-ABC": canaryHealth, "oura_streaming.db-next-journal": canaryHealth, ".instance-123": canaryHealth,
		users[0]: "OURA_STREAMING_LOG=error\n", users[1]: "mine", users[2]: "mine", users[3]: "mine", users[4]: "mine", users[5]: "mine",
	} {
		path := name
		if !filepath.IsAbs(name) {
			path = filepath.Join(dir, name)
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			l.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			l.t.Fatal(err)
		}
	}
	l.secrets = append(l.secrets, away)
	slices.Sort(users)
	return users
}

// again waits until the engine has ended for a restart, and starts it anew.
func (l *lived) again() {
	l.t.Helper()
	<-l.engine.RestartAsked()
	next := l.engine.Again(l.opt)
	l.stop()
	l.program = start(l.t, l.sim, next)
}

func (l *lived) everyFile() (names []string) {
	l.t.Helper()
	l.eachFile(func(path string, info fs.FileInfo) {
		if info.IsDir() {
			return
		}
		text, err := os.ReadFile(path)
		if err != nil {
			l.t.Fatal(err)
		}
		l.wantNone(path, text)
		if rel, err := filepath.Rel(l.engine.DataDir(), path); err == nil {
			names = append(names, rel)
		}
	})
	return names
}

func (l *lived) filesWith(text string) (n int) {
	l.t.Helper()
	l.eachFile(func(path string, info fs.FileInfo) {
		if info.IsDir() {
			return
		}
		if raw, err := os.ReadFile(path); err != nil {
			l.t.Fatal(err)
		} else if bytes.Contains(raw, []byte(text)) {
			n++
		}
	})
	return n
}

func TestS59_NothingIsLeftOfAllData(t *testing.T) {
	l := live(t)
	users := l.plant()
	if err := l.engine.Config().Set(t.Context(), config.WebhookTypes, "daily_sleep"); err != nil { // few are ended within seconds on any machine
		t.Fatal(err)
	}
	l.subscribed()
	if left, err := l.engine.ErasureLeaves(); err != nil || !slices.Equal(left, users) {
		t.Errorf("it would leave %q, %v, want %q", left, err, users)
	}
	oldKey, err := os.ReadFile(l.opt.KeyFile)
	if err != nil || len(oldKey) == 0 {
		t.Fatal(err)
	}
	l.secrets = append(l.secrets, string(bytes.TrimSpace(oldKey)))
	if n := l.filesWith(canaryHealth); n < 6 { // database, backup, what was set aside, leftovers
		t.Fatalf("only %d files hold the canary before", n)
	}
	if err := l.engine.StageErase(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(l.sim.Subscriptions()); n != 0 {
		t.Errorf("%d subscriptions are left at Oura", n)
	}
	l.again()
	names := l.everyFile()
	for _, name := range names {
		if !slices.Contains(users, name) && !l.engine.owns(name) && !strings.HasPrefix(name, "..") {
			t.Errorf("%s is left", name)
		}
	}
	for _, name := range users {
		if !slices.Contains(names, name) {
			t.Errorf("%s was the user's and is gone", name)
		}
	}
	if _, err := os.Stat(l.secrets[len(l.secrets)-2]); err == nil { // the file of an export that was under way
		t.Error("an unfinished export is left in another folder")
	}
	if l.engine.connectedUser() != "" || l.engine.hub.Seq() != 0 {
		t.Errorf("account %q, event %d: that is no first run", l.engine.connectedUser(), l.engine.hub.Seq())
	}
	told := ""
	for _, trouble := range l.engine.status.Snapshot().Troubles {
		if trouble.Code == status.DataErased {
			told = trouble.Text
		}
	}
	l.unharmed()
	if !strings.Contains(told, "stayed: "+strings.Join(users, ", ")) {
		t.Errorf("told: %q", told)
	}
	l.stop()
	again := start(t, l.sim, l.opt)
	if again.hasTrouble(status.DataErased) {
		t.Error("the next start tells it again")
	}
	again.unharmed()
}

func TestS59_TheEntryInTheKeychainGoesToo(t *testing.T) {
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	keys := &bunch{}
	opt.Keychain = func(string) vault.Keychain { return keys }
	l := &lived{program: start(t, sim, opt)}
	l.signIn()
	first := bytes.Clone(keys.text)
	keys.deaf = true
	if err := l.engine.StageErase(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.again()
	if !l.hasTrouble(status.KeyLeft) || l.engine.connectedUser() != "" {
		t.Error("a keychain that does not answer holds the rest up, or nobody is told")
	}
	keys.mu.Lock()
	keys.deaf = false
	keys.mu.Unlock()
	if err := l.engine.StageErase(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.again()
	if l.hasTrouble(status.KeyLeft) || bytes.Equal(keys.text, first) || keys.text == nil {
		t.Errorf("the key is the same as before")
	}
}

func TestStageErase_NothingTakesItsPlace(t *testing.T) {
	sim, port := cloud(t, nil)
	l := &lived{program: start(t, sim, options(t, sim, port))}
	l.signIn()
	l.engine.restart.once.Do(func() {}) // it must not end before the second wish
	if err := l.engine.StageErase(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := l.engine.stage(intent{Do: doHeal}); err != nil {
		t.Fatal(err)
	}
	l.stop()
	l.program = start(t, sim, l.opt)
	if l.engine.connectedUser() != "" || !l.hasTrouble(status.DataErased) {
		t.Error("another wish came in its way")
	}
	if _, err := l.engine.Auth().Token(t.Context()); oura.CodeOf(err) == "" {
		t.Error("the sign-in is still there")
	}
}

func TestSomeOf_NamesTheFirstOfMany(t *testing.T) {
	many := strings.Split("a b c d e f g h i j k l", " ")
	if got := someOf(many[:2]) + "; " + someOf(many); got != "a, b; a, b, c, d, e, f, g, h, i, j and 2 more" {
		t.Error(got)
	}
}
