package app

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"oura-streaming/internal/oura"
)

// What the stream's named filters may be.
const (
	mostFilters         = 50
	longestFilterName   = 60  // in runes
	longestFilterSearch = 200 // in runes, as the local API takes
)

var sources = []oura.Source{oura.SourceWebhook, oura.SourcePoll, oura.SourceBackfill, oura.SourceCatchUp, oura.SourceImport}

// encodeFilters writes the filters as they are stored, "" for none. A name is
// any text: it is only ever shown. Code: invalid.
func encodeFilters(filters []SavedFilter) (string, error) {
	if len(filters) > mostFilters {
		return "", invalidFilter("At most %d filters can be kept. Delete one first.", mostFilters)
	}
	out := make([]SavedFilter, 0, len(filters))
	for _, f := range filters {
		f.Name = strings.TrimSpace(f.Name)
		if err := f.check(); err != nil {
			return "", err
		}
		if slices.ContainsFunc(out, func(other SavedFilter) bool { return other.Name == f.Name }) {
			return "", invalidFilter("There is another filter of this name. Choose another one.")
		}
		out = append(out, f.whole())
	}
	if len(out) == 0 {
		return "", nil
	}
	text, err := json.Marshal(out)
	return string(text), err
}

func (f SavedFilter) check() error {
	switch n := utf8.RuneCountInString(f.Name); {
	case n == 0:
		return invalidFilter("Give the filter a name.")
	case n > longestFilterName:
		return invalidFilter("The name of the filter is too long. Use at most %d characters.", longestFilterName)
	case utf8.RuneCountInString(f.Query) > longestFilterSearch:
		return invalidFilter("The search of the filter is too long. Use at most %d characters.", longestFilterSearch)
	}
	for _, dt := range f.DataTypes {
		if _, ok := oura.Lookup(oura.DataType(dt)); !ok {
			return invalidFilter("The filter names a data type that does not exist.")
		}
	}
	if !known(f.EventTypes, oura.Operations()) || !known(f.Sources, sources) {
		return invalidFilter("The filter names a change or a source that does not exist.")
	}
	return nil
}

// known reports whether all words are among them, none of them twice.
func known[T ~string](words []string, among []T) bool {
	for i, w := range words {
		if !slices.Contains(among, T(w)) || slices.Contains(words[:i], w) {
			return false
		}
	}
	return true
}

// whole is f with lists that are never nil, and each type once.
func (f SavedFilter) whole() SavedFilter {
	types := []string{}
	for _, dt := range f.DataTypes {
		if !slices.Contains(types, dt) {
			types = append(types, dt)
		}
	}
	f.DataTypes = types
	f.EventTypes = append([]string{}, f.EventTypes...)
	f.Sources = append([]string{}, f.Sources...)
	return f
}

// decodeFilters reads what encodeFilters wrote; what it did not write is none.
func decodeFilters(text string) []SavedFilter {
	var filters []SavedFilter
	if text == "" || json.Unmarshal([]byte(text), &filters) != nil {
		return []SavedFilter{}
	}
	out := []SavedFilter{}
	for _, f := range filters[:min(len(filters), mostFilters)] {
		if f.check() == nil {
			out = append(out, f.whole())
		}
	}
	return out
}

func invalidFilter(format string, args ...any) error {
	return &oura.Error{Code: oura.CodeInvalid, Message: fmt.Sprintf(format, args...)}
}
