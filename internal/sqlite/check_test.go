package sqlite

import (
	"os"
	"path/filepath"
	"testing"
)

// copyOpen copies the files of a database that is open, as a kill leaves them.
func copyOpen(t *testing.T, path string, ends ...string) (to string) {
	t.Helper()
	to = filepath.Join(t.TempDir(), "killed.db")
	for _, end := range ends {
		text, err := os.ReadFile(path + end)
		if err == nil {
			err = os.WriteFile(to+end, text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// A machine that lost its power while the WAL was taken over leaves part of a page
// at the end of the file; the WAL has all of it.
func TestCheck_APartOfAPageCountsOnlyWithoutTheWAL(t *testing.T) {
	s := openStore(t)
	for _, id := range []string{"a", "b", "c"} {
		if _, err := s.Apply(t.Context(), testChange(id, `{"v":1}`, s.Ticket())); err != nil {
			t.Fatal(err)
		}
	}
	grow := func(path string) {
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, err = file.Write(make([]byte, 1000))
		if err != nil || file.Close() != nil {
			t.Fatal(err)
		}
	}
	with := copyOpen(t, s.Path(), "", "-wal")
	grow(with)
	if err := Check(t.Context(), with); err != nil {
		t.Errorf("with its WAL: %v", err)
	}
	whole := copyOf(t, s)
	if err := Check(t.Context(), whole); err != nil {
		t.Errorf("whole: %v", err)
	}
	grow(whole)
	if err := Check(t.Context(), whole); err != nil {
		t.Errorf("with more behind its last page: %v", err)
	}
	info, err := os.Stat(whole)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(whole, info.Size()-1100); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(whole+"-wal", []byte("of another file"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Inspect(t.Context(), whole); err == nil {
		t.Error("a backup that is cut is saved by what lies beside it")
	}
	if err := os.Remove(whole + "-wal"); err != nil {
		t.Fatal(err)
	}
	if err := Check(t.Context(), whole); !IsDamaged(err) {
		t.Errorf("cut within its last page: %v", err)
	}
}
