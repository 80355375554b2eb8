package engine

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"oura-streaming/internal/export"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
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

// onSmallDisk is a program with an account whose data folder lies on a small disk.
func onSmallDisk(t *testing.T, size string) (sim *ourasim.Sim, p *program, dir string) {
	t.Helper()
	dir = smallDisk(t, size)
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	opt.DataDir = filepath.Join(dir, "data")
	p = start(t, sim, opt)
	p.signIn()
	return sim, p, dir
}

// TestF05F07_ADamagedDatabaseOnAFullDisk waits for room instead of beginning anew
// beside a good backup.
func TestF05F07_ADamagedDatabaseOnAFullDisk(t *testing.T) {
	sim, p, dir := onSmallDisk(t, "24m")
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
		e, err := Open(t.Context(), p.opt)
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
	p = start(t, sim, p.opt)
	if !p.hasTrouble(status.StoreDamaged) || p.engine.revived.Backup != made.Name {
		t.Errorf("%+v, note %+v", p.engine.Status().Snapshot().Troubles, p.engine.revived)
	}
	p.whole()
}

// TestF14_NoMigrationWithoutRoomForTheBackup refuses the start until there is room.
func TestF14_NoMigrationWithoutRoomForTheBackup(t *testing.T) {
	dir := smallDisk(t, "8m")
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	opt.DataDir = filepath.Join(dir, "data")
	path := outdated(t, opt, 4)
	execOn(t, path, `INSERT INTO secret (name, sealed) VALUES ('large', randomblob(3000000))`)
	before, err := os.ReadFile(path)
	must(t, err)
	ballast := filepath.Join(dir, "ballast")
	leave(t, ballast, 2_000_000)
	if e, err := Open(t.Context(), opt); oura.CodeOf(err) != oura.CodeStorage || !strings.Contains(oura.MessageOf(err), "MB are needed") {
		t.Fatalf("%v, %v", e, err)
	}
	if now, err := os.ReadFile(path); err != nil || string(now) != string(before) {
		t.Errorf("the database was touched, %v", err)
	}
	must(t, os.Remove(ballast))
	e, err := Open(t.Context(), opt)
	must(t, err)
	if all, err := e.backups.List(); err != nil || len(all) != 1 {
		t.Errorf("%+v, %v", all, err)
	}
	must(t, e.Close())
}

// TestF05_AScheduledExportOnAFullDisk leaves nothing of the export that did not fit
// and keeps the one before; with room again it is made.
func TestF05_AScheduledExportOnAFullDisk(t *testing.T) {
	for _, r := range []export.Request{{Format: export.JSONL, Kind: export.Documents}, {Format: export.CSV, Kind: export.Events}, {Format: export.SQLite}} {
		t.Run(string(r.Format), func(t *testing.T) {
			p := newPlanned(t)
			p.folder = smallDisk(t, "8m")
			must(t, p.SetExportFolder(t.Context(), p.folder))
			must(t, p.SetExportPlan(t.Context(), ExportPlan{Every: ExportDaily, Request: r, Keep: 3}))
			p.after(0, 1)
			earlier := p.own()
			before, err := os.ReadFile(filepath.Join(p.folder, earlier[0]))
			must(t, err)
			tags(t, p.store, 3_000)
			ballast := filepath.Join(p.folder, "ballast")
			leave(t, ballast, 8_192)
			p.after(24*time.Hour, 1)
			trouble := p.trouble()
			if trouble == nil || !strings.Contains(trouble.Text, "disk is full") || !strings.Contains(trouble.Text, "MB") {
				t.Fatalf("trouble %+v", trouble)
			}
			if there := files(t, p.folder); len(there) != 2 { // the earlier one and the ballast
				t.Errorf("there is %q", there)
			}
			if now, err := os.ReadFile(filepath.Join(p.folder, earlier[0])); err != nil || string(now) != string(before) {
				t.Errorf("the earlier one was touched, %v", err)
			}
			must(t, os.Remove(ballast))
			p.after(5*time.Minute, 2)
			if p.trouble() != nil {
				t.Errorf("trouble %+v after it went well", p.trouble())
			}
		})
	}
}

// leave fills the disk until about that many bytes are free.
func leave(t *testing.T, path string, free uint64) {
	t.Helper()
	var st syscall.Statfs_t
	must(t, syscall.Statfs(filepath.Dir(path), &st))
	must(t, os.WriteFile(path, make([]byte, st.Bavail*uint64(st.Bsize)-free), 0o600)) //nolint:gosec // sizes are positive
}
