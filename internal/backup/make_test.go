package backup

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

func TestMake_IsACheckedCopyWithAName(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, filepath.Join(dir, "store.db"))
	defer closeStore(t, s)
	grow(t, s, 2_000_000)
	now := time.Date(2026, 11, 22, 3, 15, 0, 0, time.UTC)
	k := New(filepath.Join(dir, "backups"), func() time.Time { return now })
	first, err := k.Make(t.Context(), s, ByHand)
	if err != nil {
		t.Fatal(err)
	}
	second, err := k.Make(t.Context(), s, ByHand) // in the same second
	if err != nil || second.Name == first.Name {
		t.Fatal(second, err)
	}
	all, err := k.List()
	if err != nil || len(all) != 2 || all[1] != first || all[0] != second || !first.Verified || first.SizeBytes < 1_000_000 {
		t.Errorf("%+v, %v, made %+v and %+v", all, err, first, second)
	}
	path, err := k.Path(first.Name)
	if err != nil {
		t.Fatal(err)
	}
	c, err := sqlite.Inspect(t.Context(), path)
	if n, _ := s.CountEvents(t.Context()); err != nil || c.Events != n {
		t.Errorf("%+v, %v, want %d events", c, err, n)
	}
	if err := os.Truncate(path, first.SizeBytes-4096); err != nil {
		t.Fatal(err)
	}
	if all, err = k.List(); err != nil || all[1].Verified {
		t.Errorf("a changed file still counts as checked: %+v, %v", all, err)
	}
}

// unwell is a store whose copies go wrong.
type unwell struct {
	*sqlite.Store
	err error
}

func (u unwell) CopyTo(ctx context.Context, path string) error {
	if err := u.Store.CopyTo(ctx, path); err != nil {
		return err
	}
	if u.err == nil {
		return os.Truncate(path, 50_000)
	}
	return u.err
}

func TestMake_ABadCopyGetsNoName(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, filepath.Join(dir, "store.db"))
	defer closeStore(t, s)
	grow(t, s, 200_000)
	k := New(filepath.Join(dir, "backups"), time.Now)
	for name, err := range map[string]error{"cut": nil, "failed": errors.New("the disk went away")} {
		if _, got := k.Make(t.Context(), unwell{s, err}, Daily); got == nil {
			t.Errorf("%s: a backup was made", name)
		}
		if left := list(t, k.Dir()); len(left) > 0 {
			t.Errorf("%s: left over %q", name, left)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := k.Make(ctx, s, Daily); err == nil || len(list(t, k.Dir())) > 0 {
		t.Errorf("cancelled: %v, left over %q", err, list(t, k.Dir()))
	}
}

func TestSweep_RemovesOnlyWhatWasUnfinished(t *testing.T) {
	k := New(filepath.Join(t.TempDir(), "backups"), time.Now)
	name := nameOf(time.Now(), Daily)
	put(t, k, tempPrefix+"ABC", tempPrefix+"ABC-journal", name, "readme.txt")
	if err := k.Sweep(); err != nil {
		t.Fatal(err)
	}
	if got := list(t, k.Dir()); !slices.Equal(got, []string{name, "readme.txt"}) {
		t.Errorf("left: %q", got)
	}
}

func TestF05_TooLittleRoomIsSaidBeforehand(t *testing.T) {
	err := enoughSpace(t.TempDir(), 1<<60)
	if _, known := freeSpace(t.TempDir()); !known {
		t.Skip("this system is not asked for its free space")
	}
	if text := oura.MessageOf(err); oura.CodeOf(err) != oura.CodeStorage || !strings.Contains(text, "1152921504608 MB are needed") {
		t.Errorf("%v", err)
	}
	if err := enoughSpace(t.TempDir(), 1000); err != nil {
		t.Errorf("a little: %v", err)
	}
}

// TestF15_BackupUnderASteadyWriter makes a backup of 100 MB while somebody writes
// every 2 ms.
func TestF15_BackupUnderASteadyWriter(t *testing.T) {
	dir := t.TempDir()
	copyFile(t, largeFile(t), filepath.Join(dir, "store.db"))
	s := openStore(t, filepath.Join(dir, "store.db"))
	defer closeStore(t, s)
	k := New(filepath.Join(dir, "backups"), time.Now)
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	var longest, before time.Duration
	var calm, written int
	making := make(chan struct{})
	wg.Go(func() {
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for ctx.Err() == nil {
			began := time.Now()
			if err := s.Audit(context.Background(), "written", "by the steady writer"); err != nil {
				t.Error(err)
			}
			took := time.Since(began)
			select {
			case <-making:
				longest, written = max(longest, took), written+1
			default:
				before, calm = max(before, took), calm+1
			}
			<-tick.C
		}
	})
	<-time.After(300 * time.Millisecond)
	close(making)
	began := time.Now()
	made, err := k.Make(t.Context(), s, Daily)
	took := time.Since(began)
	stop()
	wg.Wait()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("backup of %d MB in %v; longest write %v among %d (before it %v among %d)", made.SizeBytes/1_000_000, took, longest, written, before, calm)
	if written == 0 || took > 10*time.Second || longest > 500*time.Millisecond {
		t.Errorf("took %v, longest write %v among %d; want 2 s and 50 ms on a free machine", took, longest, written)
	}
}

func wantPrivate(t *testing.T, root string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
