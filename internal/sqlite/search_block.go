package sqlite

import "context"

// The levels of search blocks: how many events they cover and in how many rows
// their tokens lie, both as powers of two. A row holds a few KiB on every level.
var (
	blockShift = [...]uint{8, 12, 16}
	rowShift   = [...]uint{7, 9, 11}
)

const (
	topLevel    = len(blockShift) - 1
	mergeFactor = 16 // blocks of one level in one of the next
)

// searchBlock names one block of the search index.
type searchBlock struct {
	level int
	place int64
}

func (b searchBlock) size() int       { return 1 << blockShift[b.level] }
func (b searchBlock) rows() int       { return 1 << rowShift[b.level] }
func (b searchBlock) first() int64    { return b.place << blockShift[b.level] }
func (b searchBlock) last() int64     { return b.first() + int64(b.size()) - 1 }
func (b searchBlock) key(r int) int64 { return int64(b.level)<<60 | b.place<<12 | int64(r) }

// row returns the number of the row that holds a bucket.
func (b searchBlock) row(bucket uint32) int { return int(bucket >> (bucketBits - rowShift[b.level])) }

// parent is the block that b is merged into, parts what a block is merged from.
func (b searchBlock) parent() searchBlock { return searchBlock{b.level + 1, b.place / mergeFactor} }

func (b searchBlock) part(i int) searchBlock {
	return searchBlock{b.level - 1, b.place*mergeFactor + int64(i)}
}

// searchBlocks returns the blocks of the index by first number, live or not.
func (s *Store) searchBlocks(ctx context.Context, live bool) (out []searchBlock, err error) {
	const q = `SELECT level, place FROM search_block WHERE live = ? ORDER BY place << (8 + 4 * level)`
	err = s.readers.each(ctx, q, func(scan func(...any) error) error {
		var b searchBlock
		err := scan(&b.level, &b.place)
		if b.level < 0 || b.level > topLevel {
			return err // made by a later version: not ours to read
		}
		out = append(out, b)
		return err
	}, live)
	return out, err
}
