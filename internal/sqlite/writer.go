package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

const (
	maxBatch   = 256                     // writes per transaction: bounds memory and how long one waits for others
	batchTime  = 20 * time.Millisecond   // no further write joins a transaction older than this
	gatherTime = 300 * time.Microsecond  // about a sync on a good disk: what waiting for one more write may cost
	queueSize  = 1024                    // callers beyond it wait to enqueue, under the same limit
	startLimit = 4 * time.Second         // a write not begun by then is given up
	totalLimit = 4500 * time.Millisecond // InsertDelivery's caller is answered by then
)

// write is a change of the database. It may run twice, the second time after
// the first run was rolled back, so it must not build on its own leftovers.
type write func(t *tx) error

// The life of a job. Waiting leads to begun (writer) or givenUp (caller).
const (
	jobWaiting int32 = iota
	jobBegun
	jobGivenUp
)

type job struct {
	run   write
	state atomic.Int32
	err   error // valid once done is closed
	done  chan struct{}
}

// writer runs all writes on one connection: it takes those that wait, runs them
// in one transaction, syncs once and answers all.
type writer struct {
	db       *sql.DB
	tx       tx
	usual    int // jobs in a batch lately, the newer the more they count
	log      *slog.Logger
	announce func(lastSeq int64)
	bound    func() // called after each commit
	jobs     chan *job
	quit     chan struct{} // closed: no new jobs
	quitOnce sync.Once
	stopped  chan struct{} // closed: the goroutine has ended
}

// startWriter takes the pool's only connection and starts the goroutine that
// close ends. announce is called after each commit that added events, bound after
// every one.
func startWriter(ctx context.Context, db *sql.DB, log *slog.Logger, announce func(int64), bound func()) (*writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := &writer{
		db: db, log: log, announce: announce, bound: bound,
		tx:      tx{conn: conn, stmts: make(map[string]*sql.Stmt)},
		jobs:    make(chan *job, queueSize),
		quit:    make(chan struct{}),
		stopped: make(chan struct{}),
	}
	go w.serve()
	return w, nil
}

// do runs f in a transaction and returns once it is synced to disk. A caller
// whose ctx ends, or who has waited for startLimit, leaves with an error if f
// has not begun; a begun f is waited for.
func (w *writer) do(ctx context.Context, f write) error {
	return w.doWithin(ctx, 0, f)
}

// doWithin is do with a limit on the whole wait, 0 for none. After it the caller
// gets an error although f may still be committed.
func (w *writer) doWithin(ctx context.Context, total time.Duration, f write) error {
	j := &job{run: f, done: make(chan struct{})}
	var end time.Time
	if total > 0 {
		end = time.Now().Add(total)
	}
	start := time.NewTimer(startLimit)
	defer start.Stop()
	select {
	case <-w.quit:
		return storageSentence(msgClosed, nil)
	default:
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case w.jobs <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-start.C:
		return storageSentence(msgSlow, errors.New("write queue is full"))
	case <-w.quit:
		return storageSentence(msgClosed, nil)
	}
	return w.await(ctx, j, start, end)
}

func (w *writer) await(ctx context.Context, j *job, start *time.Timer, end time.Time) error {
	var leave error
	select {
	case <-j.done:
		return j.err
	case <-w.stopped:
		return j.lateResult()
	case <-ctx.Done():
		leave = ctx.Err()
	case <-start.C:
		leave = storageSentence(msgSlow, errors.New("write did not begin in time"))
	}
	if j.state.CompareAndSwap(jobWaiting, jobGivenUp) {
		return leave
	}
	var limit <-chan time.Time
	if !end.IsZero() {
		t := time.NewTimer(time.Until(end))
		defer t.Stop()
		limit = t.C
	}
	select {
	case <-j.done:
		return j.err
	case <-w.stopped:
		return j.lateResult()
	case <-limit:
		return storageSentence(msgSlow, errors.New("write has begun and does not end"))
	}
}

// lateResult is for a job whose writer has ended: its result, or that it was
// never run.
func (j *job) lateResult() error {
	select {
	case <-j.done:
		return j.err
	default:
		return storageSentence(msgClosed, nil)
	}
}

// begin claims the job for the writer; false when its caller has left.
func (j *job) begin() bool { return j.state.CompareAndSwap(jobWaiting, jobBegun) }

func (j *job) answer(err error) {
	j.err = err
	close(j.done)
}

func (w *writer) serve() {
	defer close(w.stopped)
	for {
		select {
		case j := <-w.jobs:
			w.batch(j)
		case <-w.quit:
			for j := w.next(); j != nil; j = w.next() { // what was enqueued before close
				w.batch(j)
			}
			return
		}
	}
}

// next returns a job that waits, nil when there is none.
func (w *writer) next() *job {
	select {
	case j := <-w.jobs:
		return j
	default:
		return nil
	}
}

// close ends the goroutine after the writes that wait and closes the pool.
func (w *writer) close() error {
	w.quitOnce.Do(func() { close(w.quit) })
	<-w.stopped
	for _, st := range w.tx.stmts {
		_ = st.Close() // closing the pool below frees them anyway
	}
	_ = w.tx.conn.Close() // hands the connection back to the pool, which closes it
	return w.db.Close()
}
