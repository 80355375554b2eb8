package collect

import "slices"

const keptRounds = 50

// Doing is the round under way. The zero value means that there is none.
type Doing struct {
	Kind        string
	Done, Total int // types
}

// Doing tells of the round under way.
func (p *Poller) Doing() Doing {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.doing
}

func (p *Poller) does(d Doing) {
	p.mu.Lock()
	p.doing = d
	p.mu.Unlock()
	p.opt.Changed()
}

func (p *Poller) did() {
	p.mu.Lock()
	p.doing.Done++
	p.mu.Unlock()
	p.opt.Changed()
}

// Rounds returns the last rounds since the start that are worth telling, the
// newest first: those that brought something, failed in part, or came because of
// a time in the dark or by hand.
func (p *Poller) Rounds() []Round {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.past)
}

func (p *Poller) remember(r Round) {
	routine := r.Kind != KindCatchUp && r.Kind != KindSync
	if routine && r.New+r.Revised+r.Deleted+r.Samples+len(r.Failed) == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.past = slices.Insert(p.past, 0, r)
	p.past = p.past[:min(len(p.past), keptRounds)]
}
