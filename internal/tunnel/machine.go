package tunnel

import (
	"sync"
	"time"

	"oura-streaming/internal/hub"
)

// machine keeps a State and wakes listeners when it changes.
type machine struct {
	now  func() time.Time
	bell hub.Bell

	mu    sync.Mutex // guards state
	state State
}

func newMachine(kind Kind, now func() time.Time) *machine {
	if now == nil {
		now = time.Now
	}
	return &machine{now: now, state: State{Kind: kind, Word: Off, Since: now()}}
}

// State returns the present state.
func (m *machine) State() State {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state
}

// Listen returns a channel that gets a token after each change.
func (m *machine) Listen() (wake <-chan struct{}, stop func()) { return m.bell.Listen() }

// set replaces the state. Kind stays, and Since moves only with the word.
func (m *machine) set(s State) { m.change(func(now *State) { *now = s }) }

// change lets f alter the state, under the same rule. f must not wait.
func (m *machine) change(f func(*State)) {
	m.mu.Lock()
	s := m.state
	f(&s)
	s.Kind, s.Since = m.state.Kind, m.state.Since
	if s.Word != m.state.Word {
		s.Since = m.now()
	}
	m.state = s
	m.mu.Unlock()
	m.bell.Ring()
}
