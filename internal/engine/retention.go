package engine

import (
	"context"
	"strconv"
	"time"

	"oura-streaming/internal/backup"
	"oura-streaming/internal/config"
	"oura-streaming/internal/retention"
)

// settleTime is how long before its time a backup may have been begun: what came
// while it was made is perhaps not in it.
const settleTime = 10 * time.Minute

func (e *Engine) newRetention() *retention.Keeper {
	return retention.New(retention.Options{
		Store: e.store, Rules: e.Retention, BackUp: e.backUpSince, Troubles: e.status,
		Now: e.opt.Now, Log: e.log.With("part", "retention"),
	})
}

// Retention says how long what is stored is kept.
func (e *Engine) Retention() retention.Rules {
	return retention.Rules{
		EventDays: e.cfg.Count(config.KeepEventsDays), Events: e.cfg.Count(config.KeepEventsCount),
		DeliveryDays: e.cfg.Count(config.KeepDeliveriesDays), SampleDays: e.cfg.Count(config.KeepSamplesDays),
	}
}

// SetRetention keeps new rules. They take effect within a minute, and at once with
// ApplyRetention. Codes: invalid, storage.
func (e *Engine) SetRetention(ctx context.Context, r retention.Rules) error {
	values := retentionValues(r)
	if err := e.checkRetention(values); err != nil {
		return err
	}
	if r == e.Retention() {
		return nil
	}
	if err := e.store.Audit(ctx, "retention_changed", r.Text()); err != nil {
		return err
	}
	if err := e.cfg.SetAll(ctx, values); err != nil {
		return err
	}
	e.retention.RulesChanged()
	return nil
}

// RetentionPreview counts what rules would delete now. Codes: invalid, storage.
func (e *Engine) RetentionPreview(ctx context.Context, r retention.Rules) (retention.Counts, error) {
	if err := e.checkRetention(retentionValues(r)); err != nil {
		return retention.Counts{}, err
	}
	return e.retention.Preview(ctx, r)
}

// ApplyRetention deletes by the rules: it returns what is about to go, once a
// backup holds it. RetentionState tells how far it is. Code: storage.
func (e *Engine) ApplyRetention(ctx context.Context) (retention.Deletion, error) {
	return e.retention.Apply(ctx)
}

// RetentionState tells what is being deleted.
func (e *Engine) RetentionState() retention.State { return e.retention.State() }

// ListenRetention returns a channel that gets a token when something was deleted,
// and while a deletion goes on. stop ends it.
func (e *Engine) ListenRetention() (wake <-chan struct{}, stop func()) { return e.retention.Listen() }

// ClearEvents deletes all events; documents and samples stay. made is the backup
// that holds them, empty where nothing was there or backups are turned off. It
// goes on when the caller leaves. Code: storage.
func (e *Engine) ClearEvents(ctx context.Context) (n int64, made BackupInfo, err error) {
	d, err := e.retention.Clear(ctx)
	if err != nil || d.Backup == "" {
		return d.Counts.Events, BackupInfo{}, err
	}
	all, err := e.Backups(ctx)
	for _, b := range all {
		if b.Name == d.Backup {
			made = b
		}
	}
	return d.Counts.Events, made, err
}

// backUpSince makes sure of a backup that holds everything stored by since.
func (e *Engine) backUpSince(ctx context.Context, since time.Time) (name string, err error) {
	if e.demo != nil || !e.cfg.Bool(config.Backups) {
		return "", nil
	}
	all, err := e.Backups(ctx)
	if err != nil {
		return "", err
	}
	for _, b := range all {
		if b.Verified && !b.MadeAt.Before(since.Add(settleTime)) && !b.MadeAt.After(e.wall()) {
			return b.Name, nil
		}
	}
	made, err := e.BackUp(ctx, backup.BeforeDeletion)
	return made.Name, err
}

func (e *Engine) checkRetention(values map[config.Name]string) error {
	for name, value := range values {
		if err := e.cfg.Check(name, value); err != nil {
			return err
		}
	}
	return nil
}

func retentionValues(r retention.Rules) map[config.Name]string {
	return map[config.Name]string{
		config.KeepEventsDays: strconv.Itoa(r.EventDays), config.KeepEventsCount: strconv.Itoa(r.Events),
		config.KeepDeliveriesDays: strconv.Itoa(r.DeliveryDays), config.KeepSamplesDays: strconv.Itoa(r.SampleDays),
	}
}

// clearer serves the local API.
type clearer struct{ e *Engine }

func (c clearer) ClearEvents(ctx context.Context) (int64, error) {
	n, _, err := c.e.ClearEvents(ctx)
	return n, err
}
