package app

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"oura-streaming/app/notify"
	"oura-streaming/internal/config"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

// desktop hands what the planner tells to the system's notification service.
type desktop struct {
	ui    func() notifier
	shown func() (shown bool, why string) // asks whether anybody would show it

	mu    sync.Mutex // guards the fields below
	began bool
	never error // why there will be none
	last  error // of the last try
	tried bool
}

func (d *desktop) begin(answered func(id string)) {
	err := d.ui().BeginNotify(answered)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.began, d.never = true, err
}

// Send shows n.
func (d *desktop) Send(n notify.Notice) error {
	d.mu.Lock()
	never := d.never
	d.mu.Unlock()
	if never != nil {
		return never
	}
	err := d.ui().Notify(n)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tried, d.last = true, err
	return err
}

// Withdraw takes a notification back.
func (d *desktop) Withdraw(id string) error { return d.ui().Unnotify(id) }

// Available reports whether the system shows notifications, and if not, why.
func (d *desktop) Available() (ok bool, why string) {
	d.mu.Lock()
	began, never, tried, last := d.began, d.never, d.tried, d.last
	d.mu.Unlock()
	switch {
	case !began:
		return false, ""
	case never != nil:
		return false, oura.MessageOf(never)
	case tried && last == nil:
		return true, ""
	}
	if shown, why := d.shown(); !shown {
		return false, why
	}
	if last != nil {
		return false, "The system did not take the last notification."
	}
	return true, ""
}

// serveNotices tells the user outside the window until the program ends.
func (b *backend) serveNotices() {
	b.desktop.begin(func(id string) { b.background(func() { b.clicked(id) }) })
	_ = b.notices.Serve(b.ctx) // it ends with ctx and for no other reason
}

// tellNotices tells the page when the list has changed.
func (b *backend) tellNotices() {
	changed, stop := b.notices.Listen()
	defer stop()
	for {
		select {
		case <-b.ctx.Done():
			return
		case <-changed:
			b.ui.Emit(msgNotices, nil)
		}
		select {
		case <-b.ctx.Done():
			return
		case <-time.After(breath):
		}
	}
}

// clicked leads to what a notification is about.
func (b *backend) clicked(id string) {
	n, ok := b.notices.Find(id)
	if !ok {
		b.show()
		return
	}
	b.notices.Read(id)
	b.navigate(string(n.Action))
}

const (
	noticeBreath = time.Second      // the least time between two looks at what could be told
	noticeRetry  = 10 * time.Second // after which a look that failed is tried again
)

// pushNotices hands the planner what happens in w's engine until ctx ends.
func (b *backend) pushNotices(ctx context.Context, w *watch) {
	e := w.e
	events, stopEvents := e.Hub().Listen()
	defer stopEvents()
	troubles, stopTroubles := e.Status().Listen()
	defer stopTroubles()
	jobs, stopJobs := e.ListenSync()
	defer stopJobs()
	exports, stopExports := e.ListenExport()
	defer stopExports()
	b.notices.Restart()
	for {
		var late <-chan time.Time
		if err := w.round(ctx); err != nil && ctx.Err() == nil {
			b.log.Warn("not all that is new was told", "err", err, "retry_in", w.retry)
			late = time.After(w.retry)
		}
		select {
		case <-ctx.Done():
			return
		case <-events:
		case <-troubles:
		case <-jobs:
		case <-exports:
		case <-late:
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(noticeBreath):
		}
	}
}

// enterNotices says whose data are shown: what was told of somebody else's is
// forgotten.
func (b *backend) enterNotices(ctx context.Context, e *engine.Engine) error {
	prefix := ""
	if e.IsDemo() {
		prefix = "Sample data: "
	}
	who, err := e.Who(ctx)
	if err != nil {
		b.notices.EnterFolder(e.DataDir(), prefix)
		return err
	}
	b.notices.Enter(e.DataDir(), who.UserID, prefix)
	return nil
}

// noticeFailure tells that there is no engine, and why it is the user who has to do
// something. The next engine's status takes it back.
func (b *backend) noticeFailure(err error) {
	if err == nil || oura.CodeOf(err) == oura.CodeUnavailable {
		return // it starts, or ends
	}
	b.notices.Bar(status.Trouble{Code: "not_started", Severity: status.Error, Remedy: status.Remedy{Label: "Try again", Action: status.Retry}})
}

// teller is told what is new.
type teller interface {
	Night(day oura.Day, says string, c notify.Choices)
	Documents(list []notify.Document, c notify.Choices)
	Work(w notify.Work)
}

// watch finds what is new since it began, and whether last night has been told.
type watch struct {
	b      *backend
	e      *engine.Engine
	to     teller
	seq    int64          // events up to it were looked at
	night  bool           // last night is to be looked at
	export int64          // the export by hand that was told of, or ended before
	jobs   map[int64]bool // requests for history that had not ended at the last look
	retry  time.Duration  // noticeRetry
}

// newWatch begins before its engine serves, so that nothing falls between. Last night
// may have come just before another engine ended, or while no window ran.
func newWatch(b *backend, e *engine.Engine) *watch {
	w := &watch{b: b, e: e, to: b.notices, seq: e.Hub().Seq(), night: true, jobs: map[int64]bool{}, retry: noticeRetry}
	if job := e.ExportState(); job.State != engine.ExportRunning {
		w.export = job.ID
	}
	return w
}

// round is one look at everything. While nobody knows whose data they are, only the
// troubles are looked at. What failed is found again by the next round.
func (w *watch) round(ctx context.Context) error {
	unknown := w.b.enterNotices(ctx, w.e)
	w.b.notices.Status(w.e.Status().Snapshot())
	if unknown != nil {
		return unknown
	}
	return w.look(ctx)
}

