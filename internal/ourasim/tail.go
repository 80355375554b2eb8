package ourasim

import "slices"

// tail keeps the newest entries of a growing list: at least limit of them, at
// most twice as many. Total counts all that were ever added.
type tail[T any] struct {
	items []T
	limit int
	total int
}

func (t *tail[T]) add(v T) {
	t.total++
	t.items = append(t.items, v)
	if len(t.items) >= 2*t.limit {
		t.items = slices.Clone(t.items[len(t.items)-t.limit:])
	}
}
