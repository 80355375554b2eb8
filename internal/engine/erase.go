package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"oura-streaming/internal/backup"
	"oura-streaming/internal/export"
	"oura-streaming/internal/failpoint"
	"oura-streaming/internal/status"
	"oura-streaming/internal/vault"
)

const (
	doErase = "erase" // delete everything, then begin anew

	leaveQuickly  = 30 * time.Second // to end the subscriptions before everything is deleted
	revokeQuickly = 5 * time.Second  // to end the access
)

// StageErase deletes all that this program keeps: the data folder's content, with
// backups and what was set aside, and the key of the secrets. First it ends the
// subscriptions and the access at Oura as far as that is quick, then it asks for a
// restart, at which everything goes. From the first moment a crash changes nothing:
// the next start goes on. Code: storage.
func (e *Engine) StageErase(ctx context.Context) error {
	if err := e.writeIntent(intent{Do: doErase}); err != nil {
		return err
	}
	e.leaveOura(context.WithoutCancel(ctx))
	e.askRestart()
	return nil
}

// leaveOura ends what Oura would otherwise go on with. What it does not answer to
// in time ends by itself: subscriptions within three months.
func (e *Engine) leaveOura(ctx context.Context) {
	e.userID.Store("") // nothing more is asked for
	limited, cancel := context.WithTimeout(ctx, leaveQuickly)
	defer cancel()
	n, err := e.keeper.Leave(limited, func() bool { return false })
	e.log.InfoContext(ctx, "subscriptions ended before everything is deleted", "count", n, "err", err)
	limited, cancel = context.WithTimeout(ctx, revokeQuickly)
	defer cancel()
	e.auth.Revoke(limited)
}

// ErasureLeaves lists the files in the data folder that StageErase leaves, because
// they are not the program's, by their path in it.
func (e *Engine) ErasureLeaves() (left []string, err error) {
	err = e.eachFile(func(rel string) error {
		if !e.owns(rel) && !isToolkits(rel) {
			left = append(left, rel)
		}
		return nil
	})
	return left, err
}

// carryOutErase deletes the key first: from then on nothing sealed can be opened,
// wherever a copy of it may lie.
func (e *Engine) carryOutErase(ctx context.Context, _ intent) error {
	opt := vault.Options{KeyFile: e.opt.KeyFile}
	if e.opt.Keychain != nil {
		opt.Keychain = e.opt.Keychain(e.opt.DataDir)
	}
	keyErr := vault.Forget(ctx, opt)
	failpoint.Hit("erase.key")
	if err := e.eraseFiles(); err != nil {
		return folderError(e.opt.DataDir, err)
	}
	failpoint.Hit("erase.files")
	left, err := e.ErasureLeaves()
	if err != nil {
		return folderError(e.opt.DataDir, err)
	}
	e.tellErased(ctx, left, keyErr)
	return nil
}

func (e *Engine) tellErased(ctx context.Context, left []string, keyErr error) {
	e.log.InfoContext(ctx, "all data deleted", "left", len(left), "err", keyErr)
	detail := ""
	if len(left) > 0 {
		detail = "These files in the data folder are not the program's and stayed: " + someOf(left) + "."
	}
	e.status.RaiseCode(status.DataErased, detail)
	if keyErr != nil {
		e.status.RaiseCode(status.KeyLeft, "")
	}
}

// someOf names files, and of many the first ones.
func someOf(names []string) string {
	const most = 10
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// eraseFiles removes every file that is the program's own, what exports under way
// have left elsewhere, and the folders that are empty then.
func (e *Engine) eraseFiles() error {
	err := export.New(nil, filepath.Join(e.opt.DataDir, exportFolder), e.opt.Now).Sweep()
	if err != nil {
		e.log.Warn("unfinished exports not removed", "err", err) // on a disk that is not there
	}
	err = e.eachFile(func(rel string) error {
		if !e.owns(rel) || slices.Contains(inUse, rel) {
			return nil
		}
		defer failpoint.Hit("erase.file")
		return gone(os.Remove(filepath.Join(e.opt.DataDir, rel)))
	})
	if err != nil {
		return err
	}
	for _, name := range []string{backupFolder, asideFolder, exportFolder} {
		removeEmpty(filepath.Join(e.opt.DataDir, name))
	}
	return nil
}

// inUse are the files of this very process, and the intent, which goes last. None
// holds anything of the user's.
var inUse = []string{lockFile, instanceFile, intentFile}

// owns reports whether a file of the data folder is the program's own.
func (e *Engine) owns(rel string) bool {
	first, _, _ := strings.Cut(filepath.ToSlash(rel), "/")
	name := filepath.Base(rel)
	switch first {
	case backupFolder:
		return backup.OwnsCopy(name)
	case asideFolder:
		return e.place.OwnsAside(name)
	case exportFolder:
		return export.Owns(name)
	case name:
		return slices.Contains(inUse, name) || name == tokenLock || name == sampleMark || name == lookFile || name == placeFile || e.place.OwnsBeside(name) ||
			strings.HasPrefix(name, ".instance-") || strings.HasPrefix(name, ".probe-")
	}
	return false
}

// toolkits are what the window's toolkit keeps in a folder of the program's name,
// which is the usual data folder on Linux. It holds the chosen colours and nothing
// that came from Oura, and is in use.
var toolkits = []string{"hsts-storage.sqlite", "localstorage", "mediakeys", "storage", "deviceidhashsalts", "databases", "serviceworkers", "itp"}

func isToolkits(rel string) bool {
	first, _, _ := strings.Cut(filepath.ToSlash(rel), "/")
	return slices.ContainsFunc(toolkits, func(name string) bool {
		return first == name || strings.HasPrefix(first, name+"-")
	})
}

// eachFile visits all that is no folder in the data folder. Links are not followed.
func (e *Engine) eachFile(visit func(rel string) error) error {
	return filepath.WalkDir(e.opt.DataDir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // gone meanwhile
		}
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(e.opt.DataDir, path)
		if err != nil {
			return err
		}
		return visit(rel)
	})
}

func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// removeEmpty removes a folder and those in it as far as they are empty.
func removeEmpty(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, entry := range entries {
		if entry.IsDir() {
			removeEmpty(filepath.Join(dir, entry.Name()))
		}
	}
	_ = os.Remove(dir) // one that holds something stays
}
