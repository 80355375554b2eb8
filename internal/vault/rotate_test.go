package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"oura-streaming/internal/failpoint"
	"oura-streaming/internal/oura"
)

func TestS21_RotateForgetsTheOldKey(t *testing.T) {
	chain := &fakeKeychain{}
	v := mustOpen(t, Options{Keychain: chain})
	gone, stays := mustSeal(t, v, "token", canary), mustSeal(t, v, "client_secret", "stays")
	before := bytes.Clone(chain.text)
	err := v.Rotate(t.Context(), func(seal func(string, []byte) ([]byte, error)) (err error) {
		wantOpens(t, v, "client_secret", stays, "stays")
		stays, err = seal("client_secret", []byte("stays"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = v.Unseal("token", gone)
	wantCode(t, err, oura.CodeLocked)
	oldKey := bytes.TrimPrefix(before, []byte(keysPrefix+"."))
	if bytes.Contains(chain.text, oldKey) {
		t.Error("the old key is still in the keychain")
	}
	again := mustOpen(t, Options{Keychain: chain, HasSealed: true})
	wantOpens(t, again, "client_secret", stays, "stays")
	wantOpens(t, again, "new", mustSeal(t, v, "new", "row"), "row")
}

func TestS21_RotationInterruptedKeepsEverythingReadable(t *testing.T) {
	path := keyPath(t)
	v := mustOpen(t, Options{KeyFile: path})
	old := mustSeal(t, v, "client_secret", "stays")
	err := v.Rotate(t.Context(), func(func(string, []byte) ([]byte, error)) error { return errors.New("disk full") })
	if err == nil {
		t.Fatal("rotation succeeded although resealing failed")
	}
	again := mustOpen(t, Options{KeyFile: path, HasSealed: true})
	wantOpens(t, again, "client_secret", old, "stays")
	if !again.Unfinished() {
		t.Error("nobody would finish the change of key")
	}
	err = again.Rotate(t.Context(), func(seal func(string, []byte) ([]byte, error)) (err error) {
		old, err = seal("client_secret", []byte("stays"))
		return err
	})
	if err != nil || again.Unfinished() {
		t.Fatalf("second try: %v, unfinished %v", err, again.Unfinished())
	}
	wantOpens(t, mustOpen(t, Options{KeyFile: path, HasSealed: true}), "client_secret", old, "stays")
}

func TestS21_RotateWithAClosedKeychainChangesNothing(t *testing.T) {
	chain := &fakeKeychain{}
	v := mustOpen(t, Options{Keychain: chain})
	row := mustSeal(t, v, "client_secret", "stays")
	chain.fail = errors.New("locked")
	err := v.Rotate(t.Context(), func(func(string, []byte) ([]byte, error)) error {
		t.Error("rows were resealed with a key that is not saved")
		return nil
	})
	wantCode(t, err, oura.CodeLocked)
	wantOpens(t, v, "client_secret", row, "stays")
}

// TestMain lets the test binary play other programs: OURA_VAULT_CHILD names the
// folder of one that is killed while it changes its key.
func TestMain(m *testing.M) {
	play, folder := rotateChild, os.Getenv("OURA_VAULT_CHILD")
	if folder == "" {
		play, folder = desktopChild, os.Getenv(asDesktopProgram)
	}
	if folder == "" {
		os.Exit(m.Run())
	}
	if err := play(folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// asDesktopProgram names the folder of one that asks the keychain of its desktop.
const asDesktopProgram = "OURA_VAULT_DESKTOP"

// desktopChild is given by the systems on which a keychain can be pretended.
var desktopChild = func(string) error { return errors.New("no keychain to pretend here") }

func rotateChild(folder string) error {
	ctx := context.Background()
	v, err := Open(ctx, Options{KeyFile: filepath.Join(folder, "data.key"), HasSealed: true})
	if err != nil {
		return err
	}
	row := filepath.Join(folder, "row")
	return v.Rotate(ctx, func(seal func(string, []byte) ([]byte, error)) error {
		old, err := os.ReadFile(row)
		if err != nil {
			return err
		}
		plain, err := v.Unseal("client_secret", old)
		if err != nil {
			return err
		}
		sealed, err := seal("client_secret", plain)
		if err != nil {
			return err
		}
		return os.WriteFile(row, sealed, 0o600)
	})
}

func TestS21_RotationKilledAtEachStep(t *testing.T) {
	if !failpoint.Enabled {
		t.Skip("needs a build with -tags failpoint, which can end itself in the middle of a rotation")
	}
	for _, place := range []string{"vault.both", "vault.resealed"} {
		t.Run(place, func(t *testing.T) {
			folder := t.TempDir()
			key, row := filepath.Join(folder, "data.key"), filepath.Join(folder, "row")
			sealed := mustSeal(t, mustOpen(t, Options{KeyFile: key}), "client_secret", "stays")
			if err := os.WriteFile(row, sealed, 0o600); err != nil {
				t.Fatal(err)
			}
			for _, point := range []string{place, ""} { // killed, then finished
				cmd := exec.Command(os.Args[0])
				cmd.Env = append(os.Environ(), "OURA_VAULT_CHILD="+folder, failpoint.Variable+"="+point)
				out, err := cmd.CombinedOutput()
				if killed := err != nil; killed != (point != "") {
					t.Fatalf("child with failpoint %q: %v\n%s", point, err, out)
				}
				v := mustOpen(t, Options{KeyFile: key, HasSealed: true})
				text, err := os.ReadFile(row)
				if err != nil {
					t.Fatal(err)
				}
				wantOpens(t, v, "client_secret", text, "stays")
				if v.Unfinished() != (point != "") {
					t.Errorf("after failpoint %q: unfinished = %v", point, v.Unfinished())
				}
			}
		})
	}
}
