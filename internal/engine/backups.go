package engine

import (
	"context"
	"path/filepath"
	"time"

	"oura-streaming/internal/backup"
	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/restapi"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

const (
	backupFolder = "backups"
	asideFolder  = "set-aside" // what was damaged or replaced; nothing in it is ever deleted

	backupCalm  = 10 * time.Minute // after a start, which is busy enough
	backupLook  = time.Minute      // timers stand still while a computer sleeps
	backupAgain = time.Hour        // after one that failed
)

// BackupInfo tells of one backup.
type BackupInfo = backup.Info

// BackupContents tells what a backup holds. With a Problem it cannot be brought
// back, and the rest is empty.
type BackupContents struct {
	MadeAt                     time.Time
	Events, Documents, Samples int64
	FirstDay, LastDay          oura.Day
	LastSeq                    int64
	Problem                    string // a sentence, "" when there is none
}

// Backups lists the backups, the newest first. Code: storage.
func (e *Engine) Backups(context.Context) ([]BackupInfo, error) { return e.backups.List() }

// BackUp makes a backup now and removes those that the policy no longer keeps.
// Code: storage.
func (e *Engine) BackUp(ctx context.Context, reason backup.Reason) (BackupInfo, error) {
	made, err := e.backups.Make(ctx, e.store, reason)
	if err != nil {
		e.noteDamage(ctx, err)
		return BackupInfo{}, err
	}
	e.status.Clear(status.BackupFailed)
	e.log.InfoContext(ctx, "backup made", "backup", made.Name, "bytes", made.SizeBytes)
	if reason == backup.ByHand { // one that is made by itself is no deed of anybody's
		e.audit(ctx, "backup_made", "backup "+made.Name)
	}
	if gone, err := e.backups.Prune(); err != nil {
		e.log.WarnContext(ctx, "old backups not removed", "err", err)
	} else if len(gone) > 0 {
		e.log.InfoContext(ctx, "old backups removed", "backups", gone)
	}
	return made, nil
}

// InspectBackup looks into a backup as strictly as bringing it back does. What is
// wrong with the file is in the answer. Codes: not_found, storage.
func (e *Engine) InspectBackup(ctx context.Context, name string) (BackupContents, error) {
	path, err := e.backups.Path(name)
	if err != nil {
		return BackupContents{}, err
	}
	at, err := e.backupTime(name)
	if err != nil {
		return BackupContents{}, err
	}
	c, err := sqlite.Inspect(ctx, path)
	if ctx.Err() != nil {
		return BackupContents{}, ctx.Err()
	}
	if err == nil && c.Sample && e.demo == nil {
		err = sqlite.ErrSampleCopy
	}
	if err != nil {
		return BackupContents{MadeAt: at, Problem: oura.MessageOf(err)}, nil
	}
	return BackupContents{
		MadeAt: at, Events: c.Events, Documents: c.Documents, Samples: c.Samples,
		FirstDay: c.FirstDay, LastDay: c.LastDay, LastSeq: c.LastSeq,
	}, nil
}

// StageRestore checks a backup and asks for a restart that brings it back. What is
// stored now is set aside then; sign-in, settings and tokens stay as they are. Who
// asks again before that is refused. Codes: invalid, not_found, storage, unavailable.
func (e *Engine) StageRestore(ctx context.Context, name string) (err error) {
	if !e.restart.beginRestore() {
		return &oura.Error{Code: oura.CodeInvalid, Message: "The program is being opened again already. Wait until that has ended."}
	}
	defer func() {
		if err != nil {
			e.restart.endRestore()
		}
	}()
	c, err := e.InspectBackup(ctx, name)
	if err != nil {
		return err
	}
	if c.Problem != "" {
		return &oura.Error{Code: oura.CodeStorage, Message: c.Problem}
	}
	from, err := e.lacksFrom(ctx, c.MadeAt)
	if err != nil {
		return err
	}
	if err := e.store.Audit(ctx, "restore", "backup "+name); err != nil {
		return err
	}
	return e.stage(intent{Do: doRestore, Backup: name, From: from})
}

// RestoreError tells why the backup that StageRestore was asked for in the run
// before did not come back; everything is as it was then. nil: it came back, or
// none was asked for. Code: storage.
func (e *Engine) RestoreError() error {
	if e.notRestored == nil {
		return nil
	}
	return &oura.Error{Code: oura.CodeStorage, Message: "The backup was not brought back, and everything is as it was before. " + oura.MessageOf(e.notRestored), Err: e.notRestored}
}

// RemoveBackup deletes a backup. Codes: not_found, storage.
func (e *Engine) RemoveBackup(ctx context.Context, name string) error {
	if err := e.backups.Remove(name); err != nil {
		return err
	}
	e.audit(ctx, "backup_removed", "backup "+name)
	return nil
}

func (e *Engine) backupTime(name string) (time.Time, error) {
	all, err := e.backups.List()
	if err != nil {
		return time.Time{}, err
	}
	for _, b := range all {
		if b.Name == name {
			return b.MadeAt, nil
		}
	}
	return time.Time{}, &oura.Error{Code: oura.CodeNotFound, Message: "This backup is no longer there. Look at the list again."}
}

func (e *Engine) newKeeper() *backup.Keeper {
	return backup.New(filepath.Join(e.opt.DataDir, backupFolder), e.opt.Now)
}

// serveBackups makes the daily backup: by the wall clock, and not while the
// program has just started.
func (e *Engine) serveBackups(ctx context.Context) error {
	if err := e.backups.Sweep(); err != nil {
		e.log.WarnContext(ctx, "unfinished backups not removed", "err", err)
	}
	for pause := backupCalm; wait(ctx, pause); {
		pause = backupLook
		if err := e.backUpDaily(ctx); err != nil && ctx.Err() == nil {
			e.log.ErrorContext(ctx, "backup not made", "err", err, "retry_in", backupAgain)
			e.status.RaiseCode(status.BackupFailed, oura.MessageOf(err))
			pause = backupAgain
		}
	}
	return ctx.Err()
}

// backUpDaily makes a backup when one is due and there is anything to keep.
func (e *Engine) backUpDaily(ctx context.Context) error {
	if e.demo != nil || !e.cfg.Bool(config.Backups) {
		e.status.Clear(status.BackupFailed)
		return nil
	}
	due, err := e.backups.Due()
	if err != nil || !due {
		return err
	}
	if some, err := e.hasAnything(ctx); err != nil || !some {
		return err
	}
	_, err = e.BackUp(ctx, backup.Daily)
	return err
}

// hasAnything reports whether there is anything that would be missed: where all
// events were deleted, that is documents, samples and the account.
func (e *Engine) hasAnything(ctx context.Context) (bool, error) {
	if _, connected, err := e.store.Account(ctx); err != nil || connected {
		return connected, err
	}
	held, err := e.store.Totals(ctx)
	return held != sqlite.Totals{}, err
}

// noteDamage asks for a restart that heals the database when err is about damage.
func (e *Engine) noteDamage(ctx context.Context, err error) {
	if !sqlite.IsDamaged(err) || ctx.Err() != nil {
		return
	}
	e.log.ErrorContext(ctx, "database damaged", "err", err)
	if err := e.stage(intent{Do: doHeal}); err != nil {
		e.log.ErrorContext(ctx, "healing not asked for", "err", err)
	}
}

// backups serves the local API.
type backups struct{ e *Engine }

func (b backups) Backups(ctx context.Context) ([]restapi.BackupView, error) {
	all, err := b.e.Backups(ctx)
	out := make([]restapi.BackupView, len(all))
	for i, info := range all {
		out[i] = viewOf(info)
	}
	return out, err
}

func (b backups) BackUp(ctx context.Context) (restapi.BackupView, error) {
	made, err := b.e.BackUp(ctx, backup.ByHand)
	return viewOf(made), err
}

func viewOf(i BackupInfo) restapi.BackupView {
	return restapi.BackupView{Name: i.Name, MadeAt: i.MadeAt, SizeBytes: i.SizeBytes, Reason: string(i.Reason), Verified: i.Verified}
}
