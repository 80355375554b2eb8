package ouraapi

import (
	"bytes"
	"errors"
	"strings"
)

var errNoFields = errors.New("not a JSON object")

// eachField hands name and value of each field of a JSON object to f, as they are
// written; the name without its quotes. It checks no more than it must not to go
// astray: raw should be known to be valid.
func eachField(raw []byte, f func(name, value []byte)) error {
	const space = " \t\r\n"
	raw, ok := bytes.CutPrefix(bytes.Trim(raw, space), []byte{'{'})
	for ok {
		raw = bytes.TrimLeft(raw, space+",")
		if len(raw) == 1 && raw[0] == '}' {
			return nil
		}
		n := valueEnd(raw)
		if n < 2 || raw[0] != '"' {
			return errNoFields
		}
		name := raw[1 : n-1]
		raw, ok = bytes.CutPrefix(bytes.TrimLeft(raw[n:], space), []byte{':'})
		raw = bytes.TrimLeft(raw, space)
		if n = valueEnd(raw); n == 0 {
			return errNoFields
		}
		f(name, raw[:n])
		raw = raw[n:]
	}
	return errNoFields
}

// valueEnd is the length of the JSON value at the start of raw, 0 for none.
func valueEnd(raw []byte) int {
	open, inString := 0, false
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		switch {
		case inString && c == '\\':
			i++
		case c == '"':
			if inString = !inString; !inString && open == 0 {
				return i + 1
			}
		case inString:
		case c == '{' || c == '[':
			open++
		case (c == '}' || c == ']') && open == 1:
			return i + 1
		case (c == '}' || c == ']') && open > 0:
			open--
		case open == 0 && strings.IndexByte(",}] \t\r\n", c) >= 0:
			return i
		}
	}
	return 0
}
