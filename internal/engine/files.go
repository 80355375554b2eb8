package engine

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"oura-streaming/internal/oura"
)

// tighten takes everybody else's rights to the data folder away.
func tighten(dir string) error {
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() || info.Mode().Perm()&0o077 == 0 || !ownedByUs(info) {
		return err
	}
	return os.Chmod(dir, 0o700)
}

// refuseForeign refuses a file that is a link or another user's: whoever planted
// it would choose what we lock or overwrite (S-41).
func refuseForeign(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return folderError(filepath.Dir(path), err)
	}
	if info.Mode().IsRegular() && ownedByUs(info) {
		return nil
	}
	return &oura.Error{
		Code:    oura.CodeStorage,
		Message: "The file " + path + " is a link or belongs to somebody else, so it is not touched. Remove it, then start again.",
	}
}
