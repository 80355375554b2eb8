package sqlite

import "oura-streaming/internal/oura"

// bucketBits is the size of the hash space of search tokens. The values are
// stored: neither it nor hashToken may change without a new index.
const bucketBits = 20

// gramSizes are the lengths in bytes of the pieces a text is cut into.
var gramSizes = [...]int{1, 2, 4}

// tokens is a set of search tokens of one event: hashes of the pieces of its
// text and of its type, operation and source. Hashes may collide, so what is
// found by tokens is checked against the event itself.
type tokens struct {
	seen [1 << bucketBits / 64]uint64
	list []uint32
}

func (t *tokens) reset() {
	for _, h := range t.list {
		t.seen[h/64] = 0
	}
	t.list = t.list[:0]
}

func (t *tokens) add(h uint32) {
	if bit := uint64(1) << (h % 64); t.seen[h/64]&bit == 0 {
		t.seen[h/64] |= bit
		t.list = append(t.list, h)
	}
}

func (t *tokens) addEvent(e oura.Event) {
	text := searchText(e)
	for _, size := range gramSizes {
		for i := 0; i+size <= len(text); i++ {
			t.add(hashToken(0, text[i:i+size]))
		}
	}
	t.add(typeToken(e.DataType))
	t.add(operationToken(e.EventType))
	t.add(sourceToken(e.Source))
}

func typeToken(dt oura.DataType) uint32       { return hashToken(1, string(dt)) }
func operationToken(op oura.Operation) uint32 { return hashToken(2, string(op)) }
func sourceToken(source oura.Source) uint32   { return hashToken(3, string(source)) }

const maxTermTokens = 8 // more pieces of a long term narrow little and cost a look-up each

// termTokens returns tokens that every text holding term has: pieces of the
// greatest length that fits, spread over the term.
func termTokens(term string) []uint32 {
	size := gramSizes[0]
	for _, s := range gramSizes {
		if s <= len(term) {
			size = s
		}
	}
	pieces := len(term) - size + 1
	n := min(pieces, maxTermTokens)
	out := make([]uint32, n)
	for i := range out {
		at := 0
		if n > 1 {
			at = i * (pieces - 1) / (n - 1)
		}
		out[i] = hashToken(0, term[at:at+size])
	}
	return out
}

// hashToken maps a piece of at most four bytes, or a longer word, to a bucket.
func hashToken(kind uint32, s string) uint32 {
	h := uint32(2166136261) + kind // FNV-1a with a last mixing step
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	h ^= h >> 15
	h *= 0x2c1b3c6d
	return h >> (32 - bucketBits)
}
