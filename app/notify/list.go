package notify

import (
	"slices"
	"sync"
)

// longest is how many notices are kept: about a month of a busy program.
const longest = 100

// list is what was told, newest last. Safe for concurrent use.
type list struct {
	mu  sync.Mutex // guards all
	all []Notice
}

// add keeps n. It returns those that fell out.
func (l *list) add(n Notice) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, n)
	if len(l.all) > longest {
		l.all = slices.Delete(l.all, 0, len(l.all)-longest)
	}
}

// change applies f to the notices it fits and reports whether there were any.
func (l *list) change(fits func(Notice) bool, f func(*Notice)) (some bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.all {
		if fits(l.all[i]) {
			f(&l.all[i])
			some = true
		}
	}
	return some
}

func (l *list) find(id string) (Notice, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.IndexFunc(l.all, func(n Notice) bool { return n.ID == id })
	if i < 0 {
		return Notice{}, false
	}
	return l.all[i], true
}

// clear empties the list and returns what was in it.
func (l *list) clear() []Notice {
	l.mu.Lock()
	defer l.mu.Unlock()
	was := l.all
	l.all = nil
	return was
}

// newest returns all of them, the newest first.
func (l *list) newest() []Notice {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := slices.Clone(l.all)
	slices.Reverse(out)
	return out
}
