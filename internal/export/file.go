package export

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/private"
)

// Names of files under way.
const (
	tempPrefix = ".oura-export-"
	tempEnd    = ".part"
	noteEnd    = ".note"
)

// File writes what r asks for to the file at path, which is replaced if it is
// there. The file appears complete and synced, for this user only, or not at all;
// when it cannot be finished nothing is left. Codes: invalid, storage.
func (x *Exporter) File(ctx context.Context, r Request, path string, progress Progress) (err error) {
	if err := r.Check(); err != nil {
		return err
	}
	if path, err = filepath.Abs(path); err != nil {
		return folderError(err)
	}
	temp := filepath.Join(filepath.Dir(path), tempPrefix+rand.Text()+tempEnd)
	note, err := x.announce(temp)
	if err != nil {
		return folderError(err)
	}
	defer func() { err = errors.Join(err, os.Remove(note)) }()
	if err := private.Create(temp, nil); err != nil {
		return folderError(err)
	}
	if err := x.fill(ctx, r, temp, progress); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	if err := os.Rename(temp, path); err != nil {
		return errors.Join(folderError(err), os.Remove(temp))
	}
	return folderError(private.SyncFolder(filepath.Dir(path)))
}

// fill writes the output to the empty file temp and syncs it.
func (x *Exporter) fill(ctx context.Context, r Request, temp string, progress Progress) error {
	if r.Format == SQLite && !r.Gzip {
		if err := x.writeDatabase(ctx, r, temp, progress); err != nil {
			return err
		}
	}
	file, err := os.OpenFile(filepath.Clean(temp), os.O_RDWR, 0)
	if err != nil {
		return folderError(err)
	}
	meter := &meter{next: progress}
	if r.Format != SQLite || r.Gzip {
		err = x.write(ctx, r, file, meter.note)
	}
	if err == nil {
		err = file.Sync()
	}
	return fullError(errors.Join(err, file.Close()), temp, meter)
}

func createTemp(dir string) (path string, err error) {
	path = filepath.Join(dir, tempPrefix+rand.Text()+tempEnd)
	return path, private.Create(path, nil)
}

// folderError gives a failure its sentence; nil stays nil.
func folderError(err error) error {
	if err == nil {
		return nil
	}
	text := "The export cannot be written there. Check that the folder exists, or choose another one."
	if errors.Is(err, fs.ErrPermission) {
		text = "The export cannot be written there: you may not write to that folder. Choose another one."
	}
	return &oura.Error{Code: oura.CodeStorage, Message: text, Err: err}
}
