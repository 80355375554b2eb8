package app

import (
	"context"
	"sync"
	"time"

	"oura-streaming/internal/backup"
	"oura-streaming/internal/config"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/retention"
)

// mostOthers is how many of other programs' files are named.
const mostOthers = 20

// copyEvery is how often the page is told how far a backup is.
const copyEvery = 300 * time.Millisecond

// copying is a backup that the window asked for.
type copying struct {
	mu     sync.Mutex // guards the fields below
	under  bool
	before int64 // bytes in the folder when it began
	total  int64 // about as many it will take
}

func (c *copying) begin(before, total int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.under, c.before, c.total = true, before, total
}

func (c *copying) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.under = false
}

// work tells how far the copy is by what has come into its folder since.
func (c *copying) work(now int64) (w DataWork, under bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.under {
		return w, false
	}
	return DataWork{Kind: "backup", Done: max(0, min(now-c.before, c.total)), Total: c.total}, true
}

func emptyData() DataView {
	return DataView{Backups: []BackupView{}, Tokens: []TokenView{}, OthersFiles: []string{}}
}

func dataView(ctx context.Context, e *engine.Engine, c *copying) (DataView, error) {
	view := emptyData()
	totals, err := e.Store().Totals(ctx)
	if err != nil {
		return view, err
	}
	places, on := e.Places(), e.Config().Bool(config.Backups)
	view.DataDir, view.APIURL, view.EnvironmentToken = e.DataDir(), e.APIURL(), e.HasEnvironmentToken()
	view.DatabaseBytes, view.BackupsBytes, view.SetAsideBytes = places.Database, places.Backups, places.SetAside
	view.Events, view.Documents, view.Samples = totals.Events, totals.Documents, totals.Samples
	view.BackupsOn, view.Undoable = on, on && !e.IsDemo()
	view.Rules, view.Work = rulesView(e.Retention()), dataWork(e, c, places.Backups)
	view.ExportFolder = e.ExportSchedule().Folder
	left, err := e.ErasureLeaves()
	if err != nil {
		return view, &oura.Error{Code: oura.CodeStorage, Message: "The data folder cannot be read. Check that its disk is there, then try again.", Err: err}
	}
	view.OthersFiles = append(view.OthersFiles, left[:min(len(left), mostOthers)]...)
	backups, err := e.Backups(ctx)
	if err != nil {
		return view, err
	}
	for _, b := range backups {
		view.Backups = append(view.Backups, backupView(b))
	}
	tokens, err := e.Tokens(ctx)
	for _, t := range tokens {
		view.Tokens = append(view.Tokens, TokenView{ID: t.ID, Name: t.Name, Scope: string(t.Scope), MadeAt: instant(t.MadeAt), UsedAt: instant(t.UsedAt)})
	}
	return view, err
}

func backupView(b backup.Info) BackupView {
	return BackupView{Name: b.Name, MadeAt: instant(b.MadeAt), SizeBytes: b.SizeBytes, Reason: string(b.Reason), Verified: b.Verified}
}

func dataWork(e *engine.Engine, c *copying, backupBytes int64) DataWork {
	if w, under := c.work(backupBytes); under {
		return w
	}
	w := DataWork{}
	st := e.RetentionState()
	if st.Running {
		w.Kind, w.Done, w.Total = "prune", st.Done, st.Total
	}
	if st.Err != nil {
		w.Error = oura.MessageOf(st.Err)
	}
	return w
}

func rulesView(r retention.Rules) RetentionRules {
	return RetentionRules{EventsDays: r.EventDays, EventsCount: r.Events, DeliveriesDays: r.DeliveryDays, SamplesDays: r.SampleDays}
}

func (r RetentionRules) rules() retention.Rules {
	return retention.Rules{EventDays: r.EventsDays, Events: r.EventsCount, DeliveryDays: r.DeliveriesDays, SampleDays: r.SamplesDays}
}

// pushData tells the page how deletions go on.
func (b *backend) pushData(ctx context.Context, e *engine.Engine) {
	changed, stop := e.ListenRetention()
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
		b.ui.Emit(msgData, nil)
		select {
		case <-ctx.Done():
			return
		case <-time.After(syncBreath):
		}
	}
}

// copyOut runs a backup and tells the page how far it is.
func (b *backend) copyOut(e *engine.Engine, backUp func() error) error {
	total, err := e.Store().SizeBytes(b.ctx)
	if err != nil {
		return err
	}
	b.copying.begin(e.Places().Backups, total)
	ctx, cancel := context.WithCancel(b.ctx)
	var told sync.WaitGroup
	told.Go(func() {
		tick := time.NewTicker(copyEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				b.ui.Emit(msgData, nil)
			}
		}
	})
	err = backUp()
	cancel()
	told.Wait()
	b.copying.end()
	b.ui.Emit(msgData, nil)
	return err
}
