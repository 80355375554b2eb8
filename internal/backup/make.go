package backup

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/private"
	"oura-streaming/internal/sqlite"
)

// Make copies the store as it is now, checks the copy and gives it a name. What
// cannot be finished leaves nothing. Codes: storage; a full disk names the space
// that is needed.
func (k *Keeper) Make(ctx context.Context, store Store, reason Reason) (Info, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := openFolder(k.dir); err != nil {
		return Info{}, err
	}
	need, err := store.SizeBytes(ctx)
	if err != nil {
		return Info{}, err
	}
	if err := enoughSpace(k.dir, need); err != nil {
		return Info{}, err
	}
	temp := filepath.Join(k.dir, tempPrefix+rand.Text())
	err = fill(ctx, store, temp)
	if err != nil {
		return Info{}, errors.Join(fullError(err, need), removeTemp(temp))
	}
	info, err := k.name(temp, reason)
	if err != nil {
		return Info{}, errors.Join(err, removeTemp(temp))
	}
	return info, nil
}

// fill makes a checked copy on the disk.
func fill(ctx context.Context, store Store, temp string) error {
	if err := private.Create(temp, nil); err != nil {
		return folderError(err)
	}
	if err := store.CopyTo(ctx, temp); err != nil {
		return err
	}
	if err := private.Sync(temp); err != nil {
		return folderError(err)
	}
	_, err := sqlite.Inspect(ctx, temp)
	return err
}

// name gives the copy its name: from here on it is a backup. Of two in one second
// the later one gets the next.
func (k *Keeper) name(temp string, reason Reason) (Info, error) {
	at := k.now().UTC().Truncate(time.Second)
	name := nameOf(at, reason)
	for exists(filepath.Join(k.dir, name)) {
		at = at.Add(time.Second)
		name = nameOf(at, reason)
	}
	info, err := os.Stat(temp)
	if err != nil {
		return Info{}, folderError(err)
	}
	if err := os.Rename(temp, filepath.Join(k.dir, name)); err != nil {
		return Info{}, folderError(err)
	}
	if err := private.SyncFolder(k.dir); err != nil {
		return Info{}, folderError(err)
	}
	return Info{Name: name, MadeAt: at, SizeBytes: info.Size(), Reason: reason, Verified: true}, k.noteVerified(name, info.Size())
}

// Sweep removes what backups of an earlier run left unfinished.
func (k *Keeper) Sweep() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	entries, err := os.ReadDir(k.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), tempPrefix) {
			err = errors.Join(err, os.Remove(filepath.Join(k.dir, entry.Name())))
		}
	}
	return err
}

// openFolder makes the folder for this user only, and takes other users' rights
// from one that is there.
func openFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return folderError(err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return folderError(err)
	}
	if !info.IsDir() {
		return folderError(fmt.Errorf("%s is no folder: %v", dir, info.Mode()))
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		err = os.Chmod(dir, 0o700) //nolint:gosec // a folder, for its owner
	}
	if err != nil {
		return folderError(err)
	}
	return nil
}

// removeTemp removes an unfinished file with what SQLite may have left beside it.
func removeTemp(path string) (err error) {
	for _, name := range []string{path, path + "-journal", path + "-wal", path + "-shm"} {
		if e := os.Remove(name); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// spare is what a file system wants beside the copy itself, in bytes.
const spare = 1 << 20

// enoughSpace refuses where a copy of need bytes would not fit.
func enoughSpace(dir string, need int64) error {
	free, known := freeSpace(dir)
	if !known || free >= need+spare {
		return nil
	}
	return tooFull(need, fmt.Errorf("%d bytes free, %d needed", free, need))
}

// fullError gives a full disk its sentence.
func fullError(err error, need int64) error {
	if !sqlite.IsFull(err) {
		return err
	}
	return tooFull(need, err)
}

func tooFull(need int64, err error) error {
	mb := (need + spare + 999_999) / 1_000_000
	return &oura.Error{
		Code:    oura.CodeStorage,
		Message: fmt.Sprintf("There is not enough room on the disk: %d MB are needed. Free some space there, then try again.", mb),
		Err:     err,
	}
}
