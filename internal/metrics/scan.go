package metrics

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
)

const (
	deepest  = 4    // levels of objects that are looked into
	greatest = 1e15 // no figure is larger; what is counts as unknown
)

// scan walks through the JSON object doc once and hands every number outside of
// lists to number, and every text outside of lists, as it is written, to text. A
// number that cannot be one, and whatever else is no text, comes as NaN: of a name
// that occurs twice the last counts. path is valid during the call. Lists are
// skipped, for they make up nearly all of a sleep. scan reports whether doc was
// read to its end.
func scan(doc []byte, number func(path []byte, v float64), text func(path, raw []byte)) bool {
	s := scanner{doc: doc, number: number, text: text}
	s.space()
	return s.at('{') && s.object(1)
}

type scanner struct {
	doc    []byte
	i      int
	path   []byte
	number func(path []byte, v float64)
	text   func(path, raw []byte)
}

func (s *scanner) at(c byte) bool { return s.i < len(s.doc) && s.doc[s.i] == c }

func (s *scanner) space() {
	for s.i < len(s.doc) && (s.doc[s.i] == ' ' || s.doc[s.i] == '\n' || s.doc[s.i] == '\t' || s.doc[s.i] == '\r') {
		s.i++
	}
}

// object reads on from an opening brace.
func (s *scanner) object(depth int) bool {
	s.i++
	for s.space(); !s.at('}'); s.space() {
		name, ok := s.quoted()
		if s.space(); !ok || !s.at(':') {
			return false
		}
		s.i++
		mark := len(s.path)
		if mark > 0 {
			s.path = append(s.path, '.')
		}
		s.path = append(s.path, plain(name)...)
		ok = s.value(depth)
		s.path = s.path[:mark]
		if s.space(); !ok || !s.at(',') && !s.at('}') {
			return false
		}
		if s.at(',') {
			s.i++
		}
	}
	s.i++
	return true
}

func (s *scanner) value(depth int) bool {
	s.space()
	if s.i >= len(s.doc) {
		return false
	}
	switch c := s.doc[s.i]; {
	case c == '{' && depth < deepest:
		s.number(s.path, math.NaN())
		return s.object(depth + 1)
	case c == '{' || c == '[':
		s.number(s.path, math.NaN())
		return s.skip()
	case c == '"':
		raw, ok := s.quoted()
		s.number(s.path, math.NaN())
		s.text(s.path, raw)
		return ok
	}
	return s.word()
}

// word reads a number, true, false or null.
func (s *scanner) word() bool {
	begin := s.i
	for s.i < len(s.doc) && !ends(s.doc[s.i]) {
		s.i++
	}
	s.number(s.path, numberIn(s.doc[begin:s.i]))
	return s.i > begin
}

func ends(c byte) bool { return c == ',' || c == '}' || c == ']' || c <= ' ' }

// numberIn reads a JSON number, NaN when it is none or none of a figure.
func numberIn(raw []byte) float64 {
	if len(raw) == 0 || raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') {
		return math.NaN()
	}
	v, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || math.Abs(v) > greatest {
		return math.NaN()
	}
	if v == 0 {
		return 0 // not -0
	}
	return v
}

// quoted reads a text and returns what stands between the quotes.
func (s *scanner) quoted() (raw []byte, ok bool) {
	if !s.at('"') {
		return nil, false
	}
	s.i++
	begin := s.i
	for {
		n := bytes.IndexByte(s.doc[s.i:], '"')
		if n < 0 {
			s.i = len(s.doc)
			return nil, false
		}
		s.i += n + 1
		end := s.i - 1
		slashes := 0
		for end-slashes > begin && s.doc[end-slashes-1] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return s.doc[begin:end], true
		}
	}
}

// skip passes over a list or an object.
func (s *scanner) skip() bool {
	for open := 0; s.i < len(s.doc); {
		switch s.doc[s.i] {
		case '"':
			if _, ok := s.quoted(); !ok {
				return false
			}
			continue
		case '[', '{':
			open++
		case ']', '}':
			open--
		}
		s.i++
		if open == 0 {
			return true
		}
	}
	return false
}

// plain takes the escapes out of a text as it is written.
func plain(raw []byte) []byte {
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw
	}
	var out string
	if json.Unmarshal(append(append([]byte{'"'}, raw...), '"'), &out) != nil {
		return raw
	}
	return []byte(out)
}
