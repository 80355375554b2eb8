package autostart

import "strings"

// runLine writes a command line as Windows programs read it. The first word is
// always quoted: a blank in its path would end it.
// Source: Microsoft, "Parsing C++ command-line arguments".
func runLine(command []string) string {
	words := make([]string, len(command))
	for i, word := range command {
		if words[i] = word; i == 0 || word == "" || strings.ContainsAny(word, " \t\"") {
			words[i] = quoteWord(word)
		}
	}
	return strings.Join(words, " ")
}

// quoteWord doubles the backslashes before a quote, where alone they mean something.
func quoteWord(word string) string {
	var b strings.Builder
	slashes := 0
	b.WriteByte('"')
	for _, r := range word {
		switch r {
		case '\\':
			slashes++
			continue
		case '"':
			b.WriteString(strings.Repeat(`\`, 2*slashes+1))
		default:
			b.WriteString(strings.Repeat(`\`, slashes))
		}
		slashes = 0
		b.WriteRune(r)
	}
	b.WriteString(strings.Repeat(`\`, 2*slashes))
	b.WriteByte('"')
	return b.String()
}

// splitRun reads the words of a command line.
func splitRun(line string) []string {
	var (
		words         []string
		word          strings.Builder
		inside, begun bool
		slashes       int
	)
	end := func() {
		if begun || word.Len() > 0 {
			words = append(words, word.String())
		}
		word.Reset()
		begun = false
	}
	for _, r := range line {
		if r == '\\' {
			slashes++
			continue
		}
		if r == '"' {
			word.WriteString(strings.Repeat(`\`, slashes/2))
			if slashes%2 == 1 {
				word.WriteRune(r)
			} else {
				inside, begun = !inside, true
			}
			slashes = 0
			continue
		}
		word.WriteString(strings.Repeat(`\`, slashes))
		slashes = 0
		if !inside && (r == ' ' || r == '\t') {
			end()
			continue
		}
		word.WriteRune(r)
	}
	word.WriteString(strings.Repeat(`\`, slashes))
	end()
	return words
}

// isApproved reads what the system's own list of programs that start says of one:
// an even first byte lets it start, an odd one does not.
func isApproved(mark []byte) bool { return len(mark) == 0 || mark[0]%2 == 0 }
