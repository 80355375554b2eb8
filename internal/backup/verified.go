package backup

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"

	"oura-streaming/internal/private"
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
	return folderError(private.Replace(filepath.Join(k.dir, verifiedFile), text))
}
