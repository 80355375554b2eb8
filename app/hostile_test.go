package app

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"
)

// hostile makes JSON that a page under foreign control might send for a parameter.
type hostile struct{ *rand.Rand }

// hostileWords are what the methods understand, and what they should not fall for.
var hostileWords = []string{
	"", "delete", "read", "admin", "daily_sleep", "heartrate", "2026-11-22", "9999-99-99", "2026-11-22T06:12:31Z", "jsonl", "sqlite", "events", "off", "on", "polling",
	"../../etc/passwd", "/etc/passwd", "oura_streaming.db", "https://example.com/x?y=z#w", "javascript:alert(1)", "http://127.0.0.1:1", "\x00", "\u202e", "' OR 1=1 --",
	"%00%2e%2e", strings.Repeat("ü", 5000), "-1", "1e400",
}

func (h hostile) word() string { return hostileWords[h.IntN(len(hostileWords))] }

func (h hostile) number() any {
	return []any{0, 1, -1, 7, 1 << 31, -1 << 63, uint64(1<<64 - 1), 0.5, 1e300}[h.IntN(9)]
}

// value is one of the kind of typ, at times anything.
func (h hostile) value(typ reflect.Type, depth int) any {
	if h.IntN(8) == 0 || depth > 4 {
		return []any{nil, true, h.word(), h.number(), []any{}, map[string]any{}, []any{h.word(), nil}}[h.IntN(7)]
	}
	switch typ.Kind() {
	case reflect.String:
		return h.word()
	case reflect.Bool:
		return h.IntN(2) == 0
	case reflect.Slice:
		out := make([]any, h.IntN(4))
		for i := range out {
			out[i] = h.value(typ.Elem(), depth+1)
		}
		return out
	case reflect.Pointer:
		return h.value(typ.Elem(), depth+1)
	case reflect.Struct:
		out := map[string]any{}
		for field := range typ.Fields() {
			if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" && h.IntN(4) > 0 {
				out[name] = h.value(field.Type, depth+1)
			}
		}
		return out
	}
	return h.number()
}

// arguments are decoded as the toolkit does it: what does not fit is refused there.
func (h hostile) arguments(t *testing.T, typ reflect.Type) (in []reflect.Value, sent string, ok bool) {
	t.Helper()
	for i := range typ.NumIn() {
		text, err := json.Marshal(h.value(typ.In(i), 0))
		if err != nil {
			t.Fatal(err)
		}
		sent += string(text) + " "
		v := reflect.New(typ.In(i))
		if json.Unmarshal(text, v.Interface()) != nil {
			return nil, sent, false
		}
		in = append(in, v.Elem())
	}
	return in, sent, true
}

// hostileTime is how long the methods are sent what they should not fall for:
// OURA_HOSTILE_TIME, which the test commands set to the half minute of S-45.
func hostileTime(t *testing.T) time.Duration {
	t.Helper()
	if text := os.Getenv("OURA_HOSTILE_TIME"); text != "" {
		limit, err := time.ParseDuration(text)
		if err != nil {
			t.Fatal(err)
		}
		return limit
	}
	if testing.Short() {
		return time.Second
	}
	return 6 * time.Second
}

func TestS45_NoBoundMethodFallsForWhatItIsSent(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	b.browse = func(context.Context, string) error { return nil }
	b.reveal = b.browse
	stored(t, b, 5)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	h := hostile{rand.New(rand.NewPCG(seed, 0))}
	called, left, end := map[string]int{}, map[string]bool{}, time.Now().Add(hostileTime(t))
	const most = 10_000 // rounds in which arguments of every method come out well
	for round := 0; round == 0 || time.Now().Before(end) || len(left) > 0 && round < most; round++ {
		for _, api := range b.bound() {
			v := reflect.ValueOf(api)
			for i := range v.NumMethod() {
				name := fmt.Sprintf("%T.%s", api, v.Type().Method(i).Name)
				if round > 0 && !left[name] && !time.Now().Before(end) {
					continue // the time is up: only those that are left
				}
				in, sent, ok := h.arguments(t, v.Method(i).Type())
				if !ok {
					if called[name] == 0 {
						left[name] = true
					}
					continue
				}
				delete(left, name)
				began := time.Now()
				unharmed(t, name, sent, func() { v.Method(i).Call(in) })
				if took := time.Since(began); took > time.Second {
					t.Logf("%s took %v", name, took)
				}
				called[name]++
			}
		}
	}
	if len(left) > 0 || len(called) < 50 {
		t.Errorf("%d methods were called, never %v", len(called), slices.Sorted(maps.Keys(left)))
	}
	if _, err := b.live(); err != nil {
		t.Errorf("nothing runs any more: %v", err)
	}
}

func unharmed(t testing.TB, name, sent string, call func()) {
	t.Helper()
	defer func() {
		if cause := recover(); cause != nil {
			t.Errorf("%s(%.300s): %v\n%s", name, sent, cause, debug.Stack())
		}
	}()
	call()
}
