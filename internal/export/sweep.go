package export

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"oura-streaming/internal/private"
)

// announce notes in the program's own folder that the file at path is under way,
// so that a later start finds it wherever it lies. It returns the note's path.
func (x *Exporter) announce(path string) (note string, err error) {
	if err := os.MkdirAll(x.dir, 0o700); err != nil {
		return "", err
	}
	note = filepath.Join(x.dir, strings.TrimSuffix(filepath.Base(path), tempEnd)+noteEnd)
	return note, private.Create(note, []byte(path))
}

// Sweep removes what exports of an earlier run left unfinished. Call it at the
// start, before any export. What cannot be removed now, such as a file on a disk
// that is not there, stays noted for the next start.
func (x *Exporter) Sweep() error {
	entries, err := os.ReadDir(x.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasPrefix(name, tempPrefix) {
			continue
		}
		path := filepath.Join(x.dir, name)
		switch {
		case strings.HasSuffix(name, noteEnd):
			err = errors.Join(err, sweepNoted(path))
		case strings.HasSuffix(name, tempEnd):
			err = errors.Join(err, os.Remove(path))
		}
	}
	return err
}

// sweepNoted removes the file that a note names, and then the note. It removes
// nothing whose name an export would not give.
func sweepNoted(note string) error {
	text, err := os.ReadFile(filepath.Clean(note))
	if err != nil {
		return err
	}
	path := string(text)
	own := strings.TrimSuffix(filepath.Base(note), noteEnd) + tempEnd
	if filepath.IsAbs(path) && filepath.Base(path) == own {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if _, err := os.Stat(filepath.Dir(path)); err != nil {
			return nil //nolint:nilerr // the disk may come back, and the file with it
		}
	}
	return os.Remove(note)
}
