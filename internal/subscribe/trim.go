package subscribe

import (
	"context"
	"fmt"
	"slices"

	"oura-streaming/internal/oura"
)

// trim removes subscriptions of ours that nobody wants any more: of types no
// longer chosen, and second ones of a cell, wherever they lead. Without any
// chosen type, and for cells this program does not know, it keeps its hands off.
func (r *round) trim(ctx context.Context) error {
	if len(r.types) == 0 {
		return nil
	}
	n, err := r.removeAll(ctx, func(s oura.Subscription) bool {
		return cellOf(s).known() && r.isSurplus(s)
	})
	r.out.Deleted += n
	if err != nil {
		return fmt.Errorf("remove surplus subscription: %w", err)
	}
	return nil
}

// isSurplus tells whether s, one of ours, can go. The last one of a cell stays
// until there is one at our address.
func (r *round) isSurplus(s oura.Subscription) bool {
	if !slices.Contains(r.types, s.DataType) {
		return true
	}
	best, _ := r.list.own(cellOf(s))
	return best.ID != s.ID && r.list.isHere(best)
}

// removeAll removes those of ours that which picks and counts them.
func (r *round) removeAll(ctx context.Context, which func(oura.Subscription) bool) (n int, err error) {
	all, _ := r.list.snapshot()
	picked := slices.DeleteFunc(all, func(s oura.Subscription) bool { return !r.list.id.owns(s) || !which(s) })
	err = each(picked, func() int { return lanes }, func(s oura.Subscription) error {
		return r.remove(ctx, s.ID)
	}, func(_ oura.Subscription, err error) error {
		if err == nil {
			n++
		}
		return err
	})
	return n, err
}
