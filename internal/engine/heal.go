package engine

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"path/filepath"

	"oura-streaming/internal/backup"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

// look is what the look at the database before its opening has found.
type look struct {
	copied    bool // it is a copy that was never opened
	unchecked bool // there was no time to read it through
}

// prepareStore brings the database's place in order while nothing has it open: it
// ends what an earlier start began, does what the last run left to this one, and
// looks whether the database is what it was.
func (e *Engine) prepareStore(ctx context.Context) error {
	done, err := e.place.Finish()
	if err != nil {
		return err
	}
	if done { // killed after the choice was made
		if err := e.dropIntent(); err != nil {
			return err
		}
	}
	if err := e.carryOut(ctx); err != nil {
		return err
	}
	if err := e.lookForLoss(ctx); err != nil {
		return err
	}
	return e.backUpOutdated(ctx)
}

// lookForLoss finds a database that is missing, emptied, damaged or without its
// WAL, and puts right what it finds.
func (e *Engine) lookForLoss(ctx context.Context) error {
	mark, marked, err := backup.ReadMark(e.opt.DataDir)
	if err != nil {
		return err
	}
	e.mark.Mark = mark
	state, err := e.lookAtPlace()
	switch {
	case err != nil:
		return err
	case state != backup.Present && !marked:
		return nil // the first start
	case state != backup.Present:
		return e.replaceStore(ctx, noteMissing)
	}
	e.look.copied = e.place.IsCopy()
	if e.place.HasWAL() && (e.look.copied || marked && !mark.Open) { // after a good end there is none
		e.log.WarnContext(ctx, "WAL of another database set aside")
		if err := e.place.SetWALAside(); err != nil {
			return err
		}
	}
	limited, cancel := context.WithTimeout(ctx, cmp.Or(e.opt.checkLimit, checkLimit))
	defer cancel()
	return e.judgeCheck(ctx, sqlite.Check(limited, e.place.Database))
}

// lookAtPlace refuses what must not even be read: a planted link, another's file.
func (e *Engine) lookAtPlace() (backup.State, error) {
	if err := sqlite.Guard(e.place.Database); err != nil {
		return backup.Missing, err
	}
	return e.place.Look()
}

// judgeCheck replaces the database where it is damaged. A check that found nothing
// in its time goes on later; what else keeps the file from being read, the opening
// will tell.
func (e *Engine) judgeCheck(ctx context.Context, err error) error {
	switch {
	case sqlite.IsDamaged(err):
		e.log.ErrorContext(ctx, "database damaged", "err", err)
		return e.replaceStore(ctx, noteDamaged)
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
		e.look.unchecked = e.mark.Open || !e.readLately()
	case err == nil:
		e.mark.ReadMS = e.wall().UnixMilli()
	}
	return ctx.Err()
}

// carryOutHeal reads the whole database, however long that takes.
func (e *Engine) carryOutHeal(ctx context.Context, _ intent) error {
	if state, err := e.lookAtPlace(); err != nil || state != backup.Present {
		return err
	}
	if mark, _, err := backup.ReadMark(e.opt.DataDir); err == nil {
		e.mark.Mark = mark
	}
	if err := sqlite.Check(ctx, e.place.Database); sqlite.IsDamaged(err) {
		return e.replaceStore(ctx, noteDamaged)
	}
	return nil
}

// replaceStore sets the database aside and puts the newest good backup in its
// place, or an empty store where there is none. Either way what can be read of the
// present file is carried over: the sign-in, the settings.
func (e *Engine) replaceStore(ctx context.Context, why string) error {
	all, err := e.backups.List()
	if err != nil {
		return notReplaced(err)
	}
	for _, b := range all {
		err := e.revive(ctx, revivedNote{Why: why, Backup: b.Name})
		if err == nil || !sqlite.IsRefusedCopy(err) {
			return notReplaced(err)
		}
		e.log.ErrorContext(ctx, "backup not usable", "backup", b.Name, "err", err)
	}
	return notReplaced(e.revive(ctx, revivedNote{Why: why, Refused: len(all)}))
}

// notReplaced ends a start at which a lost database could not be replaced for now:
// whoever began anew instead would do without backups that are sound.
func notReplaced(err error) error {
	if oura.CodeOf(err) != oura.CodeStorage {
		return err
	}
	return &oura.Error{
		Code:    oura.CodeStorage,
		Message: "The database is lost or damaged and could not be replaced yet. " + oura.MessageOf(err),
		Err:     err,
	}
}

// revive makes a database from the backup that note names, or anew without one, and
// brings it in.
func (e *Engine) revive(ctx context.Context, note revivedNote) error {
	name, why := note.Backup, note.Why
	r := sqlite.Revival{Seq: e.mark.Seq, Ticket: e.mark.Ticket, Note: note.after, Word: rand.Text(), Sample: e.demo != nil}
	state, err := e.lookAtPlace()
	if err != nil {
		return err
	}
	if state == backup.Present {
		r.Present = e.place.Database
	}
	if name != "" {
		if r.Backup, err = e.backups.Path(name); err != nil {
			return err
		}
	}
	e.announceWord(ctx, r.Word)
	carried, err := e.place.Prepare(ctx, r)
	if err != nil {
		return err
	}
	if err := e.dropIntent(); err != nil { // from here on Finish does it, also at the next start
		return err
	}
	e.log.WarnContext(ctx, "database replaced", "why", why, "backup", name, "carried", carried.Tables)
	e.look.unchecked = false
	_, err = e.place.Finish()
	return err
}

// carryOutRestore brings back the backup the user chose. What keeps it from coming
// back is told, and everything stays as it was.
func (e *Engine) carryOutRestore(ctx context.Context, in intent) error {
	mark, _, err := backup.ReadMark(e.opt.DataDir)
	if err == nil {
		e.mark.Mark = mark
		err = e.revive(ctx, revivedNote{Why: noteRestored, Backup: in.Backup, From: in.From})
	}
	if err != nil && ctx.Err() == nil {
		e.log.ErrorContext(ctx, "backup not brought back", "backup", in.Backup, "err", err)
		e.status.Raise(status.Trouble{Code: status.RestoreFailed, Text: "Everything is as it was before. " + oura.MessageOf(err)})
		e.notRestored, err = err, nil
	}
	return err
}

func (e *Engine) databasePath() string { return filepath.Join(e.opt.DataDir, databaseFile) }

func (e *Engine) newPlace() backup.Place {
	return backup.Place{Database: e.databasePath(), Aside: filepath.Join(e.opt.DataDir, asideFolder), Now: e.opt.Now}
}
