package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"oura-streaming/internal/oura"
)

const (
	searchChunk  = 256 // events read at a time where there is no index
	searchRounds = 5   // how often a search starts anew because blocks were merged meanwhile
)

// errMerged tells that a block of the search index has gone since it was listed.
var errMerged = errors.New("search block was merged")

// search returns the events of spans that f selects and whose text holds
// f.Query. It asks the search index where there is one and reads the newest
// events, which are not indexed yet, one by one.
func (s *Store) search(ctx context.Context, f EventFilter, spans []span, withData bool) ([]oura.Event, error) {
	for range searchRounds {
		found, err := s.searchOnce(ctx, f, spans, withData)
		if !errors.Is(err, errMerged) {
			return found, storageError("search events", err)
		}
	}
	return nil, errMerged
}

func (s *Store) searchOnce(ctx context.Context, f EventFilter, spans []span, withData bool) ([]oura.Event, error) {
	found := &matches{
		filter: f, term: strings.ToLower(f.Query), limit: pageSize(f.Limit), withData: withData, events: []oura.Event{},
	}
	blocks, err := s.searchBlocks(ctx, true)
	if err != nil {
		return nil, err
	}
	if f.ObjectID != "" {
		blocks = nil // the revisions of one object are few
	}
	for _, part := range searchPlan(blocks, spans, f.Ascending) {
		if part.indexed {
			err = s.searchIndexed(ctx, part, found)
		} else {
			err = s.searchPlain(ctx, part.span, found)
		}
		if err != nil || found.full() {
			return found.events, err
		}
	}
	return found.events, nil
}

// planned is a run of numbers to search and the block that covers it, if any.
type planned struct {
	span
	block   searchBlock
	indexed bool
}

// searchPlan cuts spans at the blocks' bounds. Blocks are sorted and do not
// overlap; spans are in the order of the answer.
func searchPlan(blocks []searchBlock, spans []span, ascending bool) (plan []planned) {
	for _, sp := range spans {
		var parts []planned
		for _, b := range blocks {
			if b.last() < sp.lo || b.first() > sp.hi {
				continue
			}
			if sp.lo < b.first() {
				parts = append(parts, planned{span: span{sp.lo, b.first() - 1}})
			}
			parts = append(parts, planned{span{max(sp.lo, b.first()), min(sp.hi, b.last())}, b, true})
			sp.lo = b.last() + 1
		}
		if sp.lo <= sp.hi {
			parts = append(parts, planned{span: sp})
		}
		if !ascending {
			slices.Reverse(parts)
		}
		plan = append(plan, parts...)
	}
	return plan
}

// searchPlain reads the events of sp that the other filters select.
func (s *Store) searchPlain(ctx context.Context, sp span, found *matches) error {
	q, err := newEventQuery(found.filter, true)
	if err != nil {
		return err
	}
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
		if last := chunk[len(chunk)-1].Seq; found.filter.Ascending {
			sp.lo = last + 1
		} else {
			sp.hi = last - 1
		}
	}
	return nil
}

// searchIndexed reads the events of one block that have all tokens.
func (s *Store) searchIndexed(ctx context.Context, part planned, found *matches) error {
	set, err := s.candidates(ctx, part, found)
	if err != nil {
		return err
	}
	seqs := set.numbers(part, found.filter.Ascending)
	for len(seqs) > 0 && !found.full() {
		n := min(len(seqs), max(16, found.limit-len(found.events)))
		if err := s.readCandidates(ctx, seqs[:n], found); err != nil {
			return err
		}
		seqs = seqs[n:]
	}
	return nil
}

func (s *Store) readCandidates(ctx context.Context, seqs []int64, found *matches) error {
	const from = eventColumns + `, data FROM event WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq `
	q := from + "DESC"
	if found.filter.Ascending {
		q = from + "ASC"
	}
	list, err := json.Marshal(seqs)
	if err != nil {
		return err
	}
	return s.readers.each(ctx, q, func(scan func(...any) error) error {
		e, err := scanEvent(scan, true)
		if err == nil && found.selects(e) && !found.full() {
			found.add(e)
		}
		return err
	}, string(list))
}

// searchRow reads one row of a block; errMerged when the block has gone.
func (s *Store) searchRow(ctx context.Context, b searchBlock, r int) (row []byte, err error) {
	err = s.readers.one(ctx, `SELECT postings FROM search_row WHERE key = ?`, []any{b.key(r)}, &row)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errMerged
	}
	return row, err
}

// matches collects the events that are selected and hold term, up to limit.
type matches struct {
	filter   EventFilter
	term     string // lower case
	limit    int
	withData bool
	events   []oura.Event
}

func (m *matches) full() bool { return len(m.events) >= m.limit }

// add keeps e if its text holds the term.
func (m *matches) add(e oura.Event) {
	if !strings.Contains(searchText(e), m.term) {
		return
	}
	if !m.withData {
		e.Data = nil
	}
	m.events = append(m.events, e)
}

// selects checks the filters that tokens stand for, and the time.
func (m *matches) selects(e oura.Event) bool {
	since, until := timeBounds(m.filter)
	at := ms(e.ReceivedAt)
	return oneOf(m.filter.Types, e.DataType) && oneOf(m.filter.EventTypes, e.EventType) &&
		oneOf(m.filter.Sources, e.Source) && at >= since && at < until
}

func oneOf[T comparable](list []T, v T) bool { return len(list) == 0 || slices.Contains(list, v) }

// searchText is what a term is looked for in. The parts are on lines of their
// own, so that no term matches across them.
func searchText(e oura.Event) string {
	return strings.ToLower(string(e.DataType) + "\n" + e.ObjectID + "\n" + string(e.Day) + "\n" + string(e.Data))
}
