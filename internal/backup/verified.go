package backup

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
)

// verifiedFile notes by name how large each backup was when it was looked through.
const verifiedFile = "verified.json"

func (k *Keeper) readVerified() (map[string]int64, error) {
	out := map[string]int64{}
	text, err := os.ReadFile(filepath.Join(k.dir, verifiedFile))
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	} else if err != nil {
		return nil, folderError(err)
	}
	if json.Unmarshal(text, &out) != nil {
		return map[string]int64{}, nil // a list that cannot be read says nothing
	}
	return out, nil
}

// noteVerified notes a backup; a size below 0 forgets it.
func (k *Keeper) noteVerified(name string, size int64) error {
	known, err := k.readVerified()
	if err != nil {
		return err
	}
	if known[name] = size; size < 0 {
		delete(known, name)
	}
	maps.DeleteFunc(known, func(name string, _ int64) bool { return !exists(filepath.Join(k.dir, name)) })
	text, err := json.Marshal(known)
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(k.dir, verifiedFile), text)
}

// replaceFile writes text to path in one step and syncs it; only this user can
// read it.
func replaceFile(path string, text []byte) error {
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
