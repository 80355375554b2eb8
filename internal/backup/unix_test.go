//go:build unix

package backup

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"oura-streaming/internal/sqlite"
)

// peeking looks at the modes of all files while a copy is made.
type peeking struct {
	*sqlite.Store
	t *testing.T
}

func (p peeking) CopyTo(ctx context.Context, path string) error {
	done, looked := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(looked)
		for {
			select {
			case <-done:
				return
			default:
				if info, err := os.Lstat(path + "-journal"); err == nil && info.Mode().Perm()&0o077 != 0 {
					p.t.Errorf("the journal has mode %v", info.Mode())
				}
				if info, err := os.Lstat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
					p.t.Errorf("the copy has mode %v", info.Mode())
				}
			}
		}
	}()
	err := p.Store.CopyTo(ctx, path)
	close(done)
	<-looked
	return err
}

func TestS40_BackupsArePrivateFromTheFirstByteOn(t *testing.T) {
	old := syscall.Umask(0o022)
	defer syscall.Umask(old)
	dir := filepath.Join(t.TempDir(), "data")
	s := openStore(t, filepath.Join(dir, "store.db"))
	defer closeStore(t, s)
	grow(t, s, 3_000_000)
	k := New(filepath.Join(dir, "backups"), time.Now)
	if err := os.Mkdir(k.Dir(), 0o755); err != nil { // made by somebody else, loosely
		t.Fatal(err)
	}
	if err := os.Chmod(k.Dir(), 0o755); err != nil {
		t.Fatal(err)
	}
	made, err := k.Make(t.Context(), peeking{s, t}, Daily)
	if err != nil {
		t.Fatal(err)
	}
	wantPrivate(t, dir)
	path, err := k.Path(made.Name)
	if err != nil {
		t.Fatal(err)
	}
	p := newPlace(dir)
	p.Database = filepath.Join(dir, "other.db")
	copyFile(t, path, p.Database)
	if _, err := p.Prepare(t.Context(), sqlite.Revival{Backup: path, Present: p.Database}); err != nil {
		t.Fatal(err)
	}
	wantPrivate(t, dir)
	if done, err := p.Finish(); err != nil || !done {
		t.Fatal(done, err)
	}
	if err := (Mark{Seq: 1}).Write(dir); err != nil {
		t.Fatal(err)
	}
	wantPrivate(t, dir)
}
