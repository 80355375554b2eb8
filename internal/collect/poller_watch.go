package collect

import (
	"context"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

const (
	watchFor = 24 * time.Hour   // more rounds after something was missed
	grace    = 10 * time.Minute // for a delivery that is on its way
	openSpan = 6 * time.Hour    // a document of today that grows need not be announced more often
)

// watch looks after the webhooks: it compares what rounds find with what was
// announced.
type watch struct {
	liveSince time.Time // zero: not live
	until     time.Time // of the alert
	suspects  []suspect
}

// suspect is a change that a round found and that no delivery had brought.
type suspect struct {
	dt    oura.DataType
	id    string
	since time.Time // the change was made later
	found time.Time
}

func (w *watch) turn(now time.Time, live bool) {
	switch {
	case live && w.liveSince.IsZero():
		w.liveSince = now
	case !live:
		w.liveSince = time.Time{}
	}
	if !w.until.IsZero() && now.After(w.until) {
		w.until = time.Time{}
	}
}

func (w *watch) alert() bool { return !w.until.IsZero() }

func (w *watch) shift(by time.Duration) {
	if w.alert() {
		w.until = w.until.Add(by)
	}
	if !w.liveSince.IsZero() {
		w.liveSince = w.liveSince.Add(by)
	}
	for i := range w.suspects {
		w.suspects[i].since = w.suspects[i].since.Add(by)
		w.suspects[i].found = w.suspects[i].found.Add(by)
	}
}

func (w *watch) suspect(now time.Time, all []suspect) {
	for _, s := range all {
		s.found = now
		w.suspects = append(w.suspects, s)
	}
}

// unannounced notes a change as a suspect if webhooks should have told of it: its
// day was looked at before, after they had begun. A catch-up finds what happened
// while nobody listened, which is no reproach.
func (d *reading) unannounced(c sqlite.Change) {
	if !d.live || d.kind == KindCatchUp {
		return
	}
	d.p.mu.Lock()
	since, ok := d.p.state(d.dt).looks[c.Day]
	d.p.mu.Unlock()
	if !ok || since.Before(d.p.watch.liveSince) {
		return
	}
	if c.Day >= d.today && c.Operation == oura.Update {
		since = since.Add(-openSpan)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.suspects = append(d.suspects, suspect{dt: d.dt, id: c.ObjectID, since: since})
}

// judge counts the suspects that nobody has announced until now, tells them and
// raises the number of rounds.
func (p *Poller) judge(ctx context.Context, now time.Time) {
	var ripe, rest []suspect
	for _, s := range p.watch.suspects {
		if now.Sub(s.found) >= grace {
			ripe = append(ripe, s)
		} else {
			rest = append(rest, s)
		}
	}
	if len(ripe) == 0 {
		return
	}
	missed, err := p.missed(ctx, ripe)
	if err != nil {
		p.log.WarnContext(ctx, "announcements not compared", "err", err, "retry_in", tickTime)
		return
	}
	p.watch.suspects = rest
	if missed == 0 {
		return
	}
	p.watch.until = now.Add(watchFor)
	p.log.WarnContext(ctx, "changes were not announced", "missed", missed, "rounds_every", watchEvery)
	today := oura.DayOf(now)
	p.opt.Done(Round{Kind: KindWatch, From: today.Add(-weekDays), To: today, Started: now, Ended: now, Missed: missed})
}

// missed counts the suspects without a delivery.
func (p *Poller) missed(ctx context.Context, all []suspect) (int, error) {
	oldest := all[0].since
	for _, s := range all {
		if s.since.Before(oldest) {
			oldest = s.since
		}
	}
	told := map[object]time.Time{} // newest delivery
	for before := int64(0); ; {
		page, err := p.store.Deliveries(ctx, sqlite.DeliveryFilter{Before: before, Limit: pageOfOurs})
		if err != nil {
			return 0, err
		}
		for _, d := range page {
			if o := objectOf(d); d.ReceivedAt.After(told[o]) {
				told[o] = d.ReceivedAt
			}
			before = d.ID
		}
		if len(page) < pageOfOurs || page[len(page)-1].ReceivedAt.Before(oldest) {
			break
		}
	}
	n := 0
	for _, s := range all {
		if told[object{p.user, s.dt, s.id}].Before(s.since) {
			n++
		}
	}
	return n, nil
}
