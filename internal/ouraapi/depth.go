package ouraapi

// depth counts how deeply arrays and objects of a JSON text are nested, one
// piece at a time. It does not check the text itself.
type depth struct {
	open     int
	inString bool
	escaped  bool
}

// feed takes the next piece and reports whether the nesting is still within
// maxDepth.
func (d *depth) feed(piece []byte) bool {
	for _, b := range piece {
		switch {
		case d.escaped:
			d.escaped = false
		case d.inString:
			d.escaped = b == '\\'
			d.inString = b != '"'
		case b == '"':
			d.inString = true
		case b == '{' || b == '[':
			if d.open++; d.open > maxDepth {
				return false
			}
		case b == '}' || b == ']':
			d.open--
		}
	}
	return true
}
