package collect

import (
	"context"
	"testing"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

// fullDisk is a store whose disk is full at times.
type fullDisk struct {
	*sqlite.Store
	full bool
}

func (d *fullDisk) Apply(ctx context.Context, changes ...sqlite.Change) ([]sqlite.Applied, error) {
	if d.full {
		return nil, &oura.Error{Code: oura.CodeStorage, Message: "The disk is full."}
	}
	return d.Store.Apply(ctx, changes...)
}

// TestF03_WhatNeedsNoFetchEndsTheTroubleToo stores an announcement that no document
// stands behind once there is space again: as good a proof as a fetched one.
func TestF03_WhatNeedsNoFetchEndsTheTroubleToo(t *testing.T) {
	w := newWorld(t)
	disk := &fullDisk{Store: w.store, full: true}
	w.opt.Store = disk
	f := NewFetcher(w.opt)
	id := w.deliver(noticed(oura.Create, oura.Meal, "lunch", 0))
	for _, full := range []bool{true, false} {
		disk.full = full
		var ready []group
		if !f.load(t.Context(), &ready) {
			t.Fatal("nothing is due")
		}
		f.work(t.Context(), ready[0])
		if told := w.raised.raised(status.DataFolder); told != full {
			t.Errorf("with a full disk %v: the trouble is open %v", full, told)
		}
	}
	if d := w.delivery(id); d.Fetch != sqlite.FetchDone {
		t.Errorf("the delivery is %s", d.Fetch)
	}
}
