package sqlite

import (
	"context"
	"encoding/binary"
	"math/bits"
	"slices"

	"oura-streaming/internal/oura"
)

const fewCandidates = 2 // to check so few events costs no more than to read another row of the index

// positions is a set of positions in one block.
type positions []uint64

func newPositions(size int) positions { return make(positions, size/64) }

func (p positions) count() (n int) {
	for _, w := range p {
		n += bits.OnesCount64(w)
	}
	return n
}

// add joins the positions of an encoded list; bitmaps word by word.
func (p positions) add(list []byte) {
	if len(list) == 1+8*len(p) && list[0] == tagBitmap {
		for i := range p {
			p[i] |= binary.LittleEndian.Uint64(list[1+8*i:])
		}
		return
	}
	eachPosition(list, func(i uint32) {
		if int(i) < 64*len(p) {
			p[i/64] |= 1 << (i % 64)
		}
	})
}

func (p positions) keep(other positions) {
	for i := range p {
		p[i] &= other[i]
	}
}

// numbers returns the event numbers of the set within part, in the order asked.
func (p positions) numbers(part planned, ascending bool) (seqs []int64) {
	for i, w := range p {
		for ; w != 0; w &= w - 1 {
			seq := part.block.first() + int64(i*64+bits.TrailingZeros64(w))
			if seq >= part.lo && seq <= part.hi {
				seqs = append(seqs, seq)
			}
		}
	}
	if !ascending {
		slices.Reverse(seqs)
	}
	return seqs
}

// candidates returns the positions of a block that have all tokens of the term
// and one token of each filter. It stops as soon as few are left.
func (s *Store) candidates(ctx context.Context, part planned, found *matches) (positions, error) {
	set := newPositions(part.block.size())
	for i, any := range searchClauses(found) {
		clause := newPositions(part.block.size())
		for _, token := range any {
			row, err := s.searchRow(ctx, part.block, part.block.row(token))
			if err != nil {
				return nil, err
			}
			clause.add(openRow(row).find(token))
		}
		if i == 0 {
			set = clause
		} else {
			set.keep(clause)
		}
		if set.count() <= fewCandidates {
			break
		}
	}
	return set, nil
}

// searchClauses lists what a match must have: one token of each clause.
func searchClauses(found *matches) (clauses [][]uint32) {
	for _, token := range termTokens(found.term) {
		clauses = append(clauses, []uint32{token})
	}
	return append(clauses, filterClauses(found.filter)...)
}

func filterClauses(f EventFilter) (clauses [][]uint32) {
	clauses = appendClause(clauses, f.Types, typeToken)
	clauses = appendClause(clauses, f.EventTypes, operationToken)
	return appendClause(clauses, f.Sources, sourceToken)
}

func appendClause[T oura.DataType | oura.Operation | oura.Source](clauses [][]uint32, values []T, token func(T) uint32) [][]uint32 {
	var clause []uint32
	for _, v := range values {
		clause = append(clause, token(v))
	}
	if clause == nil {
		return clauses
	}
	return append(clauses, clause)
}
