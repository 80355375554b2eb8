package ouraapi

import (
	"encoding/json"
	"reflect"
	"testing"
)

func FuzzEachField(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"a":1}`, ` { "a" : "x\"}" , "b":[1,{"c":"]"}], "c":null}`, `{"a":-1.5e3,"":true}`, `[1]`, `7`, `"x"`, `{"a":"\\"}`, `{"a":{}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := map[string]any{}
		err := eachField(raw, func(name, value []byte) {
			var key string
			var v any
			_ = json.Unmarshal([]byte(`"`+string(name)+`"`), &key) // of broken JSON only the end matters
			_ = json.Unmarshal(value, &v)
			got[key] = v
		})
		var want map[string]any
		if json.Unmarshal(raw, &want) != nil || want == nil {
			return
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v, %v, want %v", raw, got, err, want)
		}
	})
}
