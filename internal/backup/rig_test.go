package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

func openStore(t testing.TB, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func closeStore(t testing.TB, s *sqlite.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// change is a document with about size bytes of text.
func change(s *sqlite.Store, id string, size int) sqlite.Change {
	rnd := rand.New(rand.NewPCG(uint64(len(id)), uint64(size)))
	numbers := make([]int, size/7)
	for i := range numbers {
		numbers[i] = rnd.IntN(900_000) + 100_000
	}
	text, err := json.Marshal(map[string]any{"id": id, "day": "2026-11-22", "values": numbers})
	if err != nil {
		panic(err) // numbers always marshal
	}
	return sqlite.Change{
		UserID: "user-1", DataType: oura.DailySleep, ObjectID: id, Day: "2026-11-22", Operation: oura.Create, Source: oura.SourceBackfill,
		Timestamp: "2026-11-22T06:12:31+00:00", ReceivedAt: time.Now(), Data: text, Ticket: s.Ticket(),
	}
}

// grow stores documents of 30 kB until the database has about size bytes.
func grow(t testing.TB, s *sqlite.Store, size int64) {
	t.Helper()
	for n := 0; ; n++ {
		batch := make([]sqlite.Change, min(100, size/60_000+1))
		for i := range batch {
			batch[i] = change(s, fmt.Sprintf("doc-%d-%d", n, i), 30_000)
		}
		if _, err := s.Apply(t.Context(), batch...); err != nil {
			t.Fatal(err)
		}
		if have, err := s.SizeBytes(t.Context()); err != nil || have >= size {
			if err != nil {
				t.Fatal(err)
			}
			return
		}
	}
}

// copyFile is cp.
func copyFile(t testing.TB, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// list returns the names of what lies in a folder.
func list(t testing.TB, dir string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

// shared is the large database that several tests copy.
var shared struct {
	once sync.Once
	path string
}

// largeFile returns a closed database of the large size. Do not change it.
func largeFile(t testing.TB) string {
	t.Helper()
	shared.once.Do(func() {
		path := filepath.Join(filepath.Dir(shared.path), "large.db")
		s := openStore(t, path)
		grow(t, s, large())
		closeStore(t, s)
		shared.path = path
	})
	return shared.path
}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "backup-test-")
	if err != nil {
		panic(err)
	}
	shared.path = filepath.Join(dir, "none")
	code := m.Run()
	_ = os.RemoveAll(dir) // only of use to these tests
	os.Exit(code)
}

// large is the size of the database of F-07 and F-15, less where the race detector
// slows everything down.
func large() int64 {
	if raceDetector {
		return 20_000_000
	}
	return 100_000_000
}

func newPlace(dir string) Place {
	return Place{Database: filepath.Join(dir, "store.db"), Aside: filepath.Join(dir, "set-aside"), Now: time.Now}
}
