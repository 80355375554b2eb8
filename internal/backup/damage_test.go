package backup

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"oura-streaming/internal/sqlite"
)

const pageSize = 4096

// damages are the six kinds of F-07.
var damages = []struct {
	name string
	do   func(t *testing.T, file *os.File, size int64)
}{
	{"the header is overwritten", func(t *testing.T, file *os.File, _ int64) { write(t, file, 0, noise(100)) }},
	{"a page is overwritten", func(t *testing.T, file *os.File, size int64) { write(t, file, middle(size), noise(pageSize)) }},
	{"a page is zeroed", func(t *testing.T, file *os.File, size int64) {
		write(t, file, leafAfter(t, file, middle(size)), make([]byte, pageSize))
	}},
	{"the end is cut off", func(t *testing.T, file *os.File, size int64) { cut(t, file, middle(size)) }},
	{"it is cut within a page", func(t *testing.T, file *os.File, size int64) { cut(t, file, size-pageSize/2) }},
	{"the schema is overwritten", func(t *testing.T, file *os.File, _ int64) { write(t, file, 100, noise(pageSize-100)) }},
}

func middle(size int64) int64 { return size / pageSize / 2 * pageSize }

func noise(n int) []byte {
	rnd := rand.New(rand.NewPCG(7, 7))
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(rnd.Uint32())
	}
	return out
}

func write(t *testing.T, file *os.File, at int64, text []byte) {
	t.Helper()
	if _, err := file.WriteAt(text, at); err != nil {
		t.Fatal(err)
	}
}

func cut(t *testing.T, file *os.File, size int64) {
	t.Helper()
	if err := file.Truncate(size); err != nil {
		t.Fatal(err)
	}
}

// leafAfter finds a leaf page of a table: one that is in use.
func leafAfter(t *testing.T, file *os.File, at int64) int64 {
	t.Helper()
	head := make([]byte, 1)
	for ; ; at += pageSize {
		if _, err := file.ReadAt(head, at); err != nil {
			t.Fatal(err)
		}
		if head[0] == 0x0d {
			return at
		}
	}
}

// hurt damages the file at path.
func hurt(t *testing.T, path string, do func(*testing.T, *os.File, int64)) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	do(t, file, info.Size())
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestF07_DamageIsFound damages a file of 100 MB in six ways.
func TestF07_DamageIsFound(t *testing.T) {
	sound := largeFile(t)
	began := time.Now()
	if err := sqlite.Check(t.Context(), sound); err != nil {
		t.Fatal(err)
	}
	t.Logf("a sound file is read through in %v", time.Since(began))
	for _, d := range damages {
		t.Run(d.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store.db")
			copyFile(t, sound, path)
			hurt(t, path, d.do)
			began := time.Now()
			err := sqlite.Check(t.Context(), path)
			took := time.Since(began)
			t.Logf("found after %v: %v", took, err)
			if !sqlite.IsDamaged(err) || took > 10*time.Second {
				t.Errorf("%v after %v; want it found within 1 s on a free machine", err, took)
			}
		})
	}
}

func TestCheck_EndsWithItsContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s := openStore(t, path)
	grow(t, s, 2_000_000)
	closeStore(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := sqlite.Check(ctx, path); sqlite.IsDamaged(err) || err == nil {
		t.Errorf("%v", err)
	}
}
