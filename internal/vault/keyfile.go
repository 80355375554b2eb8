package vault

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/private"
)

const maxKeyFileBytes = 4 << 10

// keyFile keeps the keys in a file of mode 0600, in a folder of mode 0700. The
// file is replaced as a whole, so a crash leaves the old or the new one.
type keyFile struct{ path string }

// load reads the file. os.ErrNotExist means there is none; a link, another
// kind of file or another owner is refused with CodeLocked.
func (f keyFile) load() ([]byte, error) {
	info, err := os.Lstat(f.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, err
	} else if err != nil {
		return nil, f.refuse("cannot be read", err)
	}
	if !info.Mode().IsRegular() {
		return nil, f.refuse("is a link or no plain file", nil)
	}
	file, err := openPlain(f.path)
	if err != nil {
		return nil, f.refuse("cannot be opened", err)
	}
	defer file.Close()
	opened, err := file.Stat()
	if err != nil || !os.SameFile(info, opened) || !ownedByUs(opened) {
		return nil, f.refuse("belongs to someone else", err)
	}
	if opened.Mode().Perm()&0o077 != 0 {
		if err := tighten(file); err != nil {
			return nil, f.refuse("is readable by others", err)
		}
	}
	text, err := io.ReadAll(io.LimitReader(file, maxKeyFileBytes))
	if err != nil {
		return nil, f.refuse("cannot be read", err)
	}
	return text, nil
}

// create writes the first key. A file that is already there is never replaced.
func (f keyFile) create(text []byte) error {
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return f.refuse("cannot be created", err)
	}
	temp, err := f.writeTemp(text)
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	if err := os.Link(temp, f.path); errors.Is(err, os.ErrExist) {
		return f.refuse("appeared just now; start again", err)
	} else if err != nil { // a file system without hard links
		return f.swap(temp)
	}
	return private.SyncFolder(filepath.Dir(f.path))
}

// save replaces the file and removes what a killed writer left beside it.
func (f keyFile) save(_ context.Context, text []byte) error {
	temp, err := f.writeTemp(text)
	if err != nil {
		return err
	}
	if err := f.swap(temp); err != nil {
		return err
	}
	left, err := filepath.Glob(f.path + ".*.tmp")
	for _, name := range left {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}

func (f keyFile) swap(temp string) error {
	if err := os.Rename(temp, f.path); err != nil {
		return errors.Join(f.refuse("cannot be written", err), os.Remove(temp))
	}
	return private.SyncFolder(filepath.Dir(f.path))
}

// writeTemp writes text to a new file beside the key file and syncs it to disk.
func (f keyFile) writeTemp(text []byte) (name string, err error) {
	name = f.path + "." + rand.Text() + ".tmp"
	if err := private.Create(name, text); err != nil {
		return "", f.refuse("cannot be written", err)
	}
	return name, nil
}

func (f keyFile) refuse(what string, err error) error {
	return &oura.Error{
		Code:    oura.CodeLocked,
		Message: fmt.Sprintf("The key file %s %s. Nothing was changed; put it right and start again.", f.path, what),
		Err:     err,
	}
}
