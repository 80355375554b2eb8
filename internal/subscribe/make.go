package subscribe

import (
	"context"
	"slices"

	"oura-streaming/internal/oura"
)

const giveUpAfter = 3 // handshakes failed in a row: the address does not answer

// wanted lists the chosen types with each operation: the operation is the outer
// order, so that a type which Oura cannot make just now does not fail several
// times in a row.
func (r *round) wanted() []cell {
	var out []cell
	for _, op := range oura.Operations() {
		for _, dt := range r.types {
			if c := (cell{dt, op}); !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

// todo lists the wanted cells that are not as they should be: at the end those
// that failed before, which must not keep the others waiting, and in each part
// last those to be made, which take the longest.
func (r *round) todo(before map[cell]error) []cell {
	rank := func(c cell) (n int) {
		if _, failed := before[c]; failed {
			n = 2
		}
		if !r.exists(c) {
			n++
		}
		return n
	}
	out := slices.DeleteFunc(r.wanted(), r.isRight)
	slices.SortStableFunc(out, func(a, b cell) int { return rank(a) - rank(b) })
	return out
}

// exists tells whether c has a subscription of ours, wherever it leads.
func (r *round) exists(c cell) bool {
	_, ok := r.list.own(c)
	return ok
}

// isRight tells whether c has a subscription at our address that lives long
// enough.
func (r *round) isRight(c cell) bool {
	e, ok := r.list.own(c)
	return ok && e.here && !r.isEnding(e.Subscription)
}

// settleAll settles cells and asks Oura's list what came of it. What turns out
// to be gone there is made anew, and when handshakes that were thought to have
// failed did not, it goes on. after lives longer than ctx and serves to store the
// rows.
func (r *round) settleAll(ctx, after context.Context, todo []cell) error {
	for total := len(todo); len(todo) > 0; {
		t := tries{round: r, total: total, errs: map[cell]error{}, was: r.deeds(todo)}
		t.begun = total - len(todo)
		stop := t.run(ctx, after, todo)
		var listErr error
		if ctx.Err() == nil {
			listErr = r.read(ctx)
		}
		gone := t.conclude()
		r.saveOrLog(after)
		if stop != nil && !(isOpen(stop) && t.late) {
			return stop
		}
		if listErr != nil {
			return listErr
		}
		todo = append(slices.DeleteFunc(todo, t.wasTried), gone...)
	}
	return nil
}

func (r *round) fail(c cell, err error) {
	r.failed[c] = err
	r.out.Failed++
	r.log.Warn("subscription not made", "data_type", c.dt, "event_type", c.op, "err", err)
}

// errUnclear says that Oura's answer and Oura's list do not agree.
func errUnclear() *oura.Error {
	return &oura.Error{
		Code:    oura.CodeUnavailable,
		Message: "Oura's list does not show this subscription as its answer did. It is tried again by itself.",
	}
}
