package sqlite

import (
	"context"
	"sync"
)

const rowsPerWrite = 64 // index rows in one transaction, so that other writers wait little

// indexer keeps the search index up with the events, on a goroutine of its own.
// Events it has not reached yet are searched one by one.
type indexer struct {
	s    *Store
	wake chan struct{} // one slot: a wake-up already due is enough
	stop context.CancelFunc
	wg   sync.WaitGroup
	tok  tokens

	pruned int64 // events up to it are gone, and so are the blocks that held no others
}

func startIndexer(s *Store) *indexer {
	ctx, cancel := context.WithCancel(context.Background())
	x := &indexer{s: s, wake: make(chan struct{}, 1), stop: cancel}
	x.poke()
	x.wg.Go(func() { x.serve(ctx) })
	return x
}

// poke makes the indexer look for new events; it never blocks.
func (x *indexer) poke() {
	select {
	case x.wake <- struct{}{}:
	default:
	}
}

func (x *indexer) close() {
	x.stop()
	x.wg.Wait()
}

// serve works whenever it is poked. A failed round is logged and made up for at
// the next one: searches stay right without it, only slower.
func (x *indexer) serve(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-x.wake:
		}
		if err := x.catchUp(ctx); err != nil && ctx.Err() == nil {
			x.s.log.WarnContext(ctx, "search index not brought up to date", "err", err)
		}
	}
}

// catchUp removes leftovers and adds a block for each full run of new events.
func (x *indexer) catchUp(ctx context.Context) error {
	if err := x.retirePruned(ctx); err != nil {
		return err
	}
	old, err := x.s.searchBlocks(ctx, false)
	if err != nil {
		return err
	}
	for _, b := range old {
		if err := x.remove(ctx, b); err != nil {
			return err
		}
	}
	last, err := x.s.LastSeq(ctx)
	if err != nil {
		return err
	}
	b, err := x.next(ctx)
	for ; err == nil && b.last() <= last; b.place++ {
		if err = x.build(ctx, b); err == nil {
			err = x.mergeUp(ctx, b)
		}
	}
	return err
}

// next returns the first block of level 0 that is not indexed and not all pruned.
func (x *indexer) next(ctx context.Context) (searchBlock, error) {
	live, err := x.s.searchBlocks(ctx, true)
	if err != nil {
		return searchBlock{}, err
	}
	end := x.pruned + 1
	if len(live) > 0 {
		end = max(end, live[len(live)-1].last()+1)
	}
	return searchBlock{0, end >> blockShift[0]}, nil
}

// retirePruned drops the blocks all of whose events were pruned. Of the others
// what was pruned is found, looked for and not there.
func (x *indexer) retirePruned(ctx context.Context) error {
	const retire = `UPDATE search_block SET live = 0 WHERE (place + 1) << (8 + 4 * level) <= ?`
	pruned, err := x.s.PrunedSeq(ctx)
	if err != nil {
		return err
	}
	x.pruned = pruned
	live, err := x.s.searchBlocks(ctx, true)
	if err != nil || len(live) == 0 || !x.isPruned(live[0]) {
		return err
	}
	return x.s.writer.do(ctx, func(t *tx) error {
		_, err := t.exec(retire, pruned+1)
		return err
	})
}

func (x *indexer) isPruned(b searchBlock) bool { return b.last() <= x.pruned }

// build indexes the events of a block of level 0.
func (x *indexer) build(ctx context.Context, b searchBlock) error {
	all, err := newEventQuery(EventFilter{Ascending: true}, true)
	if err != nil {
		return err
	}
	events, err := x.s.page(ctx, all, span{b.first(), b.last()}, b.size(), nil)
	if err != nil {
		return err
	}
	var pairs []uint32 // token << 8 | position
	for _, e := range events {
		x.tok.reset()
		x.tok.addEvent(e)
		for _, h := range x.tok.list {
			pairs = append(pairs, h<<blockShift[0]|uint32(e.Seq-b.first()))
		}
	}
	pairs = sortByBucket(pairs)
	rows := make([][]byte, 0, b.rows())
	for r := range b.rows() {
		var row postingRow
		for len(pairs) > 0 && b.row(pairs[0]>>blockShift[0]) == r {
			pairs = row.addRun(pairs, b.size())
		}
		rows = append(rows, row.take())
	}
	return x.store(ctx, b, 0, rows, true)
}

// sortByBucket sorts pairs whose positions rise already: two stable passes over
// half of the bucket's bits each, several times faster than comparing.
func sortByBucket(pairs []uint32) []uint32 {
	const half = bucketBits / 2
	other := make([]uint32, len(pairs))
	for shift := blockShift[0]; shift < blockShift[0]+bucketBits; shift += half {
		var starts [1<<half + 1]int
		for _, p := range pairs {
			starts[p>>shift&(1<<half-1)+1]++
		}
		for i := range 1 << half {
			starts[i+1] += starts[i]
		}
		for _, p := range pairs {
			at := &starts[p>>shift&(1<<half-1)]
			other[*at] = p
			*at++
		}
		pairs, other = other, pairs
	}
	return pairs
}

// addRun adds the pairs of the first bucket and returns the others.
func (r *postingRow) addRun(pairs []uint32, size int) []uint32 {
	bucket := pairs[0] >> blockShift[0]
	var positions []uint32
	for len(pairs) > 0 && pairs[0]>>blockShift[0] == bucket {
		positions = append(positions, pairs[0]&(1<<blockShift[0]-1))
		pairs = pairs[1:]
	}
	r.add(bucket, positions, size)
	return pairs
}

// store writes rows of b from number first on; complete makes the block live.
func (x *indexer) store(ctx context.Context, b searchBlock, first int, rows [][]byte, complete bool) error {
	const put = `INSERT INTO search_row (key, postings) VALUES (?1, ?2)
		ON CONFLICT (key) DO UPDATE SET postings = excluded.postings`
	for len(rows) > 0 {
		n := min(len(rows), rowsPerWrite)
		err := x.s.writer.do(ctx, func(t *tx) error {
			for i, row := range rows[:n] {
				if _, err := t.exec(put, b.key(first+i), row); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		first, rows = first+n, rows[n:]
	}
	if !complete {
		return nil
	}
	return x.s.writer.do(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO search_block (level, place, live) VALUES (?, ?, 1)`, b.level, b.place)
		return err
	})
}
