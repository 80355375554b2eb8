package sqlite

import "context"

// mergeUp merges the blocks that b completes, level by level.
func (x *indexer) mergeUp(ctx context.Context, b searchBlock) error {
	for b.level < topLevel && b.place%mergeFactor == mergeFactor-1 {
		b = b.parent()
		if err := x.merge(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

// merge makes b from its sixteen parts and replaces them in one step. Rows of a
// greater block hold fewer buckets each, so a row of the parts becomes several.
func (x *indexer) merge(ctx context.Context, b searchBlock) error {
	from := b.part(0)
	split := b.rows() / from.rows()
	for r := range from.rows() {
		byBucket, err := x.gather(ctx, b, r)
		if err != nil {
			return err
		}
		rows := make([][]byte, 0, split)
		base := uint32(r) << (bucketBits - rowShift[from.level])
		width := len(byBucket) / split
		for i := range split {
			var row postingRow
			for j, positions := range byBucket[i*width : (i+1)*width] {
				if len(positions) > 0 {
					row.add(base+uint32(i*width+j), positions, b.size())
				}
			}
			rows = append(rows, row.take())
		}
		if err := x.store(ctx, b, r*split, rows, false); err != nil {
			return err
		}
	}
	if err := x.replace(ctx, b); err != nil {
		return err
	}
	for i := range mergeFactor {
		if x.isPruned(b.part(i)) {
			continue
		}
		if err := x.remove(ctx, b.part(i)); err != nil {
			return err
		}
	}
	return nil
}

// gather joins row r of all parts of b that were not pruned: positions in b by low
// bits of the bucket.
func (x *indexer) gather(ctx context.Context, b searchBlock, r int) ([][]uint32, error) {
	byBucket := make([][]uint32, 1<<(bucketBits-rowShift[b.level-1]))
	mask := uint32(len(byBucket) - 1)
	for i := range mergeFactor {
		part := b.part(i)
		if x.isPruned(part) {
			continue
		}
		row, err := x.s.searchRow(ctx, part, r)
		if err != nil {
			return nil, err
		}
		shift := uint32(part.first() - b.first())
		l := openRow(row)
		for k := range l.n {
			at := l.bucket(k) & mask
			eachPosition(l.list(k), func(p uint32) { byBucket[at] = append(byBucket[at], shift+p) })
		}
	}
	return byBucket, nil
}

// replace puts b in the place of its parts.
func (x *indexer) replace(ctx context.Context, b searchBlock) error {
	const retire = `UPDATE search_block SET live = 0 WHERE level = ? AND place BETWEEN ? AND ?`
	return x.s.writer.do(ctx, func(t *tx) error {
		if _, err := t.exec(retire, b.level-1, b.part(0).place, b.part(mergeFactor-1).place); err != nil {
			return err
		}
		_, err := t.exec(`INSERT INTO search_block (level, place, live) VALUES (?, ?, 1)`, b.level, b.place)
		return err
	})
}

// remove deletes a block that has been merged, its name last.
func (x *indexer) remove(ctx context.Context, b searchBlock) error {
	for r := 0; r < b.rows(); r += rowsPerWrite {
		err := x.s.writer.do(ctx, func(t *tx) error {
			_, err := t.exec(`DELETE FROM search_row WHERE key BETWEEN ? AND ?`, b.key(r), b.key(r+rowsPerWrite-1))
			return err
		})
		if err != nil {
			return err
		}
	}
	return x.s.writer.do(ctx, func(t *tx) error {
		_, err := t.exec(`DELETE FROM search_block WHERE level = ? AND place = ?`, b.level, b.place)
		return err
	})
}
