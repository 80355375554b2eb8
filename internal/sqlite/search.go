package sqlite

import (
	"context"
	"strings"

	"oura-streaming/internal/oura"
)

const searchChunk = 256 // events read at a time while a term is looked for

// search returns the events of spans that f selects and whose text holds f.Query.
func (s *Store) search(ctx context.Context, f EventFilter, spans []span, withData bool) ([]oura.Event, error) {
	q, err := newEventQuery(f, true)
	if err != nil {
		return nil, err
	}
	found := matches{term: strings.ToLower(f.Query), limit: q.limit, withData: withData}
	for _, sp := range spans {
		if err := s.scanSpan(ctx, q, sp, f.Ascending, &found); err != nil || found.full() {
			return found.events, err
		}
	}
	return found.events, nil
}

// scanSpan reads the events of sp in the order of the answer and keeps those that
// match.
func (s *Store) scanSpan(ctx context.Context, q eventQuery, sp span, ascending bool, found *matches) error {
	for sp.lo <= sp.hi {
		chunk, err := s.page(ctx, q, sp, searchChunk, nil)
		if err != nil {
			return err
		}
		for _, e := range chunk {
			if found.add(e); found.full() {
				return nil
			}
		}
		if len(chunk) < searchChunk {
			return nil
		}
		if last := chunk[len(chunk)-1].Seq; ascending {
			sp.lo = last + 1
		} else {
			sp.hi = last - 1
		}
	}
	return nil
}

// matches collects the events whose text holds term, up to limit.
type matches struct {
	term     string // lower case
	limit    int
	withData bool
	events   []oura.Event
}

func (m *matches) full() bool { return len(m.events) >= m.limit }

func (m *matches) add(e oura.Event) {
	if !strings.Contains(searchText(e), m.term) {
		return
	}
	if !m.withData {
		e.Data = nil
	}
	m.events = append(m.events, e)
}

// searchText is what a term is looked for in. The parts are on lines of their
// own, so that no term matches across them.
func searchText(e oura.Event) string {
	return strings.ToLower(string(e.DataType) + "\n" + e.ObjectID + "\n" + string(e.Day) + "\n" + string(e.Data))
}
