package collect

import (
	"slices"
	"time"

	"oura-streaming/internal/oura"
)

// Pauses after failures.
const (
	firstRetry   = 30 * time.Second
	longestRetry = 2 * time.Minute
	patience     = 5 // failures in a row before others wait no longer
	signInRetry  = time.Minute
	lapsedHold   = time.Hour
	invalidHold  = 6 * time.Hour
	aDay         = 24 * time.Hour
)

// typeState is what is known about one type.
type typeState struct {
	last  TypeRound
	owed  oura.Day               // from which day on something may be missing, "": nothing
	held  bool                   // not asked for until heldUntil, or Resume
	until time.Time              // zero with held: until Resume
	looks map[oura.Day]time.Time // begin of the last whole look at a day
	alone map[string]time.Time   // documents that a list lacks and Oura still has: when asked for
}

// state returns the state of dt. It needs the lock.
func (p *Poller) state(dt oura.DataType) *typeState {
	t := p.types[dt]
	if t == nil {
		t = &typeState{looks: map[oura.Day]time.Time{}, alone: map[string]time.Time{}}
		p.types[dt] = t
	}
	return t
}

// owe notes that days from from on may miss documents, of every type. Rows come
// in the order of time: a series goes on where it is.
func (p *Poller) owe(from oura.Day) {
	wanted := p.wanted()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, dt := range wanted {
		p.state(dt).owes(from)
	}
}

func (t *typeState) owes(from oura.Day) {
	if t.owed == "" || from < t.owed {
		t.owed = from
	}
}

// begin returns the first day to ask for: what the round wants, what is owed
// since a failure, and all since the last look that went well.
func (t *typeState) begin(from oura.Day, now time.Time) oura.Day {
	if t.owed != "" {
		from = min(from, t.owed)
	}
	if t.last.At.IsZero() {
		return min(from, oura.DayOf(now).Add(-monthDays))
	}
	return min(from, oura.DayOf(t.last.At.In(now.Location())).Add(-margin))
}

// free reports whether the type may be asked for.
func (t *typeState) free(now time.Time) bool {
	if t.held && !t.until.IsZero() && !now.Before(t.until) {
		t.held = false
	}
	return !t.held
}

func (t *typeState) hold(until time.Time) { t.held, t.until = true, until }

// looked notes a whole look at the days from … to.
func (t *typeState) looked(from, to oura.Day, at time.Time) {
	t.last.At, t.owed = at, ""
	if from == "" {
		return
	}
	oldest := oura.DayOf(at).Add(-monthDays - margin)
	for day := max(from, oldest); day <= to; day = day.Add(1) {
		t.looks[day] = at
	}
	t.looks[""] = at
	for day := range t.looks {
		if day != "" && day < oldest {
			delete(t.looks, day)
		}
	}
	for id, asked := range t.alone {
		if at.Sub(asked) > aDay {
			delete(t.alone, id)
		}
	}
}

// shift follows a clock that was set back.
func (t *typeState) shift(now time.Time, by time.Duration) {
	if t.last.At.After(now) {
		t.last.At = t.last.At.Add(by)
	}
	if !t.until.IsZero() {
		t.until = t.until.Add(by)
	}
	for day, at := range t.looks {
		t.looks[day] = at.Add(by)
	}
	for id, at := range t.alone {
		t.alone[id] = at.Add(by)
	}
}

// retry is the next try of what failed for a reason that passes.
type retry struct {
	kind  string
	types []oura.DataType // none: nothing failed
	at    time.Time
	tries int // in a row
}

func (r *retry) due(now time.Time) bool { return len(r.types) > 0 && !now.Before(r.at) }

func (r *retry) add(dt oura.DataType, kind string, at time.Time) {
	if len(r.types) == 0 {
		r.kind = kind
	}
	if !slices.Contains(r.types, dt) {
		r.types = append(r.types, dt)
	}
	if r.at.IsZero() || at.Before(r.at) {
		r.at = at
	}
}

// settle sets the next try after a round that asked for some types and left some
// of them for later; asked is the pause that Oura wants.
func (r *retry) settle(now time.Time, kind string, tried, failed []oura.DataType, asked time.Duration) {
	left := slices.DeleteFunc(slices.Clone(r.types), func(dt oura.DataType) bool { return slices.Contains(tried, dt) })
	switch {
	case len(failed) == 0 && len(left) == 0:
		*r = retry{}
		return
	case len(failed) == 0:
		r.types = left
		return
	}
	next := retry{kind: kind, types: append(left, failed...), at: now.Add(asked), tries: r.tries}
	if asked == 0 {
		next.at = now.Add(min(firstRetry<<min(r.tries, 10), longestRetry))
		next.tries++
	}
	*r = next
}
