package subscribe

import (
	"context"
	"fmt"
	"slices"
)

// trim removes subscriptions of ours that nobody wants any more: of types no
// longer chosen, and second ones of a cell, wherever they lead. Without any
// chosen type, and for cells this program does not know, it keeps its hands off.
func (r *round) trim(ctx context.Context) error {
	if len(r.types) == 0 {
		return nil
	}
	n, err := r.removeAll(ctx, func(e entry) bool {
		return e.cell().known() && r.isSurplus(e)
	}, func() error { return nil })
	r.out.Deleted += n
	if err != nil {
		return fmt.Errorf("remove surplus subscription: %w", err)
	}
	return nil
}

// isSurplus tells whether e, one of ours, can go. The last one of a cell stays
// until there is one at our address.
func (r *round) isSurplus(e entry) bool {
	if !slices.Contains(r.types, e.DataType) {
		return true
	}
	best, _ := r.list.own(e.cell())
	return best.ID != e.ID && best.here
}

// removeAll removes those of ours that which picks and counts them; an error of
// after, which follows each removal, ends it.
func (r *round) removeAll(ctx context.Context, which func(entry) bool, after func() error) (n int, err error) {
	all, _ := r.list.snapshot()
	picked := slices.DeleteFunc(all, func(e entry) bool { return !e.ours || !which(e) })
	err = each(picked, func(entry) int { return lanes }, func(e entry) error {
		return r.remove(ctx, e.ID)
	}, func(_ entry, err error) error {
		if err != nil {
			return err
		}
		n++
		return after()
	})
	return n, err
}
