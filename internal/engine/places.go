package engine

import (
	"io/fs"
	"os"
	"path/filepath"
)

// Places tells how much room what is stored takes, in bytes.
type Places struct {
	Database int64 // with its WAL
	Backups  int64 // with one that is being made
	SetAside int64 // what was damaged or replaced
}

// Places measures the data folder. What cannot be read counts nothing.
func (e *Engine) Places() (p Places) {
	for _, ending := range []string{"", "-wal", "-shm"} {
		if info, err := os.Stat(e.store.Path() + ending); err == nil {
			p.Database += info.Size()
		}
	}
	p.Backups = folderSize(filepath.Join(e.opt.DataDir, backupFolder))
	p.SetAside = folderSize(filepath.Join(e.opt.DataDir, asideFolder))
	return p
}

// folderSize adds up the files of a folder and those below it.
func folderSize(dir string) (sum int64) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil //nolint:nilerr // one that has gone meanwhile takes no room
		}
		if info, err := d.Info(); err == nil {
			sum += info.Size()
		}
		return nil
	}) // never fails: the function above never does
	return sum
}

// HasEnvironmentToken reports whether the environment brought a token of the local
// API for this run.
func (e *Engine) HasEnvironmentToken() bool { return e.apiToken != "" }
