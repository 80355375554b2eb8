package collect

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/status"
)

// troubles raises what lasts and clears it when a fetch proves it over. It calls
// out only on a change.
type troubles struct {
	out Troubles

	mu      sync.Mutex             // guards the fields below
	scopes  map[oura.DataType]bool // refused for want of a permission
	members map[oura.DataType]bool // refused for the account
	raised  map[string]string      // code → detail
}

type nobody struct{}

func (nobody) RaiseCode(string, string) {}
func (nobody) Clear(...string)          {}

func newTroubles(out Troubles) *troubles {
	if out == nil {
		out = nobody{}
	}
	return &troubles{
		out: out, scopes: map[oura.DataType]bool{}, members: map[oura.DataType]bool{}, raised: map[string]string{},
	}
}

func (t *troubles) scope(dt oura.DataType) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.scopes[dt] = true
	t.raise(status.ScopeRefused, concerning(t.scopes))
}

func (t *troubles) membership(dt oura.DataType) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.members[dt] = true
	t.raise(status.MembershipLapsed, concerning(t.members))
}

func (t *troubles) signIn() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.raise(status.SignInNeeded, "")
}

func (t *troubles) disk() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.raise(status.DataFolder, "")
}

// stored takes back what a commit disproves.
func (t *troubles) stored() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.clear(status.DataFolder)
}

// pause tells that Oura asked for one. Whether Oura can be reached at all is
// judged where every request is heard of, not here.
func (t *troubles) pause() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.raise(status.RateLimited, "")
}

func (t *troubles) parked(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n == 0 {
		t.clear(status.ParkedDeliveries)
	} else {
		t.raise(status.ParkedDeliveries, fmt.Sprintf("Put aside: %d.", n))
	}
}

// over takes back what a successful fetch of dt disproves. During a pause that
// is not the pause itself: the fetch was under way when it began.
func (t *troubles) over(dt oura.DataType, paused bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !paused {
		t.clear(status.SignInNeeded)
		t.clear(status.RateLimited)
	}
	for code, types := range map[string]map[oura.DataType]bool{status.ScopeRefused: t.scopes, status.MembershipLapsed: t.members} {
		if !types[dt] {
			continue
		}
		if delete(types, dt); len(types) == 0 {
			t.clear(code)
		} else {
			t.raise(code, concerning(types))
		}
	}
}

func (t *troubles) isRaised(code string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, ok := t.raised[code]
	return ok
}

// raise and clear need the lock.
func (t *troubles) raise(code, detail string) {
	if was, ok := t.raised[code]; ok && was == detail {
		return
	}
	t.raised[code] = detail
	t.out.RaiseCode(code, detail)
}

func (t *troubles) clear(code string) {
	if _, ok := t.raised[code]; ok {
		delete(t.raised, code)
		t.out.Clear(code)
	}
}

// concerning names the types in one sentence.
func concerning(types map[oura.DataType]bool) string {
	var names []string
	for dt := range types {
		names = append(names, string(dt))
	}
	slices.Sort(names)
	return "Concerned: " + strings.Join(names, ", ") + "."
}
