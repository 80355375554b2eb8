package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"oura-streaming/internal/failpoint"
	"oura-streaming/internal/private"
	"oura-streaming/internal/sqlite"
)

// Place is where the database lies while no SQLite has it open: before the store
// is opened, in the process that owns the data folder.
type Place struct {
	Database string // path of the database file
	Aside    string // folder that takes what is replaced
	Now      func() time.Time
}

// neighbours are the files that SQLite keeps beside a database. They go first: a
// database without them is only older, while they must not meet another one.
var neighbours = []string{"-wal", "-shm", "-journal"}

func (p Place) temp() string  { return p.Database + "-making" }
func (p Place) ready() string { return p.Database + "-next" }

// State is what lies in the place of the database.
type State int

// The states of a place.
const (
	Missing State = iota // no file
	Empty                // a file of 0 bytes, which SQLite takes for a new database
	Present
)

// Look tells what lies there.
func (p Place) Look() (State, error) {
	info, err := os.Lstat(p.Database)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Missing, nil
	case err != nil:
		return Missing, folderError(err)
	case info.Size() == 0:
		return Empty, nil
	}
	return Present, nil
}

// HasWAL reports whether a WAL with anything in it lies beside the database.
func (p Place) HasWAL() bool {
	info, err := os.Lstat(p.Database + "-wal")
	return err == nil && info.Size() > 0
}

// ChangedAt is when the database's file itself was last written to, which happens
// when SQLite takes over what the WAL holds; zero where that cannot be told.
func (p Place) ChangedAt() time.Time {
	info, err := os.Lstat(p.Database)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// IsCopy reports whether the database is a copy that was not opened yet: the
// program keeps its database in WAL mode, and every copy it makes is in none. A WAL
// beside it belongs to another file, in whose place somebody has put the copy.
func (p Place) IsCopy() bool {
	file, err := os.Open(filepath.Clean(p.Database)) // no SQLite has it open: see Place
	if err != nil {
		return false // the opening will tell
	}
	head := make([]byte, journalMode+1)
	_, err = io.ReadFull(file, head)
	return errors.Join(err, file.Close()) == nil && head[journalMode] == noWAL
}

// In the header of a database file, byte 19 says how it is read. Source: SQLite's
// file format, section 1.3.3.
const (
	journalMode = 19
	noWAL       = 1
)

// Prepare makes the database that is to come: see sqlite.Revive. Until it is
// ready nothing of the present one is touched; once it is, Finish brings it in,
// also after a crash.
func (p Place) Prepare(ctx context.Context, r sqlite.Revival) (c sqlite.Carried, err error) {
	if err := removeTemp(p.temp()); err != nil {
		return c, folderError(err)
	}
	var need int64 = spare
	if info, err := os.Stat(r.Backup); err == nil {
		need = info.Size()
	}
	if err := enoughSpace(filepath.Dir(p.Database), need); err != nil {
		return c, err
	}
	if err := private.Create(p.temp(), nil); err != nil {
		return c, folderError(err)
	}
	r.To = p.temp()
	c, err = sqlite.Revive(ctx, r)
	failpoint.Hit("restore.made")
	if err == nil {
		err = folderError(private.Sync(p.temp()))
	}
	if err == nil {
		err = os.Rename(p.temp(), p.ready())
	}
	if err != nil {
		return c, errors.Join(fullError(err, need), removeTemp(p.temp()))
	}
	return c, folderError(private.SyncFolder(filepath.Dir(p.Database)))
}

// Finish brings in what Prepare made: the present files go to a folder below
// Aside, then the new one takes the place. It reports whether there was anything
// to bring in, and can be cut off anywhere and called again.
func (p Place) Finish() (done bool, err error) {
	info, err := os.Lstat(p.ready())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	} else if err != nil {
		return false, folderError(err)
	}
	failpoint.Hit("restore.ready")
	if err := p.setAside(info.ModTime()); err != nil {
		return false, err
	}
	failpoint.Hit("restore.aside")
	if err := os.Rename(p.ready(), p.Database); err != nil {
		return false, folderError(err)
	}
	failpoint.Hit("restore.done")
	return true, folderError(private.SyncFolder(filepath.Dir(p.Database)))
}

// SetAside moves the database and its neighbours away.
func (p Place) SetAside() error { return p.setAside(p.Now()) }

// setAside moves what is there to a folder named after at, which stays the same
// when the work is taken up again.
func (p Place) setAside(at time.Time) error {
	return p.moveAside(at, append(neighbours[:len(neighbours):len(neighbours)], ""))
}

// SetWALAside moves a WAL away that belongs to another database.
func (p Place) SetWALAside() error { return p.moveAside(p.Now(), neighbours) }

func (p Place) moveAside(at time.Time, ends []string) error {
	dir := filepath.Join(p.Aside, at.UTC().Format(nameStamp))
	for _, end := range ends {
		from := p.Database + end
		if !exists(from) {
			continue
		}
		if err := openFolder(dir); err != nil {
			return err
		}
		to, err := free(filepath.Join(dir, filepath.Base(from)))
		if err != nil {
			return err
		}
		if err := os.Rename(from, to); err != nil {
			return folderError(err)
		}
		failpoint.Hit("restore.moved")
	}
	if !exists(dir) {
		return nil
	}
	return folderError(errors.Join(private.SyncFolder(dir), private.SyncFolder(filepath.Dir(p.Database))))
}

// free is path, or path with a number behind it where something has that name:
// nothing that was set aside is overwritten.
func free(path string) (string, error) {
	for n := range 1000 {
		try := path
		if n > 0 {
			try = fmt.Sprintf("%s.%d", path, n)
		}
		if !exists(try) {
			return try, nil
		}
	}
	return "", folderError(fmt.Errorf("no free name for %s", path))
}
