package ouraapi

import "bytes"

// depth counts how deeply arrays and objects of a JSON text are nested, one
// piece at a time. It does not check the text itself.
type depth struct {
	open     int
	inString bool
	escaped  bool // the piece before ended in an open escape
}

// feed takes the next piece and reports whether the nesting is still within
// maxDepth.
func (d *depth) feed(piece []byte) bool {
	for i := 0; i < len(piece); i++ {
		if d.inString {
			i += d.skip(piece[i:])
			continue
		}
		switch piece[i] {
		case '"':
			d.inString = true
		case '{', '[':
			if d.open++; d.open > maxDepth {
				return false
			}
		case '}', ']':
			d.open--
		}
	}
	return true
}

// skip goes on to the next quote of a string and returns its place, or the end.
// The quote ends the string unless an odd number of backslashes stands before it.
func (d *depth) skip(piece []byte) int {
	end := bytes.IndexByte(piece, '"')
	text := piece
	if end >= 0 {
		text = piece[:end]
	}
	slashes := len(text) - len(bytes.TrimRight(text, `\`))
	odd := slashes%2 == 1
	if slashes == len(text) {
		odd = odd != d.escaped
	}
	if end < 0 {
		d.escaped = odd
		return len(piece)
	}
	d.escaped = false
	d.inString = odd
	return end
}
