package notify

import (
	"slices"
	"time"
)

// pace keeps a group from telling more than most things within minute: what comes
// at once is gathered for a moment, and what is too much becomes one notice.
type pace struct {
	waits []Notice
	since time.Time   // when the first of waits came
	told  []time.Time // within the last minute
}

const (
	minute = time.Minute
	most   = 3
	gather = 2 * time.Second // announcements of one sync of the ring come together
)

func (p *pace) add(n Notice) {
	if len(p.waits) == 0 {
		p.since = n.At
	}
	p.waits = append(p.waits, n)
}

// drop forgets those that wait and fit.
func (p *pace) drop(fits func(Notice) bool) { p.waits = slices.DeleteFunc(p.waits, fits) }

// due is when something is to be told, zero when nothing waits.
func (p *pace) due() time.Time {
	if len(p.waits) == 0 {
		return time.Time{}
	}
	at := p.since.Add(gather)
	if n := len(p.told); n >= most {
		if free := p.told[n-most].Add(minute); free.After(at) {
			at = free
		}
	}
	return at
}

// take returns what is to be told now, each with those it stands for.
func (p *pace) take(now time.Time) (tell [][]Notice) {
	p.told = slices.DeleteFunc(p.told, func(at time.Time) bool { return now.Sub(at) >= minute })
	room := most - len(p.told)
	if due := p.due(); due.IsZero() || now.Before(due) || room <= 0 {
		return nil
	}
	if len(p.waits) > room {
		tell = [][]Notice{p.waits}
	} else {
		for _, n := range p.waits {
			tell = append(tell, []Notice{n})
		}
	}
	p.waits = nil
	for range tell {
		p.told = append(p.told, now)
	}
	return tell
}
