package status

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// Registry collects the state and the open troubles. Safe for concurrent use.
type Registry struct {
	now func() time.Time

	mu        sync.Mutex // guards everything below
	open      map[string]Trouble
	state     State  // as set
	next      string // as set
	shown     State  // after troubles had their say
	since     time.Time
	listeners map[chan struct{}]struct{}
}

// New returns a registry in state Setup without troubles. now gives the time of
// changes; nil means time.Now.
func New(now func() time.Time) *Registry {
	if now == nil {
		now = time.Now
	}
	return &Registry{
		now: now, open: map[string]Trouble{}, listeners: map[chan struct{}]struct{}{},
		state: Setup, shown: Setup, since: now(),
	}
}

// Raise opens t, or changes it while it is open. Fields that are empty are taken
// from the catalogue; Since is set here and kept until t is cleared.
func (r *Registry) Raise(t Trouble) {
	t = t.withDefaults()
	r.mu.Lock()
	defer r.mu.Unlock()
	old, again := r.open[t.Code]
	if t.Since = r.now(); again {
		t.Since = old.Since
	}
	if again && t.equal(old) {
		return
	}
	r.open[t.Code] = t
	r.changed()
}

// RaiseCode opens a trouble of the catalogue. detail, if not empty, is a full
// sentence for the user and follows the catalogue's text.
func (r *Registry) RaiseCode(code, detail string) {
	t := Trouble{Code: code}.withDefaults()
	if detail != "" {
		t.Text += " " + detail
	}
	r.Raise(t)
}

// Clear closes the troubles with these codes; those not open are left out.
func (r *Registry) Clear(codes ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	before := len(r.open)
	for _, code := range codes {
		delete(r.open, code)
	}
	if len(r.open) != before {
		r.changed()
	}
}

// SetState says how the program is doing apart from its troubles, and the next
// step as a short sentence.
func (r *Registry) SetState(s State, next string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s == r.state && next == r.next {
		return
	}
	r.state, r.next = s, next
	r.changed()
}

// Snapshot returns the status as it is now.
func (r *Registry) Snapshot() Snapshot {
	r.mu.Lock()
	defer r.mu.Unlock()
	snap := Snapshot{State: r.shown, Word: r.shown.Word(), Since: r.since, NextStep: r.next, Troubles: r.visible()}
	if i := slices.IndexFunc(snap.Troubles, Trouble.needsUser); i >= 0 {
		snap.NextStep = snap.Troubles[i].Remedy.Label
	}
	for i := range snap.Troubles {
		snap.Troubles[i].DependsOn = slices.Clone(snap.Troubles[i].DependsOn)
	}
	return snap
}

// Listen returns a channel that gets a token after each change; tokens not
// fetched merge into one. stop ends it and may be called twice.
func (r *Registry) Listen() (wake <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.listeners[c] = struct{}{}
	return c, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.listeners, c)
	}
}

// changed works out the state to show and wakes the listeners. r.mu is held.
func (r *Registry) changed() {
	shown := r.state
	if shown != Setup && slices.ContainsFunc(r.visible(), Trouble.needsUser) {
		shown = NeedsYou
	}
	if shown != r.shown {
		r.shown, r.since = shown, r.now()
	}
	for c := range r.listeners {
		select {
		case c <- struct{}{}:
		default: // a wake-up already waits there
		}
	}
}

// visible returns the open troubles that do not hide behind another. r.mu is held.
func (r *Registry) visible() []Trouble {
	out := []Trouble{}
	for _, t := range r.open {
		if !slices.ContainsFunc(t.DependsOn, r.isOpen) {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b Trouble) int {
		return cmp.Or(a.Severity.rank()-b.Severity.rank(), a.Since.Compare(b.Since), cmp.Compare(a.Code, b.Code))
	})
	return out
}

func (r *Registry) isOpen(code string) bool {
	_, ok := r.open[code]
	return ok
}

// equal compares everything the user can see.
func (t Trouble) equal(u Trouble) bool {
	return t.Title == u.Title && t.Text == u.Text && t.Severity == u.Severity &&
		t.Remedy == u.Remedy && t.Since.Equal(u.Since) && slices.Equal(t.DependsOn, u.DependsOn)
}
