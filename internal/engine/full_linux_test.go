package engine

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/status"
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

// TestF05F07_ADamagedDatabaseOnAFullDisk waits for room instead of beginning anew
// beside a good backup.
func TestF05F07_ADamagedDatabaseOnAFullDisk(t *testing.T) {
	dir := smallDisk(t, "24m")
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	opt.DataDir = filepath.Join(dir, "data")
	p := start(t, sim, opt)
	p.signIn()
	p.put(document(oura.Workout, "first", 1))
	p.whole()
	large := make([]byte, 4_000_000)
	_, _ = rand.Read(large) // never fails
	must(t, p.engine.store.PutSecrets(t.Context(), map[string][]byte{"large": large}))
	made, path := p.backUp(), p.engine.databasePath()
	p.stop()
	overwrite(t, path, 0, 100)
	damaged, err := os.ReadFile(path)
	must(t, err)
	ballast := filepath.Join(dir, "ballast")
	leave(t, ballast, 3_000_000) // enough for an empty store
	for range 2 {
		e, err := Open(t.Context(), opt)
		if err == nil {
			must(t, e.Close())
			t.Fatal("it began anew")
		}
		if text := oura.MessageOf(err); oura.CodeOf(err) != oura.CodeStorage || !strings.Contains(text, "MB are needed") {
			t.Errorf("%v", err)
		}
		if now, err := os.ReadFile(path); err != nil || string(now) != string(damaged) {
			t.Errorf("the damaged file was touched, %v", err)
		}
	}
	must(t, os.Remove(ballast))
	p = start(t, sim, opt)
	if !p.hasTrouble(status.StoreDamaged) || p.engine.revived.Backup != made.Name {
		t.Errorf("%+v, note %+v", p.engine.Status().Snapshot().Troubles, p.engine.revived)
	}
	p.whole()
}

// leave fills the disk until about that many bytes are free.
func leave(t *testing.T, path string, free uint64) {
	t.Helper()
	var st syscall.Statfs_t
	must(t, syscall.Statfs(filepath.Dir(path), &st))
	must(t, os.WriteFile(path, make([]byte, st.Bavail*uint64(st.Bsize)-free), 0o600)) //nolint:gosec // sizes are positive
}
