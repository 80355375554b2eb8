package metrics

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"oura-streaming/internal/oura"
)

const (
	mostChanges = 2_000     // changes that are followed one by one; after more everything is read anew
	mostCells   = 4_000_000 // numbers kept, 32 MB: some thirty years of everything
)

// Store is what is stored. Days are Oura's calendar days, of series UTC dates.
type Store interface {
	LastSeq(ctx context.Context) (int64, error)
	EachChange(ctx context.Context, after int64, limit int, f func(oura.Event) error) (whole bool, err error)
	EachDocument(ctx context.Context, userID string, dt oura.DataType, from, to oura.Day, f func(oura.Document) error) error
	EachTypeDays(ctx context.Context, userID string, from, to oura.Day, f func(dt oura.DataType, days int, first, last oura.Day)) error
	SampleSpans(ctx context.Context, userID string, dt oura.DataType, bounds []time.Time, f func(i, count int, low, mean, high float64)) error
	NewestSample(ctx context.Context, userID string, dt oura.DataType) (at time.Time, ok bool, err error)
	FirstSampleDay(ctx context.Context, userID string, dt oura.DataType) (oura.Day, error)
	NearestDays(ctx context.Context, userID string, dt oura.DataType, day oura.Day) (before, after oura.Day, err error)
	NotWornDays(ctx context.Context, userID string, from, to oura.Day) ([]oura.Day, error)
	ReceivedAt(ctx context.Context, dt oura.DataType, objectID string) (time.Time, error)
	SyncedAt(ctx context.Context, userID string) (time.Time, error)
	// DayState tells how far types are known on a day, in the words of the coverage map.
	DayState(ctx context.Context, userID string, types []oura.DataType, day oura.Day) (map[oura.DataType]string, error)
}

// Who is whose data is shown, and what Oura lets be read of it.
type Who struct {
	UserID      string
	Connected   bool
	Scopes      []oura.Scope
	ScopesKnown bool
}

// Options are the optional parts of a Reader. The zero value works.
type Options struct {
	Now func() time.Time // nil: time.Now
	Log *slog.Logger     // nil: nothing is logged
}

// Reader reads figures. It keeps the numbers of the documents it has read, month by
// month, and forgets a month when one of its documents changes: each call first
// looks which changes there were. All methods may be called from any goroutine.
type Reader struct {
	store Store
	now   func() time.Time
	log   *slog.Logger
	asked chan struct{} // somebody has asked for something

	mu    sync.Mutex // guards the fields below, and is held while a month is read
	user  string
	seq   int64 // changes up to this one are in; -1 before the first call
	kept  map[oura.DataType]*table
	cells int
	sheds int                        // how often everything was forgotten for want of room
	spans map[oura.DataType]typeDays // nil: not read since the last change
	first map[oura.DataType]oura.Day // of the samples
}

// typeDays tells on how many days there is something of a type.
type typeDays struct {
	days        int
	first, last oura.Day
}

// New returns a Reader of store.
func New(store Store, opt Options) *Reader {
	r := &Reader{store: store, now: opt.Now, log: opt.Log, asked: make(chan struct{}, 1), seq: -1}
	if r.now == nil {
		r.now = time.Now
	}
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	return r
}

// begin brings what is kept up to date and locks it until end is called.
func (r *Reader) begin(ctx context.Context, userID string) (end func(), err error) {
	select {
	case r.asked <- struct{}{}:
	default: // that is known already
	}
	r.mu.Lock()
	if err := r.follow(ctx, userID); err != nil {
		r.mu.Unlock()
		return nil, err
	}
	return r.mu.Unlock, nil
}

var series = []oura.DataType{oura.HeartRate, oura.RingBatteryLevel}

func (r *Reader) table(dt oura.DataType) *table {
	t := r.kept[dt]
	if t == nil {
		t = newTable(dt)
		r.kept[dt] = t
	}
	return t
}

// month returns the numbers of a month, from what is kept or from the store.
func (r *Reader) month(ctx context.Context, dt oura.DataType, m month) (*rows, error) {
	t := r.table(dt)
	if have := t.months[m]; have != nil {
		return have, nil
	}
	before := r.sheds
	read, err := r.read(ctx, t, m)
	if err != nil {
		return nil, err
	}
	if r.cells += len(read.cells); r.cells > mostCells {
		r.shed()
		r.cells = len(read.cells)
	}
	if isSeries(dt) && r.sheds != before { // its clock is not kept
		r.cells -= len(read.cells)
		return read, nil
	}
	t.months[m] = read
	return read, nil
}

// shed forgets everything, to be read anew when it is wanted.
func (r *Reader) shed() {
	r.sheds++
	for _, t := range r.kept {
		clear(t.months)
	}
}

func (r *Reader) read(ctx context.Context, t *table, m month) (*rows, error) {
	if isSeries(t.dt) {
		return r.readSamples(ctx, t, m)
	}
	d, spoilt := draft{t: t}, false
	err := r.store.EachDocument(ctx, r.user, t.dt, m.first().day(), m.last().day(), func(doc oura.Document) error {
		spoilt = spoilt || doc.Spoilt
		d.add(doc)
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := d.rows()
	out.spoilt = spoilt
	return out, nil
}

// readSamples sums up the days of a month by the ring's clock.
func (r *Reader) readSamples(ctx context.Context, t *table, m month) (*rows, error) {
	c, err := r.clock(ctx, m.first(), m.last()+1)
	if err != nil {
		return nil, err
	}
	bounds := make([]time.Time, 0, 32)
	for d := m.first(); d <= m.last()+1; d++ {
		bounds = append(bounds, c.midnight(d))
	}
	out := &rows{width: len(t.names)}
	err = r.store.SampleSpans(ctx, r.user, t.dt, bounds, func(i, _ int, low, mean, high float64) {
		cells := blank(out.width)
		t.set(cells, seriesFields[0], mean)
		t.set(cells, seriesFields[1], low)
		t.set(cells, seriesFields[2], high)
		out.days, out.ids, out.cells = append(out.days, m.first()+date(i)), append(out.ids, 0), append(out.cells, cells...)
	})
	return out, err
}

// each calls f for the rows of every day with from <= day <= to that has any.
func (r *Reader) each(ctx context.Context, dt oura.DataType, from, to date, f func(d date, m *rows, first, end int)) error {
	from, to = max(from, firstDate), min(to, lastDate)
	for at := from.month(); from <= to && at <= to.month(); at++ {
		m, err := r.month(ctx, dt, at)
		if err != nil {
			return err
		}
		for first := 0; first < len(m.days); {
			end := first + 1
			for end < len(m.days) && m.days[end] == m.days[first] {
				end++
			}
			if d := m.days[first]; d >= from && d <= to {
				f(d, m, first, end)
			}
			first = end
		}
	}
	return nil
}
