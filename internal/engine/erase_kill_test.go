//go:build failpoint

package engine

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"oura-streaming/internal/backup"
	"oura-streaming/internal/config"
	"oura-streaming/internal/failpoint"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

const eraseCanary = "canary-of-an-erasure-8d11"

func eraseOptions(dir string) Options {
	return Options{DataDir: filepath.Join(dir, "data"), KeyFile: filepath.Join(dir, "keys", "key"), Hosts: config.Release(), Version: "test"}
}

// TestEraseKillHelper is the program that the next test kills at its start.
func TestEraseKillHelper(t *testing.T) {
	dir := os.Getenv("ENGINE_TEST_DIR")
	if dir == "" {
		t.Skip("only of use to TestS59_KilledWhileDeleting")
	}
	e, err := Open(t.Context(), eraseOptions(dir))
	t.Fatalf("lived on: %v, %v", e, err)
}

func TestS59_KilledWhileDeletingItGoesOnAtTheNextStart(t *testing.T) {
	for _, point := range []string{"erase.key", "erase.file", "erase.file:2", "erase.file:4", "erase.files"} {
		t.Run(point, func(t *testing.T) {
			dir := t.TempDir()
			e := mustOpenEngine(t, dir)
			e.store.PutSecrets(t.Context(), map[string][]byte{"client_secret": []byte(eraseCanary)}) //nolint:errcheck // the scan below counts it
			_, err := e.store.Apply(t.Context(), sqlite.Change{
				UserID: "user-1", DataType: oura.Sleep, ObjectID: "night", Operation: oura.Create, Source: oura.SourcePoll, Data: []byte(`{"v":"` + eraseCanary + `"}`),
			})
			if err == nil {
				_, err = e.BackUp(t.Context(), backup.ByHand)
			}
			if err == nil {
				err = e.StageErase(t.Context())
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := e.Close(); err != nil {
				t.Fatal(err)
			}
			if n := filesWith(t, dir, eraseCanary); n < 2 {
				t.Fatalf("%d files hold the canary before", n)
			}
			child := exec.Command(os.Args[0], "-test.run=TestEraseKillHelper$")
			child.Env = append(os.Environ(), "ENGINE_TEST_DIR="+dir, failpoint.Variable+"="+point)
			if out, err := child.CombinedOutput(); err == nil || strings.Contains(string(out), "lived on") {
				t.Fatalf("the child was not killed: %v, %s", err, out)
			}
			e = mustOpenEngine(t, dir)
			defer e.Close() //nolint:errcheck // nothing is looked at after it
			if n := filesWith(t, dir, eraseCanary); n != 0 {
				t.Errorf("%d files hold the canary", n)
			}
			if exists(e.intentPath()) || e.hub.Seq() != 0 {
				t.Errorf("the wish is still there, or event %d", e.hub.Seq())
			}
			if !strings.Contains(fmt.Sprint(e.status.Snapshot().Troubles), status.DataErased) {
				t.Error("nobody is told")
			}
		})
	}
}

func mustOpenEngine(t *testing.T, dir string) *Engine {
	t.Helper()
	e, err := Open(t.Context(), eraseOptions(dir))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func filesWith(t *testing.T, dir, text string) (n int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if strings.Contains(string(raw), text) {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
