package sqlite

import (
	"encoding/binary"
	"math/bits"
	"sort"
)

// Postings: which events of a block have a token. A row holds a run of buckets:
// their number (uint32), for each its low bits and the end of its list (uint32
// each), then the lists. A list is a tag and either varint steps or a bitmap.
const (
	tagList   = 0
	tagBitmap = 1
)

// postingRow collects the lists of one row.
type postingRow struct {
	head []byte
	data []byte
	n    uint32
}

// add appends the sorted positions of one bucket in a block of the given size.
func (r *postingRow) add(bucket uint32, positions []uint32, size int) {
	if len(positions) > size/8 {
		r.data = append(r.data, tagBitmap)
		at := len(r.data)
		r.data = append(r.data, make([]byte, size/8)...)
		for _, p := range positions {
			r.data[at+int(p/8)] |= 1 << (p % 8)
		}
	} else {
		r.data = append(r.data, tagList)
		last := uint32(0)
		for _, p := range positions {
			r.data = binary.AppendUvarint(r.data, uint64(p-last))
			last = p
		}
	}
	r.head = binary.LittleEndian.AppendUint32(r.head, bucket)
	r.head = binary.LittleEndian.AppendUint32(r.head, uint32(len(r.data)))
	r.n++
}

// take returns the row's bytes and empties it.
func (r *postingRow) take() []byte {
	out := binary.LittleEndian.AppendUint32(make([]byte, 0, 4+len(r.head)+len(r.data)), r.n)
	out = append(append(out, r.head...), r.data...)
	*r = postingRow{head: r.head[:0], data: r.data[:0]}
	return out
}

// lists is a row taken apart.
type lists struct {
	n    int
	head []byte
	data []byte
}

// openRow takes a row apart. What is not a row has no lists.
func openRow(row []byte) lists {
	if len(row) < 4 {
		return lists{}
	}
	n := int(binary.LittleEndian.Uint32(row))
	if n < 0 || len(row) < 4+8*n {
		return lists{}
	}
	return lists{n, row[4 : 4+8*n], row[4+8*n:]}
}

func (l lists) bucket(i int) uint32 { return binary.LittleEndian.Uint32(l.head[8*i:]) }

func (l lists) list(i int) []byte {
	start, end := uint32(0), binary.LittleEndian.Uint32(l.head[8*i+4:])
	if i > 0 {
		start = binary.LittleEndian.Uint32(l.head[8*i-4:])
	}
	if start > end || int(end) > len(l.data) {
		return nil
	}
	return l.data[start:end]
}

// find returns the encoded list of one bucket, nil when no event has it.
func (l lists) find(bucket uint32) []byte {
	i := sort.Search(l.n, func(i int) bool { return l.bucket(i) >= bucket })
	if i == l.n || l.bucket(i) != bucket {
		return nil
	}
	return l.list(i)
}

// eachPosition calls f with every position of an encoded list, rising.
func eachPosition(list []byte, f func(p uint32)) {
	if len(list) == 0 {
		return
	}
	tag, list := list[0], list[1:]
	if tag == tagBitmap {
		for i, b := range list {
			for ; b != 0; b &= b - 1 {
				f(uint32(i*8 + bits.TrailingZeros8(b)))
			}
		}
		return
	}
	p := uint32(0)
	for len(list) > 0 {
		step, n := binary.Uvarint(list)
		if n <= 0 {
			return
		}
		p, list = p+uint32(step), list[n:]
		f(p)
	}
}
