package backup

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"oura-streaming/internal/private"
	"oura-streaming/internal/sqlite"
)

// twoLives makes a backup in dir and a database that has one document more.
func twoLives(t *testing.T, dir string) (p Place, backup string) {
	t.Helper()
	p = newPlace(dir)
	s := openStore(t, p.Database)
	if _, err := s.Apply(t.Context(), change(s, "old", 500)); err != nil {
		t.Fatal(err)
	}
	backup = filepath.Join(dir, "backup.db")
	if err := private.Create(backup, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.CopyTo(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Apply(t.Context(), change(s, "new", 500)); err != nil {
		t.Fatal(err)
	}
	closeStore(t, s)
	return p, backup
}

// documentsOf opens a database and returns how many documents it has.
func documentsOf(t *testing.T, path string) int64 {
	t.Helper()
	if err := sqlite.Check(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	s := openStore(t, path)
	defer closeStore(t, s)
	n, err := s.CountEvents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestPlace_TheOldFileIsSetAside(t *testing.T) {
	dir := t.TempDir()
	p, backup := twoLives(t, dir)
	for _, end := range []string{"-wal", "-shm"} { // as a crash leaves them
		if err := os.WriteFile(p.Database+end, []byte("left over"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if done, err := p.Finish(); done || err != nil {
		t.Fatal("there was nothing to finish", done, err)
	}
	for range 2 {
		if _, err := p.Prepare(t.Context(), sqlite.Revival{Backup: backup}); err != nil {
			t.Fatal(err)
		}
		if done, err := p.Finish(); !done || err != nil {
			t.Fatal(done, err)
		}
		if got := list(t, dir); !slices.Equal(got, []string{"backup.db", "set-aside", "store.db"}) {
			t.Errorf("there is %q", got)
		}
	}
	if n := documentsOf(t, p.Database); n != 1 {
		t.Errorf("%d events", n)
	}
	var all []string
	for _, folder := range list(t, p.Aside) {
		all = append(all, list(t, filepath.Join(p.Aside, folder))...)
	}
	if len(all) != 4 { // the two databases, and what lay beside the first
		t.Errorf("set aside: %q", all)
	}
}

func TestF10_AnOldWALIsSetAside(t *testing.T) {
	p, _ := twoLives(t, t.TempDir())
	if p.HasWAL() {
		t.Fatal("there is a WAL after a clean end")
	}
	if err := os.WriteFile(p.Database+"-wal", []byte("of another database"), 0o600); err != nil {
		t.Fatal(err)
	}
	if !p.HasWAL() {
		t.Fatal("the WAL is not seen")
	}
	if err := p.SetWALAside(); err != nil || p.HasWAL() {
		t.Fatal(err)
	}
	if n := documentsOf(t, p.Database); n != 2 {
		t.Errorf("%d events", n)
	}
	if got := list(t, p.Aside); len(got) != 1 {
		t.Errorf("set aside: %q", got)
	}
}

func TestF10_ACopyBesideAWALIsSeen(t *testing.T) {
	p, copied := twoLives(t, t.TempDir())
	s := openStore(t, p.Database)
	defer closeStore(t, s)
	if err := s.Audit(t.Context(), "opened", ""); err != nil {
		t.Fatal(err)
	}
	other := newPlace(t.TempDir())
	for _, end := range []string{"", "-wal"} {
		copyFile(t, p.Database+end, other.Database+end)
	}
	if other.IsCopy() {
		t.Error("its own WAL is taken for another's")
	}
	copyFile(t, copied, other.Database)
	if !other.IsCopy() {
		t.Error("a copy beside a WAL is not seen")
	}
}

func TestF08_LookTellsMissingFromEmpty(t *testing.T) {
	p := newPlace(t.TempDir())
	want := func(state State) {
		t.Helper()
		if got, err := p.Look(); got != state || err != nil {
			t.Errorf("%v, %v, want %v", got, err, state)
		}
	}
	want(Missing)
	if err := os.WriteFile(p.Database, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	want(Empty)
	if err := os.WriteFile(p.Database, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	want(Present)
}

func TestMark_IsKeptAndSurvivesNonsense(t *testing.T) {
	dir := t.TempDir()
	if _, ok, err := ReadMark(dir); ok || err != nil || Marked(dir) {
		t.Error("a mark before there was one", err)
	}
	want := Mark{Seq: 12, Ticket: 34, Open: true}
	if err := want.Write(dir); err != nil {
		t.Fatal(err)
	}
	if got, ok, err := ReadMark(dir); got != want || !ok || err != nil || !Marked(dir) {
		t.Errorf("%+v, %v, %v", got, ok, err)
	}
	if err := os.WriteFile(filepath.Join(dir, markFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := ReadMark(dir); !ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
}
