package export

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"
)

// number is what stays as it is even where a text may stand: a spreadsheet reads
// it as a number, never as a formula.
var number = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// dangerous are first characters that make a spreadsheet calculate, or skip
// characters until one of them (S-55).
const dangerous = "=+-@\t\r\n\x00＝＋－＠"

// safe returns text as a cell that no spreadsheet takes for a formula: with a
// leading ' where it would be one. A text that already has such a ' gets one more,
// so that taking off one gives back the text as it was.
func safe(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, "'"))
	if first == utf8.RuneError || !strings.ContainsRune(dangerous, first) || number.MatchString(text) {
		return text
	}
	return "'" + text
}

// cellOf is the cell of a JSON value: text without its quotes, arrays and objects
// as JSON, nothing for null. Numbers keep their digits.
func cellOf(raw json.RawMessage) string {
	if len(raw) == 0 || string(raw) == "null" {
		return ""
	}
	if raw[0] != '"' {
		return strings.ToValidUTF8(string(raw), "\uFFFD")
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return safe(string(raw))
	}
	return safe(text)
}

// appendRow writes cells as one line of RFC 4180.
func appendRow(b []byte, cells []string) []byte {
	for i, cell := range cells {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendCell(b, cell)
	}
	return append(b, "\r\n"...)
}

func appendCell(b []byte, cell string) []byte {
	if !strings.ContainsAny(cell, "\",;\t\r\n") && cell == strings.TrimSpace(cell) {
		return append(b, cell...)
	}
	b = append(b, '"')
	b = append(b, strings.ReplaceAll(cell, `"`, `""`)...)
	return append(b, '"')
}
