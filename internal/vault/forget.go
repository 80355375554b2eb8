package vault

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"oura-streaming/internal/private"
)

// Forget deletes the data key from the key file and from the keychain, wherever it
// lies. What was sealed with it can never be opened again. It may be called again
// after a failure; a keychain that does not answer is one.
func Forget(ctx context.Context, opt Options) error {
	err := keyFile{path: opt.KeyFile}.remove()
	if opt.Keychain == nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	return errors.Join(err, opt.Keychain.Delete(ctx))
}

// remove deletes the file and what a killed writer left beside it. Of a link only
// the link goes.
func (f keyFile) remove() error {
	paths, err := filepath.Glob(f.path + ".*.tmp")
	for _, path := range append(paths, f.path) {
		if e := os.Remove(path); e != nil && !errors.Is(e, os.ErrNotExist) {
			err = errors.Join(err, f.refuse("cannot be deleted", e))
		}
	}
	if _, e := os.Stat(filepath.Dir(f.path)); e != nil {
		return err // nothing was ever there
	}
	return errors.Join(err, private.SyncFolder(filepath.Dir(f.path)))
}