func (w *watch) look(ctx context.Context) error {
	w.lookAtExport()
	return errors.Join(w.lookAtJobs(ctx), w.lookAtEvents(ctx), w.lookAtNight(ctx))
}

func (w *watch) lookAtExport() {
	job := w.e.ExportState()
	if job.ID <= w.export || job.State == engine.ExportRunning {
		return
	}
	w.export = job.ID
	if job.State == engine.ExportCancelled {
		return // the user knows
	}
	w.to.Work(notify.Work{Kind: notify.Export, Began: job.Started, Ended: job.Ended, Failed: job.State == engine.ExportFailed})
}

// lookAtJobs tells of requests for history that have ended since the last look.
func (w *watch) lookAtJobs(ctx context.Context) error {
	jobs, err := w.e.Jobs(ctx)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		if j.State == sqlite.JobOpen {
			w.jobs[j.ID] = true
			continue
		}
		if !w.jobs[j.ID] {
			continue
		}
		delete(w.jobs, j.ID)
		if j.State != sqlite.JobDone {
			continue // cancelled
		}
		failed := false
		for _, p := range j.Parts {
			failed = failed || p.Missed > 0
		}
		w.to.Work(notify.Work{Kind: notify.History, Began: j.Created, Ended: j.Ended, Failed: failed})
	}
	return nil
}

// mostNew is how many new documents are looked at at once; what comes in greater
// numbers is no news.
const mostNew = 500

// lookAtEvents tells of new documents. What a request for history brings in is
// left out.
func (w *watch) lookAtEvents(ctx context.Context) error {
	upTo := w.e.Hub().Seq()
	if upTo <= w.seq {
		return nil
	}
	choices := noticeChoices(w.e.Config())
	wanted := choices.Types
	if choices.Night {
		wanted = slices.Concat(nightTypes, wanted)
	}
	if len(wanted) == 0 {
		w.seq = upTo
		return nil
	}
	news, err := w.e.Store().Events(ctx, sqlite.EventFilter{
		Types: wanted, Sources: []oura.Source{oura.SourceWebhook, oura.SourcePoll, oura.SourceCatchUp},
		After: w.seq, Before: upTo + 1, Limit: mostNew,
	})
	if err != nil {
		return err
	}
	w.seq = upTo
	w.tellDocuments(ctx, news, choices)
	w.night = w.night || slices.ContainsFunc(news, func(ev oura.Event) bool { return slices.Contains(nightTypes, ev.DataType) })
	return nil
}

// nightTypes are those of which a night consists; either may come first.
var nightTypes = []oura.DataType{oura.Sleep, oura.DailySleep}

// newDays is how many days back a document may lie and still be new: the ring's
// day may be another one than this computer's.
const newDays = 2

func (w *watch) tellDocuments(ctx context.Context, news []oura.Event, c notify.Choices) {
	var docs []notify.Document
	for _, ev := range slices.Backward(news) { // the oldest first
		if c.Wants(ev.DataType, ev.Day) && w.isFirst(ctx, ev) {
			docs = append(docs, notify.Document{Seq: ev.Seq, Type: ev.DataType, Name: typeName(ev.DataType), Day: ev.Day, Says: summary(ev)})
		}
	}
	w.to.Documents(docs, c)
}

// isFirst reports whether an event is the first of its document. Oura may announce
// a change of what was never announced.
func (w *watch) isFirst(ctx context.Context, ev oura.Event) bool {
	if ev.EventType != oura.Update {
		return ev.EventType == oura.Create
	}
	_, before, err := w.e.Store().Event(ctx, ev.Seq)
	return err == nil && before == 0
}

// lookAtNight tells of last night when it is due. What could not be told stays due.
func (w *watch) lookAtNight(ctx context.Context) error {
	choices := noticeChoices(w.e.Config())
	if w.night && choices.Night {
		if err := w.tellNight(ctx, choices); err != nil {
			return err
		}
	}
	w.night = false
	return nil
}

// tellNight tells that the main sleep of the ring's today is in, once a day over all
// starts of the program.
func (w *watch) tellNight(ctx context.Context, c notify.Choices) error {
	who, err := w.e.Who(ctx)
	if err != nil {
		return err
	}
	night, err := w.e.Metrics().Night(ctx, who, "")
	if err != nil {
		return err
	}
	cfg := w.e.Config()
	if night.Day != night.Today || len(night.Periods) == 0 || !night.Periods[0].Main || string(night.Day) <= cfg.Get(config.NotifySlept) {
		return nil
	}
	if err := cfg.Set(ctx, config.NotifySlept, string(night.Day)); err != nil {
		return err // rather not told than told again and again
	}
	says := ""
	for _, f := range night.Periods[0].Figures {
		if f.Figure.Metric.ID == "sleep.total_sleep_duration" && f.Figure.Known {
			says = hours(&f.Figure.Value) + " asleep."
		}
	}
	w.to.Night(night.Day, says, c)
	return nil
}

// noticeChoices are what the user wants to be told.
func noticeChoices(c *config.Config) notify.Choices {
	return notify.Choices{
		Night: c.Bool(config.NotifySleep), Types: c.TypesOf(config.NotifyTypes), Values: c.Bool(config.NotifyValues),
		Since: oura.DayOf(time.Now()).Add(-newDays),
	}
}

// worked tells of the end of work that the window asked for and waited for.
func (b *backend) worked(kind notify.Kind, began time.Time, err error) {
	if b.ctx.Err() == nil {
		b.notices.Work(notify.Work{Kind: kind, Began: began, Ended: time.Now(), Failed: err != nil})
	}
}
