package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"oura-streaming/internal/oura"
)

const (
	fileMode   fs.FileMode = 0o600
	folderMode fs.FileMode = 0o700
)

// Guard makes folder and files of a database safe without opening any: what is a
// link or another user's is refused, and so is everything else of the kind (S-41).
// Ask it before anything reads the file at path; a missing one is fine.
func Guard(path string) error {
	if err := guardFolder(filepath.Dir(path)); err != nil {
		return err
	}
	for _, name := range databaseFiles(path) {
		if err := guardFile(name); err != nil {
			return err
		}
	}
	return nil
}

// guardFiles makes folder and file safe before SQLite opens them: created for
// this user only, tightened when loose, refused when a symlink or another
// user's. A file pre-created 0600 passes that mode on to -wal and -shm. An
// existing database is never opened here: closing that handle would drop
// SQLite's locks.
func guardFiles(path string) error {
	if err := Guard(path); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, fileMode)
	if errors.Is(err, fs.ErrExist) {
		return nil
	} else if err != nil {
		return storageSentence(msgReadOnly, err)
	}
	return f.Close()
}

// tightenSidecars checks -wal and -shm again once SQLite has made them.
func tightenSidecars(path string) error {
	for _, name := range databaseFiles(path) {
		if err := guardFile(name); err != nil {
			return err
		}
	}
	return nil
}

func databaseFiles(path string) []string {
	return []string{path, path + "-wal", path + "-shm", path + "-journal"}
}

func guardFolder(dir string) error {
	if err := os.MkdirAll(dir, folderMode); err != nil {
		return storageSentence("The data folder cannot be created. Check its path and permissions.", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return storageSentence(msgCantOpen, err)
	}
	if info.Mode()&fs.ModeSticky != 0 {
		return storageSentence("The data folder is shared by all users of this computer. Choose a folder of its own.",
			fmt.Errorf("%s has mode %v", dir, info.Mode()))
	}
	return tighten(dir, info, folderMode)
}

// guardFile refuses name when it is not a plain file of this user and takes
// away the rights of others. A missing file is fine.
func guardFile(name string) error {
	info, err := os.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return storageSentence(msgCantOpen, err)
	}
	if !info.Mode().IsRegular() {
		return refused(name, "is not a plain file")
	}
	if !ownedByUs(info) {
		return refused(name, "belongs to another user")
	}
	return tighten(name, info, fileMode)
}

func refused(name, why string) error {
	return &oura.Error{
		Code:    oura.CodeStorage,
		Message: "The database file " + why + ", so it is not opened. Move it away or choose another data folder.",
		Err:     fmt.Errorf("%s %s", name, why),
	}
}
