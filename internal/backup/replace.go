package backup

import (
	"errors"
	"os"
	"path/filepath"
)

// ReplaceFile writes text to path in one step, for this user only. It returns once
// that lasts: the content is synced before its name is there, and the folder after
// it. Code: storage.
func ReplaceFile(path string, text []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), tempPrefix+"*") // 0600 from the start
	if err != nil {
		return folderError(err)
	}
	_, err = temp.Write(text)
	if err == nil {
		err = temp.Sync()
	}
	err = errors.Join(err, temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		return errors.Join(folderError(err), os.Remove(temp.Name()))
	}
	return syncFolder(filepath.Dir(path))
}
