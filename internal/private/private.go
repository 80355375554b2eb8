// Package private makes files that only this user can read, from their first byte
// on, and that are on the disk when it returns. Errors are the system's own: who
// calls knows what to say of them.
package private

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"runtime"
)

// Unfinished begins the names of files that Replace makes beside the one it
// replaces. A killed program leaves them.
const Unfinished = ".making-"

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
