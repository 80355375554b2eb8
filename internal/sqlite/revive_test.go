package sqlite

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// reviveFrom makes a store from a backup and the present file.
func reviveFrom(t *testing.T, r Revival) (*Store, Carried) {
	t.Helper()
	r.To = filepath.Join(t.TempDir(), "next.db")
	if err := os.WriteFile(r.To, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Revive(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if beside, err := filepath.Glob(r.To + "?*"); err != nil || len(beside) > 0 {
		t.Errorf("left beside it: %q, %v", beside, err)
	}
	return openAt(t, r.To), c
}

// lifeOf fills a store that was backed up in the middle of its life.
func lifeOf(t *testing.T, s *Store) (backup string, replayed Delivery) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.PutSecrets(t.Context(), map[string][]byte{"token": []byte("old"), "gone": []byte("old")}))
	must(s.SaveAccount(t.Context(), Account{UserID: "user-1", TokenURL: "old", ConnectedAt: time.UnixMilli(1)}, nil))
	_, err := s.Apply(t.Context(), testChange("before", `{"v":1}`, s.Ticket()))
	must(err)
	backup = copyOf(t, s)
	must(s.PutSecrets(t.Context(), map[string][]byte{"token": []byte("new"), "gone": nil}))
	must(s.SaveAccount(t.Context(), Account{UserID: "user-1", TokenURL: "new", ConnectedAt: time.UnixMilli(2)}, nil))
	must(s.PutSettings(t.Context(), map[string]string{"theme": `"dark"`}))
	must(s.Audit(t.Context(), "made", "after the backup"))
	for range 100 {
		s.Ticket()
	}
	for _, v := range []string{`{"v":2}`, `{"v":3}`} {
		_, err := s.Apply(t.Context(), testChange("after", v, s.Ticket()))
		must(err)
	}
	for n := range 3 {
		replayed = testDelivery(n)
		replayed.Fetch = []FetchState{FetchPending, FetchDone, FetchDone}[n]
		_, _, err := s.InsertDelivery(t.Context(), replayed)
		must(err)
	}
	return backup, replayed
}

func TestRevive_KeepsWhatIsWorthMoreThanTheCopy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oura_streaming.db")
	s := openAt(t, path)
	backup, replayed := lifeOf(t, s)
	next, c := reviveFrom(t, Revival{Backup: backup, Present: path, Note: func(Carried) string { return "why" }})
	if !c.All() {
		t.Errorf("carried over: %q", c.Tables)
	}
	if sealed, ok, err := next.Secret(t.Context(), "token"); !ok || string(sealed) != "new" || err != nil {
		t.Errorf("token %q, %v", sealed, err)
	}
	if _, ok, err := next.Secret(t.Context(), "gone"); ok || err != nil {
		t.Errorf("a secret that was deleted is back, %v", err)
	}
	if a, ok, err := next.Account(t.Context()); !ok || a.TokenURL != "new" || err != nil {
		t.Errorf("account %+v, %v", a, err)
	}
	settings, err := next.Settings(t.Context())
	if err != nil || settings["theme"] != `"dark"` || settings[NoteRevived] != `"why"` {
		t.Errorf("settings %v, %v", settings, err)
	}
	if n := countRows(t, next, "audit"); n != 1 {
		t.Errorf("%d lines of audit", n)
	}
	if _, isNew, err := next.InsertDelivery(t.Context(), replayed); isNew || err != nil {
		t.Errorf("a delivery that was known is new, %v", err)
	}
	if due, err := next.Deliveries(t.Context(), DeliveryFilter{Fetch: FetchPending}); err != nil || len(due) != 1 {
		t.Errorf("%d deliveries wait, %v", len(due), err)
	}
}

func TestRevive_NumbersNeverGoBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oura_streaming.db")
	s := openAt(t, path)
	backup, _ := lifeOf(t, s)
	last, err := s.LastSeq(t.Context())
	if err != nil || last != 3 {
		t.Fatal(last, err)
	}
	newest, err := s.Deliveries(t.Context(), DeliveryFilter{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]Revival{
		"the present file is there": {Backup: backup, Present: path},
		"it is not":                 {Backup: backup, Seq: last, Ticket: s.LastTicket()},
		"nothing else is there":     {Seq: last, Ticket: s.LastTicket()},
		"no backup is there":        {Present: path},
	} {
		t.Run(name, func(t *testing.T) {
			next, _ := reviveFrom(t, r)
			ticket := next.Ticket()
			if ticket <= s.LastTicket() {
				t.Errorf("ticket %d after %d", ticket, s.LastTicket())
			}
			a, err := next.Apply(t.Context(), testChange("later", `{"v":4}`, ticket))
			if err != nil || a[0].Seq <= last {
				t.Errorf("event %+v after %d, %v", a, last, err)
			}
			if r.Present == "" {
				return
			}
			if id, _, err := next.InsertDelivery(t.Context(), testDelivery(99)); err != nil || id <= newest[0].ID {
				t.Errorf("delivery %d after %d, %v", id, newest[0].ID, err)
			}
		})
	}
}

// What cannot be read of a damaged file is taken from the copy; the rest is
// carried over all the same.
func TestRevive_OfADamagedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oura_streaming.db")
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	backup, _ := lifeOf(t, s)
	var root int64
	if err := s.readers.one(t.Context(), `SELECT rootpage FROM sqlite_schema WHERE name = 'secret'`, nil, &root); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteAt(make([]byte, 4096), (root-1)*4096); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Check(t.Context(), path); !IsDamaged(err) {
		t.Fatalf("the check says %v", err)
	}
	next, c := reviveFrom(t, Revival{Backup: backup, Present: path})
	if c.All() || slices.Contains(c.Tables, "secret") || !slices.Contains(c.Tables, "setting") {
		t.Errorf("carried over: %q", c.Tables)
	}
	if sealed, ok, err := next.Secret(t.Context(), "token"); !ok || string(sealed) != "old" || err != nil {
		t.Errorf("token %q, %v", sealed, err)
	}
	if settings, err := next.Settings(t.Context()); err != nil || settings["theme"] != `"dark"` {
		t.Errorf("settings %v, %v", settings, err)
	}
}

func TestLift_GoesOnAbove(t *testing.T) {
	s := openStore(t)
	for _, seq := range []int64{500, 20} { // the lower one changes nothing
		if err := s.Lift(t.Context(), seq, 2*seq); err != nil {
			t.Fatal(err)
		}
	}
	a, err := s.Apply(t.Context(), testChange("x", `{}`, s.Ticket()))
	if err != nil || a[0].Seq != 501 || s.LastTicket() != 1001 {
		t.Errorf("event %+v, ticket %d, %v", a, s.LastTicket(), err)
	}
}
