package vault

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
)

func TestS59_TheKeyGoesFromBothPlaces(t *testing.T) {
	chain := &fakeKeychain{}
	path := filepath.Join(t.TempDir(), "keys", "a.key")
	opt := Options{Keychain: chain, KeyFile: path}
	if err := Forget(t.Context(), opt); err != nil {
		t.Errorf("before there is one: %v", err)
	}
	mustOpen(t, opt)
	mustOpen(t, Options{KeyFile: path})
	other := filepath.Join(filepath.Dir(path), "b.key") // of another data folder
	for _, name := range []string{path + ".abc.tmp", other} {
		if err := os.WriteFile(name, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := Forget(t.Context(), opt); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if err != nil || len(left) != 1 || left[0] != other || chain.text != nil {
		t.Errorf("left are %q and %q in the keychain, %v", left, chain.text, err)
	}
}

func TestS59_ALockedKeychainIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := keyPath(t)
		mustOpen(t, Options{KeyFile: path})
		err := Forget(t.Context(), Options{KeyFile: path, Keychain: &fakeKeychain{slow: true}})
		if err == nil {
			t.Error("nobody is told that the keychain did not answer")
		}
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the key file stayed: %v", err)
		}
	})
}
