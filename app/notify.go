package app

import (
	"context"
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

// clicked leads to what a notification is about. Waving one away looks the same
// here, so nothing is done but to show it.
func (b *backend) clicked(id string) {
	n, ok := b.notices.Find(id)
	if !ok {
		b.show()
		return
	}
	b.notices.Read(id)
	b.navigate(string(n.Action))
}

// noticeBreath is the least time between two looks at what could be told.
const noticeBreath = time.Second

// pushNotices hands the planner what happens in e until ctx ends.
func (b *backend) pushNotices(ctx context.Context, e *engine.Engine) {
	events, stopEvents := e.Hub().Listen()
	defer stopEvents()
	troubles, stopTroubles := e.Status().Listen()
	defer stopTroubles()
	jobs, stopJobs := e.ListenSync()
	defer stopJobs()
	exports, stopExports := e.ListenExport()
	defer stopExports()
	w := newWatch(b, e)
	for {
		b.enterNotices(ctx, e)
		b.notices.Status(e.Status().Snapshot())
		w.look(ctx)
		select {
		case <-ctx.Done():
			return
		case <-events:
		case <-troubles:
		case <-jobs:
		case <-exports:
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
func (b *backend) enterNotices(ctx context.Context, e *engine.Engine) {
	who, err := e.Who(ctx)
	if err != nil {
		return // the status tells of it, and who it was goes on
	}
	prefix := ""
	if e.IsDemo() {
		prefix = "Sample data: "
	}
	b.notices.Enter(e.DataDir(), who.UserID, prefix)
}

// noticeFailure tells that there is no engine, and why it is the user who has to do
// something. The next engine's status takes it back.
func (b *backend) noticeFailure(err error) {
	if err == nil || oura.CodeOf(err) == oura.CodeUnavailable {
		return // it starts, or ends
	}
	b.notices.Status(status.Snapshot{State: status.NeedsYou, Troubles: []status.Trouble{{
		Code: "not_started", Severity: status.Error, Remedy: status.Remedy{Label: "Try again", Action: status.Retry},
	}}})
}

// watch finds what is new since it began.
type watch struct {
	b      *backend
	e      *engine.Engine
	seq    int64          // events up to it were looked at
	export int64          // the export by hand that was told of, or ended before
	jobs   map[int64]bool // requests for history that had not ended at the last look
}

func newWatch(b *backend, e *engine.Engine) *watch {
	w := &watch{b: b, e: e, seq: e.Hub().Seq(), jobs: map[int64]bool{}}
	if job := e.ExportState(); job.State != engine.ExportRunning {
		w.export = job.ID
	}
	return w
}

func (w *watch) look(ctx context.Context) {
	w.lookAtExport()
	w.lookAtJobs(ctx)
	if err := w.lookAtEvents(ctx); err != nil && ctx.Err() == nil {
		w.b.log.Warn("new events not told", "err", err)
	}
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
	w.b.notices.Work(notify.Work{Kind: notify.Export, Began: job.Started, Ended: job.Ended, Failed: job.State == engine.ExportFailed})
}

// lookAtJobs tells of requests for history that have ended since the last look.
func (w *watch) lookAtJobs(ctx context.Context) {
	jobs, err := w.e.Jobs(ctx)
	if err != nil {
		return // the next look finds the same
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
		w.b.notices.Work(notify.Work{Kind: notify.History, Began: j.Created, Ended: j.Ended, Failed: failed})
	}
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
	if choices.Night && slices.ContainsFunc(news, func(ev oura.Event) bool { return slices.Contains(nightTypes, ev.DataType) }) {
		return w.tellNight(ctx, choices)
	}
	return nil
}

// nightTypes are those of which a night consists; either may come first.
var nightTypes = []oura.DataType{oura.Sleep, oura.DailySleep}

// newDays is how many days back a document may lie and still be new: the ring's
// day may be another one than this computer's.
const newDays = 2

func (w *watch) tellDocuments(ctx context.Context, news []oura.Event, c notify.Choices) {
	since := oura.DayOf(time.Now()).Add(-newDays)
	var docs []notify.Document
	for _, ev := range slices.Backward(news) { // the oldest first
		if slices.Contains(c.Types, ev.DataType) && (ev.Day == "" || ev.Day >= since) && w.isFirst(ctx, ev) {
			docs = append(docs, notify.Document{Seq: ev.Seq, Type: ev.DataType, Name: typeName(ev.DataType), Day: ev.Day, Says: summary(ev)})
		}
	}
	w.b.notices.Documents(docs, since, c)
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
	w.b.notices.Night(night.Day, says, c)
	return nil
}

// noticeChoices are what the user wants to be told.
func noticeChoices(c *config.Config) notify.Choices {
	return notify.Choices{Night: c.Bool(config.NotifySleep), Types: c.TypesOf(config.NotifyTypes), Values: c.Bool(config.NotifyValues)}
}

// worked tells of the end of work that the window asked for and waited for.
func (b *backend) worked(kind notify.Kind, began time.Time, err error) {
	if b.ctx.Err() == nil {
		b.notices.Work(notify.Work{Kind: kind, Began: began, Ended: time.Now(), Failed: err != nil})
	}
}
