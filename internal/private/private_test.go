package private

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
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

func TestSweep_RemovesOnlyWhatAKilledReplaceLeft(t *testing.T) {
	dir := t.TempDir()
	text := "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	old := []string{
		"values.csv", Unfinished, Unfinished + "notes.txt", Unfinished + text + "A", Unfinished + text[1:], "x" + Unfinished + text,
		Unfinished + "abcdefghijklmnopqrstuvwxyz", Unfinished + "1" + text[1:],
	}
	long := time.Now().Add(-2 * time.Hour)
	put := func(name string, at time.Time) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := errors.Join(Create(path, nil), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range old {
		put(name, long)
	}
	put(Unfinished+text, long)
	young := Unfinished + "7" + text[1:]
	put(young, time.Now())
	folder := Unfinished + "2" + text[1:]
	if err := errors.Join(os.Mkdir(filepath.Join(dir, folder), 0o700), os.Chtimes(filepath.Join(dir, folder), long, long)); err != nil {
		t.Fatal(err)
	}
	if err := Sweep(dir, time.Now().Add(-time.Hour)); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(filepath.Join(dir, Unfinished+text)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what was left is there: %v", err)
	}
	for _, name := range append(old, young, folder) {
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	if err := Sweep(filepath.Join(dir, "none"), time.Now()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("of a folder that is not there: %v", err)
	}
}
