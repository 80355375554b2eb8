package metrics

import (
	"encoding/json"
	"maps"
	"math"
	"testing"
	"unicode/utf8"

	"oura-streaming/internal/oura"
)

func numbersIn(doc string) (map[string]float64, bool) {
	out := map[string]float64{}
	ok := scan([]byte(doc), func(path []byte, v float64) {
		delete(out, string(path))
		if !math.IsNaN(v) {
			out[string(path)] = v
		}
	}, func(_, _ []byte) {})
	return out, ok
}

func TestScan(t *testing.T) {
	for _, tc := range []struct {
		name, doc string
		want      map[string]float64
		broken    bool
	}{
		{"numbers by their paths", `{"a":1,"b":{"c":-2.5e1,"d":{"e":3}}}`, map[string]float64{"a": 1, "b.c": -25, "b.d.e": 3}, false},
		{"lists are skipped", `{"a":[1,{"b":2},"]"],"c":3}`, map[string]float64{"c": 3}, false},
		{"texts, null and words are no numbers", `{"a":"61","b":null,"c":true,"d":4}`, map[string]float64{"d": 4}, false},
		{"what no figure can be is none", `{"a":1e400,"b":-1e400,"c":123456789012345678901234567890,"d":-0,"e":-1e-400}`, map[string]float64{"d": 0, "e": 0}, false},
		{"of a name that occurs twice the last counts", `{"a":1,"a":{"said":"before"},"b":2,"b":3}`, map[string]float64{"b": 3}, false},
		{"a quote inside a text ends nothing", `{"a\"b":1,"c":"\\","d":"x\"}","e":2}`, map[string]float64{`a"b`: 1, "e": 2}, false},
		{"deep levels are left out", `{"a":{"b":{"c":{"d":{"e":1}}}},"z":1}`, map[string]float64{"z": 1}, false},
		{"white space anywhere", " {\n\"a\" :\t1 , \"b\":{ } }", map[string]float64{"a": 1}, false},
		{"an empty object", `{}`, map[string]float64{}, false},
		{"a list at the top", `[1]`, map[string]float64{}, true},
		{"a text that does not end", `{"a":1,"b":"`, map[string]float64{"a": 1}, true},
		{"nothing", ``, map[string]float64{}, true},
	} {
		got, ok := numbersIn(tc.doc)
		if ok == tc.broken || !maps.Equal(got, tc.want) {
			t.Errorf("%s: %v, whole %v, want %v", tc.name, got, ok, tc.want)
		}
	}
}

// FuzzScan holds scan against encoding/json: what that reads is read to the end,
// and every plain number at the top has its value.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		`{"a":1}`, `{"a":{"b":[1,2,{"c":"]"}]},"d":1e5}`, `{"\ud83d":"\"","a":1,"a":null}`, `{"a":1e400}`, `{`, `{"":0}`, "{\"a\":\"\\\\\"}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		got, ok := numbersIn(doc)
		newTable(oura.Sleep).read([]byte(doc)) // does not panic
		var want map[string]json.RawMessage
		if json.Unmarshal([]byte(doc), &want) != nil || want == nil || !utf8.ValidString(doc) { // what is fetched is made valid before it is stored
			return
		}
		if !ok {
			t.Fatalf("%q was not read to its end", doc)
		}
		for name, raw := range want {
			var v float64
			if json.Unmarshal(raw, &v) != nil || string(raw) == "null" || math.Abs(v) > greatest {
				continue
			}
			if have, ok := got[name]; !ok || have != v {
				t.Errorf("%q: %q is %v, %v, want %v", doc, name, have, ok, v)
			}
		}
	})
}
