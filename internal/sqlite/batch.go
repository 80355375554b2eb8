package sqlite

import (
	"context"
	"errors"
	"time"
)

// batch runs first and every job that comes in meanwhile in one transaction and
// answers each. The first attempt spends no savepoints; if any job fails,
// everything is rolled back and run again with a savepoint each, so that the
// failing job spoils no other.
func (w *writer) batch(first *job) {
	if err := w.begin(); err != nil {
		w.rollback()       // the driver may tell of the limit although BEGIN came through
		if first.begin() { // the others have time left, and their own limits
			first.answer(storageError("begin", err))
		}
		return
	}
	jobs, err := w.runAll(first)
	errs := make([]error, len(jobs))
	if err != nil {
		w.rollback()
		err = w.runEach(jobs, errs)
	}
	if err == nil {
		err = w.commit()
	}
	if err != nil {
		w.rollback()
	} else {
		w.bound()
	}
	if err == nil && w.tx.lastSeq > 0 {
		w.announce(w.tx.lastSeq)
	}
	for i, j := range jobs {
		j.answer(storageError("write", errors.Join(errs[i], err)))
	}
}

// begin waits for the file's lock no longer than any caller would.
func (w *writer) begin() error {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	w.tx.lastSeq, w.tx.lastDelivery = 0, 0
	_, err := w.tx.execContext(ctx, "BEGIN IMMEDIATE")
	if isContext(err) {
		return storageSentence(msgLocked, err)
	}
	return err
}

// runAll runs jobs until one fails, none comes or the batch is full, and returns
// those that have begun.
func (w *writer) runAll(first *job) (ran []*job, err error) {
	end := time.Now().Add(batchTime)
	defer func() { w.usual = (w.usual + len(ran)) / 2 }()
	for j := first; j != nil; j = w.another(len(ran)) {
		if !j.begin() {
			continue
		}
		ran = append(ran, j)
		if err := j.run(&w.tx); err != nil {
			return ran, err
		}
		if len(ran) == maxBatch || time.Now().After(end) {
			break
		}
	}
	return ran, nil
}

// another returns the next job for a batch that has some. Callers just answered
// come back a moment later: while the batch is smaller than usual it waits for
// them, as they share its sync. A caller alone waits so only for the first few
// writes after a rush.
func (w *writer) another(have int) *job {
	j := w.next()
	if j != nil || have >= w.usual {
		return j
	}
	limit := time.NewTimer(gatherTime)
	defer limit.Stop()
	select {
	case j := <-w.jobs:
		return j
	case <-limit.C:
		return nil
	}
}

// runEach runs the jobs anew with a savepoint each and notes in errs which fail.
// The error it returns concerns the whole transaction.
func (w *writer) runEach(jobs []*job, errs []error) error {
	if err := w.begin(); err != nil {
		return err
	}
	for i, j := range jobs {
		lastSeq := w.tx.lastSeq
		if _, err := w.tx.exec("SAVEPOINT one"); err != nil {
			return err
		}
		if errs[i] = j.run(&w.tx); errs[i] != nil {
			w.tx.lastSeq = lastSeq
			if _, err := w.tx.exec("ROLLBACK TO one"); err != nil {
				return errors.Join(errs[i], err) // the driver has ended the transaction: disk full or worse
			}
		}
		if _, err := w.tx.exec("RELEASE one"); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) commit() error {
	_, err := w.tx.exec("COMMIT")
	return err
}

// rollback ends a failed transaction. SQLite may have done so already, and then
// says that none is open.
func (w *writer) rollback() {
	if _, err := w.tx.exec("ROLLBACK"); err != nil && primaryCode(err) > 1 {
		w.log.Error("rollback failed", "err", err)
	}
}
