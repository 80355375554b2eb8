//go:build failpoint

package backup

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"oura-streaming/internal/failpoint"
	"oura-streaming/internal/sqlite"
)

// TestKillHelper is the program that the next test kills.
func TestKillHelper(t *testing.T) {
	dir := os.Getenv("BACKUP_TEST_DIR")
	if dir == "" {
		t.Skip("only of use to TestRestore_KilledAnywhere")
	}
	p := newPlace(dir)
	if _, err := p.Prepare(context.Background(), sqlite.Revival{Backup: filepath.Join(dir, "backup.db"), Present: p.Database}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Finish(); err != nil {
		t.Fatal(err)
	}
}

// TestRestore_KilledAnywhere kills a restore at each of its steps: afterwards the
// old database is there, or the new one, complete.
func TestRestore_KilledAnywhere(t *testing.T) {
	for point, want := range map[string]int64{ // events: the old one has two, the new one has one
		"restore.made": 2, "restore.ready": 1, "restore.moved": 1, "restore.moved:2": 1, "restore.moved:3": 1, "restore.aside": 1, "restore.done": 1,
	} {
		t.Run(point, func(t *testing.T) {
			dir := t.TempDir()
			p, _ := twoLives(t, dir)
			leftOpen(t, dir)
			child := exec.Command(os.Args[0], "-test.run=TestKillHelper")
			child.Env = append(os.Environ(), "BACKUP_TEST_DIR="+dir, failpoint.Variable+"="+point)
			if out, err := child.CombinedOutput(); err == nil {
				t.Fatalf("the child was not killed: %s", out)
			}
			if _, err := p.Finish(); err != nil { // as the next start does
				t.Fatal(err)
			}
			if n := documentsOf(t, p.Database); n != want {
				t.Errorf("%d events, want %d", n, want)
			}
		})
	}
}

// leftOpen leaves a WAL and its index beside the database, with nothing in them
// that is not in the database too.
func leftOpen(t *testing.T, dir string) {
	t.Helper()
	p := newPlace(dir)
	s := openStore(t, p.Database)
	if err := s.Audit(t.Context(), "opened", ""); err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{"-wal", "-shm"} {
		copyFile(t, p.Database+end, filepath.Join(dir, "kept"+end))
	}
	closeStore(t, s)
	for _, end := range []string{"-wal", "-shm"} {
		copyFile(t, filepath.Join(dir, "kept"+end), p.Database+end)
	}
}
