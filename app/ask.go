package app

import (
	"os"
	"path/filepath"
	"sync"

	"oura-streaming/internal/oura"
)

// asking is the user's choice of a place, one question at a time.
type asking struct {
	open sync.Mutex // held while a dialog is open

	mu   sync.Mutex // guards last
	last string     // folder of the last file, "" at first
}

// askFile asks for a file to write; "" when the user chose none.
func (b *backend) askFile(title, name string) (string, error) {
	if !b.asking.open.TryLock() {
		return "", nil // the question is on the screen already
	}
	defer b.asking.open.Unlock()
	path, err := b.ui.SaveFile(title, b.asking.folder(), name)
	if err != nil {
		return "", dialogError(err)
	}
	if path != "" {
		b.asking.mu.Lock()
		b.asking.last = filepath.Dir(path)
		b.asking.mu.Unlock()
	}
	return path, nil
}

// askFolder asks for a folder, beginning in from; "" when the user chose none.
func (b *backend) askFolder(title, from string) (string, error) {
	if !b.asking.open.TryLock() {
		return "", nil
	}
	defer b.asking.open.Unlock()
	if !isFolder(from) {
		from = b.asking.folder()
	}
	folder, err := b.ui.ChooseFolder(title, from)
	if err != nil {
		return "", dialogError(err)
	}
	return folder, nil
}

// folder is where a dialog begins: where the last one ended, else a usual place.
func (a *asking) folder() string {
	a.mu.Lock()
	last := a.last
	a.mu.Unlock()
	home, err := os.UserHomeDir()
	if err != nil {
		home = ""
	}
	for _, dir := range []string{last, filepath.Join(home, "Documents"), filepath.Join(home, "Downloads"), home} {
		if filepath.IsAbs(dir) && isFolder(dir) {
			return dir
		}
	}
	return ""
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func dialogError(err error) error {
	return &oura.Error{Code: oura.CodeInternal, Message: "The system's dialog could not be opened. Try again.", Err: err}
}
