package vault

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"oura-streaming/internal/oura"
)

const canary = "canary-7f3a-secret"

// fakeKeychain is a keychain in memory. slow makes it hang until the caller
// gives up, as a locked one does; fail makes it answer with an error.
type fakeKeychain struct {
	text []byte
	slow bool
	fail error
	sets int
}

func (k *fakeKeychain) wait(ctx context.Context) error {
	if k.slow {
		<-ctx.Done()
		return ctx.Err()
	}
	return k.fail
}

func (k *fakeKeychain) Get(ctx context.Context) ([]byte, error) {
	if err := k.wait(ctx); err != nil {
		return nil, err
	}
	if k.text == nil {
		return nil, ErrNoKey
	}
	return k.text, nil
}

func (k *fakeKeychain) Set(ctx context.Context, text []byte) error {
	if err := k.wait(ctx); err != nil {
		return err
	}
	k.text, k.sets = bytes.Clone(text), k.sets+1
	return nil
}

func (k *fakeKeychain) Delete(ctx context.Context) error {
	k.text = nil
	return k.wait(ctx)
}

func mustOpen(t *testing.T, opt Options) *Vault {
	t.Helper()
	v, err := Open(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func mustSeal(t *testing.T, v *Vault, name, plain string) []byte {
	t.Helper()
	sealed, err := v.Seal(name, []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func wantOpens(t *testing.T, v *Vault, name string, sealed []byte, want string) {
	t.Helper()
	if plain, err := v.Unseal(name, sealed); err != nil || string(plain) != want {
		t.Errorf("unseal %s: %q, %v", name, plain, err)
	}
}

func wantCode(t *testing.T, err error, want oura.Code) {
	t.Helper()
	if oura.CodeOf(err) != want {
		t.Fatalf("error %v, want code %q", err, want)
	}
}

func keyPath(t *testing.T) string { return filepath.Join(t.TempDir(), "keys", "data.key") }

func TestS36_SealedTextShowsNothingAndOpensOnlyInItsRow(t *testing.T) {
	v := mustOpen(t, Options{Keychain: &fakeKeychain{}})
	one, two := mustSeal(t, v, "token", canary), mustSeal(t, v, "token", canary)
	if bytes.Contains(one, []byte(canary)) || bytes.Equal(one, two) {
		t.Error("the sealed text shows its content or repeats itself")
	}
	wantOpens(t, v, "token", one, canary)
	for i := range one {
		flipped := bytes.Clone(one)
		flipped[i] ^= 1 << (i % 8)
		_, err := v.Unseal("token", flipped)
		wantCode(t, err, oura.CodeLocked)
	}
	_, err := v.Unseal("client_secret", one)
	wantCode(t, err, oura.CodeLocked)
	for _, short := range [][]byte{nil, one[:3], one[:markBytes], one[:markBytes+5], one[:len(one)-1]} {
		_, err := v.Unseal("token", short)
		wantCode(t, err, oura.CodeLocked)
	}
}

func TestS36_KeychainValueFitsWindows(t *testing.T) {
	chain := &fakeKeychain{}
	v := mustOpen(t, Options{Keychain: chain})
	for range 2 { // two unfinished changes of key
		err := v.Rotate(t.Context(), func(func(string, []byte) ([]byte, error)) error { return errors.New("killed") })
		if err == nil {
			t.Fatal("rotation succeeded")
		}
	}
	if n := len(chain.text); n > 2560 {
		t.Errorf("%d bytes in the keychain, Windows takes 2560", n)
	}
}

func TestS37_NoKeychainGivesKeyFile(t *testing.T) {
	path := keyPath(t)
	broken := &fakeKeychain{fail: errors.New("org.freedesktop.secrets was not provided")}
	v := mustOpen(t, Options{Keychain: broken, KeyFile: path})
	if w := v.Where(); w.Kind != KindKeyFile || w.Path != path || w.Reason == "" {
		t.Errorf("where = %+v", w)
	}
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(name); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	sealed := mustSeal(t, v, "token", canary)
	again := mustOpen(t, Options{Keychain: &fakeKeychain{}, KeyFile: path, HasSealed: true})
	wantOpens(t, again, "token", sealed, canary)
	if again.Where().Kind != KindKeyFile || again.Where().Reason == "" {
		t.Error("a keychain that came later hides that the key lies in a file")
	}
}

func TestS37_NeverANewKeyWhileSealedRowsExist(t *testing.T) {
	for name, chain := range map[string]*fakeKeychain{
		"empty": {}, "unreachable": {fail: errors.New("no bus")}, "foreign text": {text: []byte("someone else's")},
	} {
		t.Run(name, func(t *testing.T) {
			path, before := keyPath(t), string(chain.text)
			_, err := Open(t.Context(), Options{Keychain: chain, KeyFile: path, HasSealed: true})
			wantCode(t, err, oura.CodeLocked)
			if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) || chain.sets > 0 || string(chain.text) != before {
				t.Error("a key was made or overwritten")
			}
		})
	}
	_, err := Open(t.Context(), Options{KeyFile: keyPath(t), HasSealed: true})
	wantCode(t, err, oura.CodeLocked)
}

func TestF43_LockedKeychainIsWaitedForAndThenOpens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chain, path := &fakeKeychain{}, keyPath(t)
		sealed := mustSeal(t, mustOpen(t, Options{Keychain: chain, KeyFile: path}), "token", canary)
		chain.slow = true
		begin := time.Now()
		_, err := Open(t.Context(), Options{Keychain: chain, KeyFile: path, HasSealed: true})
		wantCode(t, err, oura.CodeLocked)
		if took := time.Since(begin); took != probeLimit {
			t.Errorf("waited %v, want %v", took, probeLimit)
		}
		chain.slow = false
		wantOpens(t, mustOpen(t, Options{Keychain: chain, KeyFile: path, HasSealed: true}), "token", sealed, canary)
		if chain.sets != 1 {
			t.Errorf("keychain written %d times, want once", chain.sets)
		}
	})
}

func TestF43_HangingKeychainAtFirstStartFallsBackAloud(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := mustOpen(t, Options{Keychain: &fakeKeychain{slow: true}, KeyFile: keyPath(t)})
		if v.Where().Kind != KindKeyFile || v.Where().Reason == "" {
			t.Errorf("where = %+v", v.Where())
		}
	})
}
