package private

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// wantFile checks content and rights.
func wantFile(t *testing.T, path, text string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != text {
		t.Errorf("%s: %q, %v, want %q", path, got, err, text)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode() != 0o600 {
		t.Errorf("%s has mode %v", path, info.Mode())
	}
}

func TestCreate_NeverTouchesWhatIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "note")
	if err := Create(path, []byte("first")); err != nil {
		t.Fatal(err)
	}
	if err := Create(path, []byte("second")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a file that is there: %v", err)
	}
	wantFile(t, path, "first")
	if err := Create(filepath.Join(path, "below"), nil); err == nil {
		t.Error("a file below a file")
	}
	empty := path + "-empty"
	if err := errors.Join(Create(empty, nil), Sync(empty)); err != nil {
		t.Fatal(err)
	}
	wantFile(t, empty, "")
	if err := Sync(path + "-none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("synced what is not there: %v", err)
	}
}

func TestReplace_IsTheNewOneOrTheOldOne(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "intent.json")
	for _, text := range []string{"first", "the second"} {
		if err := Replace(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		wantFile(t, path, text)
	}
	if err := os.Mkdir(filepath.Join(folder, "taken"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Replace(filepath.Join(folder, "taken"), []byte("x")); err == nil {
		t.Error("a folder was replaced")
	}
	if err := Replace(filepath.Join(folder, "none", "file"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("in a folder that is not there: %v", err)
	}
	all, err := os.ReadDir(folder)
	if err != nil || len(all) != 2 {
		t.Errorf("left behind: %v, %v", all, err)
	}
}
