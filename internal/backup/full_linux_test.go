package backup

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// smallDisk mounts a file system of its own in memory.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "mode=0700,size="+size); err != nil {
		t.Skipf("no file system can be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// blind is a store that does not know how large it is, so that the disk fills up
// half way.
type blind struct{ *sqlite.Store }

func (blind) SizeBytes(context.Context) (int64, error) { return 0, nil }

// TestF05_BackupOnAFullDisk has a database of 5 MB and a disk of 8.
func TestF05_BackupOnAFullDisk(t *testing.T) {
	dir := smallDisk(t, "8m")
	s := openStore(t, filepath.Join(t.TempDir(), "store.db"))
	defer closeStore(t, s)
	grow(t, s, 5_000_000)
	k := New(filepath.Join(dir, "backups"), time.Now)
	first, err := k.Make(t.Context(), s, Daily)
	if err != nil {
		t.Fatal(err)
	}
	path, err := k.Path(first.Name)
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, store := range map[string]Store{"the space is known": s, "it fills up half way": blind{s}} {
		_, err := k.Make(t.Context(), store, Daily)
		text := oura.MessageOf(err)
		t.Logf("%s: %s", name, text)
		if oura.CodeOf(err) != oura.CodeStorage || !strings.Contains(text, "MB are needed") {
			t.Errorf("%s: %v", name, err)
		}
		if left := list(t, k.Dir()); len(left) != 2 || left[0] != first.Name || left[1] != verifiedFile {
			t.Errorf("%s: there is %q", name, left)
		}
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("the earlier backup was touched, %v", err)
	}
}

func TestF05_RestoreOnAFullDisk(t *testing.T) {
	dir := smallDisk(t, "8m")
	away := filepath.Join(t.TempDir(), "store.db")
	s := openStore(t, away)
	grow(t, s, 5_000_000)
	closeStore(t, s)
	p := newPlace(dir)
	copyFile(t, away, p.Database)
	_, err := p.Prepare(t.Context(), sqlite.Revival{Backup: away, Present: p.Database})
	if text := oura.MessageOf(err); oura.CodeOf(err) != oura.CodeStorage || !strings.Contains(text, "MB are needed") {
		t.Errorf("%v", err)
	}
	if left := list(t, dir); len(left) != 1 || left[0] != "store.db" {
		t.Errorf("there is %q", left)
	}
	if err := sqlite.Check(t.Context(), p.Database); err != nil {
		t.Error(err)
	}
}
