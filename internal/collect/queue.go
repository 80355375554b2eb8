package collect

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

const (
	batch      = 1024                  // deliveries read at once
	busyCheck  = time.Second           // look again while fetches are under way
	loadGap    = 25 * time.Millisecond // between looks while fetches are under way
	longRest   = time.Minute           // timers stand still while a computer sleeps
	idleRest   = 24 * time.Hour        // nothing waits: only Wake matters
	storePause = 5 * time.Second       // after the store failed
)

// object is what a delivery is about.
type object struct {
	user string
	dt   oura.DataType
	id   string
}

func objectOf(d sqlite.Delivery) object {
	return object{d.Notification.UserID, d.Notification.DataType, d.Notification.ObjectID}
}

// group is all that waits for one object, in the order of Oura's event_time. One
// fetch serves them all.
type group struct {
	object
	deliveries []sqlite.Delivery
}

// groups joins deliveries about the same object, the longest waiting first.
func groups(due []sqlite.Delivery) []group {
	var out []group
	index := map[object]int{}
	for _, d := range due {
		o := objectOf(d)
		i, ok := index[o]
		if !ok {
			i = len(out)
			index[o] = i
			out = append(out, group{object: o})
		}
		out[i].deliveries = append(out[i].deliveries, d)
	}
	for _, g := range out {
		slices.SortStableFunc(g.deliveries, func(a, b sqlite.Delivery) int {
			return cmp.Or(eventTime(a.Notification.EventTime).Compare(eventTime(b.Notification.EventTime)), cmp.Compare(a.ID, b.ID))
		})
	}
	return out
}

// eventTime reads Oura's event_time; the zero time stands for one that cannot be
// read.
func eventTime(text string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	return time.Time{}
}

// dispatch starts as many fetches as may run and returns the groups left over.
func (f *Fetcher) dispatch(ctx context.Context, workers *sync.WaitGroup, ready []group) []group {
	for f.working() < f.opt.Concurrency {
		if _, held := f.held(); held || f.opt.Paused() {
			return nil // they are still in the store
		}
		if len(ready) == 0 && (f.tooSoon() > 0 || !f.load(ctx, &ready)) {
			return nil
		}
		g := ready[0]
		ready = ready[1:]
		f.occupy(g.object)
		workers.Go(func() {
			defer f.vacate(g.object)
			done := f.opt.Traffic.Urgent()
			f.work(ctx, g)
			done()
		})
	}
	return ready
}

// load reads what is due and not under way, and reports whether there is any.
func (f *Fetcher) load(ctx context.Context, into *[]group) bool {
	f.loaded = time.Now()
	before := f.underWay() // one that ends during the read may be in it as it was
	due, err := f.store.DueDeliveries(ctx, f.opt.Now(), batch)
	if err != nil {
		f.storeFailed(ctx, err)
		return false
	}
	*into = slices.DeleteFunc(groups(due), func(g group) bool { return before[g.object] })
	return len(*into) > 0
}

// tooSoon returns how long the next look should wait: what is under way is read
// with the rest each time, so that many looks would cost more than the fetches.
func (f *Fetcher) tooSoon() time.Duration {
	if f.working() == 0 {
		return 0
	}
	return max(loadGap-time.Since(f.loaded), 0)
}

// untilDue returns how long the queue can be left alone. While something is
// under way it counts as due, so the queue need not be asked.
func (f *Fetcher) untilDue(ctx context.Context) time.Duration {
	if f.working() > 0 {
		return cmp.Or(f.tooSoon(), busyCheck)
	}
	at, waiting, err := f.store.NextDue(ctx)
	switch {
	case err != nil:
		return storePause
	case !waiting:
		return idleRest
	}
	return min(max(at.Sub(f.opt.Now()), time.Millisecond), longRest)
}

func (f *Fetcher) underWay() map[object]bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.busy)
}

func (f *Fetcher) working() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.busy)
}

func (f *Fetcher) occupy(o object) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.busy[o] = true
}

func (f *Fetcher) vacate(o object) {
	f.mu.Lock()
	delete(f.busy, o)
	f.mu.Unlock()
	signal(f.ended)
}

// held tells whether everything pauses, and for how long still.
func (f *Fetcher) held() (time.Duration, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	left := f.until.Sub(f.opt.Now())
	return left, left > 0
}

// hold pauses everything. The deliveries stay due.
func (f *Fetcher) hold(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if until := f.opt.Now().Add(d); until.After(f.until) {
		f.until = until
	}
}

func (f *Fetcher) storeFailed(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	f.log.ErrorContext(ctx, "queue not usable", "err", err, "retry_in", storePause)
	f.troubles.disk()
	f.hold(storePause)
}

// typeHold is a pause of one type, with its reason for the inspector.
type typeHold struct {
	until  time.Time
	reason string
}

func (f *Fetcher) typeHeld(dt oura.DataType) (left time.Duration, reason string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	h := f.types[dt]
	return h.until.Sub(f.opt.Now()), h.reason
}

func (f *Fetcher) holdType(dt oura.DataType, d time.Duration, reason string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.types[dt] = typeHold{f.opt.Now().Add(d), reason}
}
