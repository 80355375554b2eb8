package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

// outage is what lay on the disk of a store when the power went. What may have
// become of its WAL is made from copies.
type outage struct {
	database, wal []byte
	base          int   // deliveries in the database without its WAL
	ends          []int // of each later delivery: how much of the WAL it needs
}

// powerCut runs a store until 40 deliveries are in its WAL only. With reused the
// WAL has been begun anew, so that frames of its earlier life lie behind them.
func powerCut(t *testing.T, reused bool) (o outage) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data", "oura_streaming.db")
	s := openAt(t, path)
	side, err := openPool(path, false)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = side.Close() }() // nothing is written with it
	stored := 0
	insert := func() {
		if _, isNew, err := s.InsertDelivery(t.Context(), testDelivery(stored)); err != nil || !isNew {
			t.Fatalf("delivery %d: new %v, %v", stored, isNew, err)
		}
		stored++
	}
	for range 60 {
		insert()
	}
	mode := "TRUNCATE"
	if reused {
		mode = "RESTART"
	}
	checkpoint(t, side, mode)
	o.base = stored
	for range 40 {
		insert()
		o.ends = append(o.ends, walHeader+checkpoint(t, side, "NOOP")*walFrame)
	}
	if o.database, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	if o.wal, err = os.ReadFile(path + "-wal"); err != nil {
		t.Fatal(err)
	}
	if last := o.ends[len(o.ends)-1]; last > len(o.wal) || reused != (last < len(o.wal)) {
		t.Fatalf("the last delivery ends at %d of %d bytes", last, len(o.wal))
	}
	return o
}

// Sizes of SQLite's file format: a WAL's header, and a frame with its page.
const (
	walHeader = 32
	walFrame  = 24 + 4096
)

// checkpoint returns how many frames of the WAL count.
func checkpoint(t *testing.T, db *sql.DB, mode string) (frames int) {
	t.Helper()
	var busy, done int
	if err := db.QueryRowContext(t.Context(), "PRAGMA wal_checkpoint("+mode+")").Scan(&busy, &frames, &done); err != nil || busy != 0 {
		t.Fatalf("checkpoint %s: busy %d, %v", mode, busy, err)
	}
	return frames
}

// left is how a power loss left the WAL: as it was before the byte intact.
type left struct {
	what   string
	wal    []byte
	intact int
}

// losses are WALs cut at so many lengths, and a third as many each with one bit
// changed and with a sector that never reached the disk.
func (o outage) losses(lengths int) (all []left) {
	cuts := []int{0, 1, walHeader - 1, walHeader, walHeader + 1, len(o.wal) - 1, len(o.wal)}
	for _, end := range o.ends {
		cuts = append(cuts, end-1, end, end+1)
	}
	for len(cuts) < lengths {
		cuts = append(cuts, rand.N(len(o.wal)))
	}
	for _, at := range cuts {
		all = append(all, left{fmt.Sprintf("cut at %d", at), o.wal[:min(at, len(o.wal))], at})
	}
	for range lengths / 3 {
		at, bit := rand.N(len(o.wal)), byte(1)<<rand.N(8)
		changed := slices.Clone(o.wal)
		changed[at] ^= bit
		all = append(all, left{fmt.Sprintf("bit %d of byte %d changed", bit, at), changed, at})
	}
	const sector = 512
	for range lengths / 3 {
		at := rand.N(len(o.wal)/sector) * sector
		changed := slices.Clone(o.wal)
		clear(changed[at : at+sector])
		if bytes.Equal(changed, o.wal) {
			continue // there was nothing in it
		}
		all = append(all, left{fmt.Sprintf("sector at %d missing", at), changed, at})
	}
	return all
}

// want is how many deliveries must be there when the WAL is intact up to a byte.
func (o outage) want(intact int) int {
	n, _ := slices.BinarySearch(o.ends, intact+1)
	return o.base + n
}

// TestF02_PowerLoss opens what a power loss may leave. The database is sound, and
// has every delivery whose sync had ended by then: a prefix of the commits.
func TestF02_PowerLoss(t *testing.T) {
	lengths := 500    // of each of two
	if raceDetector { // which is slow and sees nothing here
		lengths = 50
	}
	for name, reused := range map[string]bool{"a new WAL": false, "a WAL begun anew": true} {
		t.Run(name, func(t *testing.T) {
			o := powerCut(t, reused)
			work := make(chan left)
			var wg sync.WaitGroup
			for range 4 {
				dir := fastDir(t)
				wg.Go(func() {
					for l := range work {
						got, err := o.reopen(t.Context(), dir, l.wal)
						if want := o.want(l.intact); err != nil || got != want {
							t.Errorf("%s of %d bytes: %d deliveries, want %d, %v", l.what, len(o.wal), got, want, err)
						}
					}
				})
			}
			all := o.losses(lengths)
			for _, l := range all {
				work <- l
			}
			close(work)
			wg.Wait()
			t.Logf("%d power losses in a WAL of %d bytes", len(all), len(o.wal))
		})
	}
}

// fastDir is a folder in memory where there is one: each look would wait for the disk.
func fastDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "power-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// reopen lets the store open these files and counts the deliveries, which must be
// the first ones without a gap.
func (o outage) reopen(ctx context.Context, dir string, wal []byte) (n int, err error) {
	path := filepath.Join(dir, "oura_streaming.db")
	for name, text := range map[string][]byte{path: o.database, path + "-wal": wal} {
		if err := os.WriteFile(name, text, fileMode); err != nil {
			return 0, err
		}
	}
	s, err := Open(ctx, path, Options{})
	if err != nil {
		return 0, err
	}
	defer func() { _ = s.Close() }() // the next one writes the files anew
	var verdict string
	if err := s.readers.one(ctx, `PRAGMA integrity_check`, nil, &verdict); err != nil || verdict != "ok" {
		return 0, fmt.Errorf("integrity_check says %q, %w", verdict, err)
	}
	err = s.readers.each(ctx, `SELECT d.timestamp FROM delivery AS d JOIN replay AS r ON r.delivery_id = d.id ORDER BY d.id`, func(scan func(...any) error) error {
		var got string
		if err := scan(&got); err != nil {
			return err
		}
		if want := testDelivery(n).Timestamp; got != want {
			return fmt.Errorf("delivery %d is that of %s, want %s", n, got, want)
		}
		n++
		return nil
	})
	return n, err
}
