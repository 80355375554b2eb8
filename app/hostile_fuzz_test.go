package app

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// FuzzBoundMethods calls what the page may call with any arguments, decoded as the
// toolkit does it (S-66). What TestS45 sends are words that could do harm; here the
// fuzzer looks for its own, without paths: it runs on somebody's computer.
func FuzzBoundMethods(f *testing.F) {
	home(f)
	b, _ := begin(f, engineOptions(f, "", false))
	b.browse = func(context.Context, string) error { return nil }
	b.reveal = b.browse
	stored(f, b, 5)
	var methods []reflect.Value
	var names []string
	for _, api := range b.bound() {
		v := reflect.ValueOf(api)
		for i := range v.NumMethod() {
			methods, names = append(methods, v.Method(i)), append(names, fmt.Sprintf("%T.%s", api, v.Type().Method(i).Name))
		}
	}
	for i := range methods {
		for _, seed := range []string{`["daily_sleep","2026-11-22","2026-11-21",5]`, `[{},{},{}]`, `[[],null,true,1e300]`, `[-1,"",[{}]]`} {
			f.Add(uint16(i), seed) //nolint:gosec // there are some hundred
		}
	}
	f.Fuzz(func(t *testing.T, which uint16, text string) {
		if strings.ContainsAny(text, `/\~`) {
			return
		}
		at := int(which) % len(methods)
		var sent []json.RawMessage
		if json.Unmarshal([]byte(text), &sent) != nil || len(sent) < methods[at].Type().NumIn() {
			return
		}
		var in []reflect.Value
		for i := range methods[at].Type().NumIn() {
			v := reflect.New(methods[at].Type().In(i))
			if json.Unmarshal(sent[i], v.Interface()) != nil {
				return
			}
			in = append(in, v.Elem())
		}
		unharmed(t, names[at], text, func() { methods[at].Call(in) })
	})
}
