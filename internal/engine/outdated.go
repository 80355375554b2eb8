package engine

import (
	"context"

	"oura-streaming/internal/backup"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// backUpOutdated makes a backup of a database that the opening is about to bring up
// to date. Without one nothing is changed. Code: storage.
func (e *Engine) backUpOutdated(ctx context.Context) error {
	if state, err := e.place.Look(); err != nil || state != backup.Present || e.demo != nil {
		return err
	}
	old, err := sqlite.FindOutdated(ctx, e.place.Database)
	if err != nil || old == nil {
		return ctx.Err() // what keeps it from being read the opening will tell
	}
	made, err := e.backups.Make(ctx, old, backup.BeforeUpdate)
	switch {
	case sqlite.IsRefusedCopy(err): // somebody has changed its schema: such a copy could not come back
		e.log.WarnContext(ctx, "no backup before the update of the database", "err", err)
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return &oura.Error{
			Code:    oura.CodeStorage,
			Message: "This version has to bring the database up to date, and makes a backup first. Nothing was changed yet. " + oura.MessageOf(err),
			Err:     err,
		}
	}
	e.log.InfoContext(ctx, "backup made before the update of the database", "backup", made.Name, "bytes", made.SizeBytes)
	if _, err := e.backups.Prune(); err != nil {
		e.log.WarnContext(ctx, "old backups not removed", "err", err)
	}
	return nil
}
