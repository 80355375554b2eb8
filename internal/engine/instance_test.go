package engine

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

func TestClaim_SecondStartShowsTheFirst(t *testing.T) {
	dir := t.TempDir()
	first, err := Claim(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Claim(dir); !errors.Is(err, ErrRunning) {
		t.Fatalf("second claim: %v, want ErrRunning", err)
	}
	select {
	case <-first.Shown():
	case <-time.After(5 * time.Second):
		t.Error("the first instance was not asked to show itself")
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	again, err := Claim(dir)
	if err != nil {
		t.Fatalf("claim after release: %v", err)
	}
	if err := again.Release(); err != nil {
		t.Error(err)
	}
}

func TestS41_LockAndInstanceFileAreNotFollowed(t *testing.T) {
	for _, name := range []string{lockFile, instanceFile} {
		t.Run(name, func(t *testing.T) {
			dir, target := t.TempDir(), filepath.Join(t.TempDir(), "victim")
			if err := os.WriteFile(target, []byte("precious"), 0o644); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			if _, err := Claim(dir); oura.CodeOf(err) != oura.CodeStorage {
				t.Errorf("err = %v, want code storage", err)
			}
			if text, err := os.ReadFile(target); string(text) != "precious" || err != nil {
				t.Errorf("the link's target holds %q now (%v)", text, err)
			}
		})
	}
}

func TestS40_FolderAndInstanceFileAreTightened(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, instanceFile), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	i, err := Claim(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := i.Release(); err != nil {
			t.Error(err)
		}
	}()
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, instanceFile): 0o600, filepath.Join(dir, lockFile): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, want %v", path, info.Mode().Perm(), err, want)
		}
	}
}

func TestClaim_UnusableFolderGetsASentence(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{
		"a file in the folder's place":  file,
		"a folder below a file":         filepath.Join(file, "data"),
		"a folder that takes no files":  "/proc/oura-streaming",
		"a read-only place in the tree": "/sys/oura-streaming",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Claim(dir)
			if oura.CodeOf(err) != oura.CodeStorage || len(oura.MessageOf(err)) < 40 {
				t.Errorf("err = %v, want code storage with a sentence", err)
			}
		})
	}
}
