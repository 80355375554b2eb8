package backup

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"oura-streaming/internal/oura"
)

// Reason tells why a backup was made, or why it is still kept.
type Reason string

// The reasons.
const (
	Daily          Reason = "daily"
	Weekly         Reason = "weekly" // a daily one that stands for its week
	ByHand         Reason = "by_hand"
	BeforeDeletion Reason = "before_deletion"
	BeforeUpdate   Reason = "before_update" // of the schema
)

// Info tells of one backup.
type Info struct {
	Name      string // of its file
	MadeAt    time.Time
	SizeBytes int64
	Reason    Reason
	Verified  bool // looked through after it was made, and unchanged in size since
}

// Store is what copies are made of.
type Store interface {
	CopyTo(ctx context.Context, path string) error
	SizeBytes(ctx context.Context) (int64, error)
}

// Keeper makes and keeps the copies in one folder. It is safe for concurrent use.
type Keeper struct {
	dir string
	now func() time.Time

	mu sync.Mutex // one change of the folder at a time
}

// New returns the keeper of the folder dir, which need not be there yet.
func New(dir string, now func() time.Time) *Keeper { return &Keeper{dir: dir, now: now} }

// Dir is the folder with the backups.
func (k *Keeper) Dir() string { return k.dir }

// List returns all backups, the newest first.
func (k *Keeper) List() ([]Info, error) {
	entries, err := os.ReadDir(k.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, folderError(err)
	}
	known, err := k.readVerified()
	if err != nil {
		return nil, err
	}
	var out []Info
	for _, entry := range entries {
		at, reason, ok := parseName(entry.Name())
		info, err := entry.Info()
		if !ok || err != nil || !info.Mode().IsRegular() {
			continue // somebody else's, or gone meanwhile
		}
		size, there := known[entry.Name()]
		out = append(out, Info{
			Name: entry.Name(), MadeAt: at, SizeBytes: info.Size(), Reason: reason, Verified: there && size == info.Size(),
		})
	}
	slices.SortFunc(out, func(a, b Info) int { return cmp.Or(b.MadeAt.Compare(a.MadeAt), cmp.Compare(b.Name, a.Name)) })
	nameWeekly(out)
	return out, nil
}

// Path returns where the backup called name lies. Only names from the list have
// one. Code: not_found.
func (k *Keeper) Path(name string) (string, error) {
	all, err := k.List()
	if err != nil {
		return "", err
	}
	if !slices.ContainsFunc(all, func(i Info) bool { return i.Name == name }) {
		return "", &oura.Error{Code: oura.CodeNotFound, Message: "This backup is no longer there. Look at the list again."}
	}
	return filepath.Join(k.dir, name), nil
}

// Remove deletes a backup. Code: not_found.
func (k *Keeper) Remove(name string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.remove(name)
}

func (k *Keeper) remove(name string) error {
	path, err := k.Path(name)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil {
		return folderError(err)
	}
	return k.noteVerified(name, -1)
}

// folderError gives a failure its sentence; nil stays nil.
func folderError(err error) error {
	if err == nil {
		return nil
	}
	text := "The folder with the backups cannot be used. Check that it belongs to you and that its disk is there."
	if errors.Is(err, fs.ErrPermission) {
		text = "The folder with the backups cannot be used: you may not write there. Change its permissions."
	}
	return &oura.Error{Code: oura.CodeStorage, Message: text, Err: err}
}
