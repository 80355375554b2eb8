package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"oura-streaming/internal/backup"
	"oura-streaming/internal/oura"
)

// Names inside the data folder.
const (
	databaseFile = "oura_streaming.db"
	lockFile     = "oura-streaming.lock"
	tokenLock    = "token.lock"
	instanceFile = "instance.json"
	sampleMark   = "sample-data.txt" // only sample data lives here
	exportFolder = "exports"         // files of exports under way
)

// DefaultDataDir returns the platform's usual folder for this program's data.
// Demo mode has a folder of its own and never touches the real one.
func DefaultDataDir(demo bool) (string, error) {
	name := "oura-streaming"
	if demo {
		name = "oura-streaming-demo"
	}
	base, err := dataHome()
	if err != nil {
		return "", &oura.Error{
			Code:    oura.CodeStorage,
			Message: "This account has no home folder. Name a data folder with --data-dir.",
			Err:     err,
		}
	}
	return filepath.Join(base, name), nil
}

func dataHome() (string, error) {
	switch runtime.GOOS {
	case "windows":
		return os.UserCacheDir() // the local profile, which does not roam
	case "darwin":
		return os.UserConfigDir() // ~/Library/Application Support
	}
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "share"), err
}

// HoldsData reports whether a database lies in dir, or did until it was lost.
func HoldsData(dir string) bool {
	return exists(filepath.Join(dir, databaseFile)) || backup.Marked(dir)
}

// HoldsSampleData reports whether dir was made for sample data.
func HoldsSampleData(dir string) bool { return exists(filepath.Join(dir, sampleMark)) }

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// defaultKeyFile names the place of the data key when there is no keychain:
// outside the data folder, so that a copy of that folder alone opens nothing.
func defaultKeyFile(dataDir string) (string, error) {
	base, err := os.UserConfigDir()
	if err != nil {
		return "", &oura.Error{
			Code:    oura.CodeLocked,
			Message: "This account has no folder for settings, so the key of your secrets has no place. Set HOME or XDG_CONFIG_HOME.",
			Err:     err,
		}
	}
	sum := sha256.Sum256([]byte(dataDir))
	return filepath.Join(base, "oura-streaming", "keys", hex.EncodeToString(sum[:8])+".key"), nil
}

// openFolder makes the data folder, mode 0700, and proves that it can be
// written. It returns the absolute path.
func openFolder(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", folderError(dir, err)
	}
	if err := os.MkdirAll(abs, 0o700); err != nil {
		return "", folderError(abs, err)
	}
	if err := tighten(abs); err != nil {
		return "", folderError(abs, err)
	}
	probe, err := os.CreateTemp(abs, ".probe-*")
	if err != nil {
		return "", folderError(abs, err)
	}
	err = errors.Join(probe.Close(), os.Remove(probe.Name()))
	if err != nil {
		return "", folderError(abs, err)
	}
	return abs, nil
}

func folderError(dir string, err error) error {
	text := "The data folder " + dir + " cannot be used. "
	switch {
	case errors.Is(err, fs.ErrPermission):
		text += "You may not write there: change its permissions, or name another folder with --data-dir."
	case errors.Is(err, fs.ErrExist), isNotDir(err):
		text += "A file stands in its place: move it away, or name another folder with --data-dir."
	default:
		text += "Name another folder with --data-dir, or make room on this disk."
	}
	return &oura.Error{Code: oura.CodeStorage, Message: text, Err: err}
}

func isNotDir(err error) bool {
	pathErr, ok := errors.AsType[*fs.PathError](err)
	if !ok {
		return false
	}
	info, statErr := os.Stat(pathErr.Path)
	return statErr == nil && !info.IsDir()
}
