//go:build unix

package sqlite

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"oura-streaming/internal/oura"
)

func TestS40_FilesArePrivateUnderUmask022(t *testing.T) {
	old := syscall.Umask(0o022)
	defer syscall.Umask(old)
	path := filepath.Join(t.TempDir(), "data", "oura_streaming.db")
	s := openAt(t, path)
	if _, err := s.Apply(t.Context(), testChange("o", `{"v":1}`, 1)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.LastSeq(t.Context()); err != nil {
		t.Fatal(err)
	}
	checkModes(t, path)
}

func TestS40_LooseModesAreTightenedAtOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "oura_streaming.db")
	first := openAt(t, path) // keeps -wal and -shm in place
	if _, err := first.Apply(t.Context(), testChange("o", `{"v":1}`, 1)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		mustChmod(t, name, 0o666)
	}
	mustChmod(t, filepath.Dir(path), 0o777)
	openAt(t, path)
	checkModes(t, path)
}

func checkModes(t *testing.T, path string) {
	t.Helper()
	want := map[string]fs.FileMode{filepath.Dir(path): 0o700, path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600}
	for name, mode := range want {
		info, err := os.Stat(name)
		if err != nil {
			t.Error(err)
		} else if info.Mode().Perm() != mode {
			t.Errorf("%s has mode %v, want %v", filepath.Base(name), info.Mode().Perm(), mode)
		}
	}
}

func mustChmod(t *testing.T, name string, mode fs.FileMode) {
	t.Helper()
	if err := os.Chmod(name, mode); err != nil {
		t.Fatal(err)
	}
}

func TestS41_SymlinkIsRefused(t *testing.T) {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		t.Run("db"+suffix, func(t *testing.T) {
			dir := t.TempDir()
			target, path := filepath.Join(dir, "target"), filepath.Join(dir, "data", "oura_streaming.db")
			if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(target, path+suffix); err != nil {
				t.Fatal(err)
			}
			checkRefused(t, path)
			if _, err := os.Lstat(target); err == nil {
				t.Error("the symlink's target was created")
			}
		})
	}
}

func TestS41_ForeignOwnerIsRefused(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	path := filepath.Join(t.TempDir(), "oura_streaming.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(path, 54321, -1); err != nil {
		t.Fatal(err)
	}
	checkRefused(t, path)
	if info, err := os.Stat(path); err != nil || info.Size() != 0 {
		t.Errorf("the refused file was written: %v, %v", info, err)
	}
}

func checkRefused(t *testing.T, path string) {
	t.Helper()
	s, err := Open(t.Context(), path, Options{})
	if err == nil {
		_ = s.Close()
		t.Fatal("opened")
	}
	if oura.CodeOf(err) != oura.CodeStorage {
		t.Errorf("code %s: %v", oura.CodeOf(err), err)
	}
}

func TestOpen_SharedFolderIsRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shared")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	mustChmod(t, dir, 0o777|fs.ModeSticky)
	checkRefused(t, filepath.Join(dir, "x.db"))
}
