package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// A mutator changes documents in the ways in which Oura, or something between,
// may surprise this program. Equal dice make equal changes.
type mutator struct {
	dice *rand.Rand
	kind string // of mutations
}

// mutations are all kinds by name. Each changes one place of a document.
var mutations = map[string]func(m *mutator, doc map[string]any){
	"a field nobody knows": func(m *mutator, doc map[string]any) {
		m.object(doc)["field_of_2031"] = json.RawMessage(`{"unit":"dB","items":[null,1.50,"x"]}`)
	},
	"a field is missing": func(m *mutator, doc map[string]any) {
		in := m.object(doc)
		names := slices.DeleteFunc(slices.Sorted(maps.Keys(in)), func(name string) bool { return name == "id" })
		if len(names) > 0 {
			delete(in, m.one(names))
		}
	},
	"a word nobody knows": func(m *mutator, doc map[string]any) {
		m.replace(doc, isText, "word_of_the_future")
	},
	"null for a number": func(m *mutator, doc map[string]any) { m.replace(doc, isNumber, nil) },
	"a number as text":  func(m *mutator, doc map[string]any) { m.replace(doc, isNumber, "61") },
	"a text as number":  func(m *mutator, doc map[string]any) { m.replace(doc, isText, json.Number("61")) },
	"an odd number": func(m *mutator, doc map[string]any) {
		m.replace(doc, isNumber, json.Number(m.one([]string{"1e400", "-0", "123456789012345678901234567890", "-1e-400", "1E+2", "42.50"})))
	},
	"deep nesting": func(m *mutator, doc map[string]any) {
		const levels = 30 // with the document itself one less than the most
		doc["deep"] = json.RawMessage(strings.Repeat(`{"d":[`, levels/2) + strings.Repeat(`]}`, levels/2))
	},
	"a long text": func(m *mutator, doc map[string]any) {
		m.replace(doc, isText, strings.Repeat("long_", 4000+m.dice.IntN(1000)))
	},
	"odd unicode": func(m *mutator, doc map[string]any) {
		m.replace(doc, isText, json.RawMessage(m.one([]string{
			`"\ud83d"`, `"\udc00\ud83d!"`, `"\u0000"`, `"\u202egnirts"`, "\"\u2028<b>&amp;</b>\u2029\"", `"\ufeff"`,
			"\"👩‍👩‍👧‍👦 ﷽ ẞ\"", `"e` + strings.Repeat(`\u0301`, 60) + `"`, `"\"\\\/\b\f\n\r\t"`, `"%s%d%!"`, "\"\u007f\uffff\"",
		})))
	},
	"another shape": func(m *mutator, doc map[string]any) {
		m.replace(doc, func(any) bool { return true }, json.RawMessage(m.one([]string{`{}`, `[]`, `[[],{"a":[]}]`, `true`, `null`, `""`})))
	},
	"an odd name": func(m *mutator, doc map[string]any) {
		m.object(doc)[m.one([]string{"", "a.b", "$", "__proto__", "\x00", "ünï", "data_type", "SCORE", "payload\""})] = json.Number("1")
	},
	"a name twice": func(m *mutator, doc map[string]any) {
		doc[""] = twice(m.one(slices.DeleteFunc(slices.Sorted(maps.Keys(doc)), func(name string) bool { return name == "id" || name == "" })))
	},
}

// twice is a field whose name the document has already.
type twice string

func isText(v any) bool   { _, ok := v.(string); return ok }
func isNumber(v any) bool { _, ok := v.(json.Number); return ok }

func (m *mutator) one(words []string) string { return words[m.dice.IntN(len(words))] }

// object picks the document or an object in it.
func (m *mutator) object(doc map[string]any) map[string]any {
	all := []map[string]any{doc}
	for _, name := range slices.Sorted(maps.Keys(doc)) {
		if inner, ok := doc[name].(map[string]any); ok {
			all = append(all, inner)
		}
	}
	return all[m.dice.IntN(len(all))]
}

// replace puts another value where fits says so or, where nothing fits, into a
// field of its own.
func (m *mutator) replace(doc map[string]any, fits func(any) bool, by any) {
	var places []func()
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(v)) {
				if fits(v[name]) && name != "id" {
					places = append(places, func() { v[name] = by })
				}
				walk(v[name])
			}
		case []any:
			for i := range v {
				if fits(v[i]) {
					places = append(places, func() { v[i] = by })
				}
				walk(v[i])
			}
		}
	}
	walk(doc)
	if len(places) == 0 {
		doc["in_place_of_something"] = by
		return
	}
	places[m.dice.IntN(len(places))]()
}

// mutant makes one from a document, with an id of its own.
func (m *mutator) mutant(sample json.RawMessage, id string) (json.RawMessage, error) {
	var doc map[string]any
	dec := json.NewDecoder(bytes.NewReader(sample))
	dec.UseNumber()
	if err := dec.Decode(&doc); err != nil {
		return nil, err
	}
	doc["id"] = id
	mutations[m.kind](m, doc)
	var out bytes.Buffer
	spell(&out, doc)
	if !json.Valid(out.Bytes()) {
		return nil, fmt.Errorf("%s made what is no JSON: %.300s", m.kind, out.Bytes())
	}
	return out.Bytes(), nil
}

// spell writes a value with its raw parts as they are.
func spell(out *bytes.Buffer, v any) {
	switch v := v.(type) {
	case map[string]any:
		out.WriteByte('{')
		for i, name := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				out.WriteString(", ")
			}
			again, isTwice := v[name].(twice)
			if isTwice {
				spell(out, string(again))
				out.WriteString(`: {"said":"before"}`)
				continue
			}
			spell(out, name)
			out.WriteString(": ")
			spell(out, v[name])
		}
		out.WriteByte('}')
	case []any:
		out.WriteByte('[')
		for i := range v {
			if i > 0 {
				out.WriteByte(',')
			}
			spell(out, v[i])
		}
		out.WriteByte(']')
	case json.RawMessage:
		out.Write(v)
	default:
		text, err := json.Marshal(v)
		if err != nil {
			panic(err) // texts, numbers and null always marshal
		}
		out.Write(text)
	}
}
