package ouraapi

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// slowDepth is the plain way to count, one byte after another.
func slowDepth(text string) (open int, inString bool) {
	escaped := false
	for _, b := range []byte(text) {
		switch {
		case escaped:
			escaped = false
		case inString && b == '\\':
			escaped = true
		case b == '"':
			inString = !inString
		case inString:
		case b == '{' || b == '[':
			open++
		case b == '}' || b == ']':
			open--
		}
	}
	return open, inString
}

func TestDepth_CountsLikeThePlainWayHoweverTheTextIsCut(t *testing.T) {
	const seed = 35
	dice := rand.New(rand.NewPCG(seed, seed))
	for range 5000 {
		var text strings.Builder
		for range dice.IntN(30) {
			text.WriteByte(`[]{}""\\\a1`[dice.IntN(11)])
		}
		open, inString := slowDepth(text.String())
		var d depth
		for rest := text.String(); rest != ""; {
			n := 1 + dice.IntN(len(rest))
			d.feed([]byte(rest[:n]))
			rest = rest[n:]
		}
		if d.open != open || d.inString != inString {
			t.Fatalf("seed %d, %q: open %d, in string %v; want %d, %v", seed, text.String(), d.open, d.inString, open, inString)
		}
	}
}
