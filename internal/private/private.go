// Package private makes files that only this user can read, from their first byte
// on, and that are on the disk when it returns. Errors are the system's own: who
// calls knows what to say of them.
package private

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"time"
)

// Unfinished begins the names of files that Replace makes beside the one it
// replaces. A killed program leaves them.
const Unfinished = ".making-"

// unfinished is a whole name of such a file: what rand.Text writes follows.
var unfinished = regexp.MustCompile(`^` + regexp.QuoteMeta(Unfinished) + `[A-Z2-7]{26}$`)

// Create makes a new file with text in it, or leaves none. A file that is there is
// never touched.
func Create(path string, text []byte) error {
	file, err := os.OpenFile(filepath.Clean(path), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// Replace puts text in the place of the file at path, in one step: the content is
// synced before it has the name, and the folder after it.
func Replace(path string, text []byte) error {
	temp := filepath.Join(filepath.Dir(path), Unfinished+rand.Text())
	if err := Create(temp, text); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	return SyncFolder(filepath.Dir(path))
}

// Sweep removes the files that a killed Replace left in a folder: those that bear
// such a name and were not written to since. Whatever else is there is somebody's.
func Sweep(dir string, since time.Time) error {
	folder, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var all error
	for _, entry := range folder {
		if !entry.Type().IsRegular() || !unfinished.MatchString(entry.Name()) {
			continue
		}
		if info, err := entry.Info(); err == nil && info.ModTime().Before(since) { // else it has gone by itself
			all = errors.Join(all, os.Remove(filepath.Join(dir, entry.Name())))
		}
	}
	return all
}

// Sync returns once what others wrote to the file at path is on the disk.
func Sync(path string) error {
	file, err := os.OpenFile(filepath.Clean(path), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// SyncFolder makes new names in a folder last. Windows does it by itself.
func SyncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(filepath.Clean(dir))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
