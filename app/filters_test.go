package app

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
)

func filterOf(name string) SavedFilter {
	return SavedFilter{Name: name, DataTypes: []string{"sleep", "meal"}, EventTypes: []string{"update"}, Sources: []string{"webhook", "poll"}, Query: "walking"}
}

func savedFilters(t *testing.T, b *backend) []SavedFilter {
	t.Helper()
	view, err := (&SettingsAPI{b}).Get()
	if err != nil {
		t.Fatal(err)
	}
	return view.Filters
}

func TestSaveFilters_SurviveARestart(t *testing.T) {
	home(t)
	opt := engineOptions(t, "", false)
	b, _ := begin(t, opt)
	if got := savedFilters(t, b); got == nil || len(got) != 0 {
		t.Errorf("before anything was saved: %v", got)
	}
	hostile := "<img src=x onerror=alert(1)> \u202egnp ' OR 1=1 -- 🌙"
	want := []SavedFilter{filterOf("nights"), filterOf(hostile), {Name: "all", DataTypes: []string{}, EventTypes: []string{}, Sources: []string{}}}
	if err := (&SettingsAPI{b}).SaveFilters([]SavedFilter{filterOf(" nights\n"), filterOf(hostile), {Name: "all"}}); err != nil {
		t.Fatal(err)
	}
	if got := savedFilters(t, b); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if err := b.stop(); err != nil {
		t.Fatal(err)
	}
	again, _ := begin(t, opt)
	if got := savedFilters(t, again); !reflect.DeepEqual(got, want) {
		t.Errorf("after a restart %+v, want %+v", got, want)
	}
	if err := (&SettingsAPI{again}).SaveFilters(nil); err != nil {
		t.Fatal(err)
	}
	if got := savedFilters(t, again); got == nil || len(got) != 0 {
		t.Errorf("after all were deleted: %v", got)
	}
}

func TestS45_SaveFiltersRefusesWhatIsNoFilter(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	api := &SettingsAPI{b}
	if err := api.SaveFilters([]SavedFilter{filterOf("kept")}); err != nil {
		t.Fatal(err)
	}
	with := func(change func(f *SavedFilter)) []SavedFilter {
		f := filterOf("new")
		change(&f)
		return []SavedFilter{f}
	}
	var many []SavedFilter
	for i := range mostFilters + 1 {
		many = append(many, filterOf(fmt.Sprint(i)))
	}
	cases := map[string][]SavedFilter{
		"too many":            many,
		"no name":             with(func(f *SavedFilter) { f.Name = " \t" }),
		"a long name":         with(func(f *SavedFilter) { f.Name = strings.Repeat("ü", longestFilterName+1) }),
		"a name twice":        {filterOf("a"), filterOf("a ")},
		"a long search":       with(func(f *SavedFilter) { f.Query = strings.Repeat("x", longestFilterSearch+1) }),
		"an unknown type":     with(func(f *SavedFilter) { f.DataTypes = []string{"sleep", "nothing"} }),
		"an unknown change":   with(func(f *SavedFilter) { f.EventTypes = []string{"drop table"} }),
		"an unknown source":   with(func(f *SavedFilter) { f.Sources = []string{"' OR 1=1"} }),
		"a change many times": with(func(f *SavedFilter) { f.EventTypes = []string{"update", "update"} }),
		"sources many times":  with(func(f *SavedFilter) { f.Sources = strings.Split(strings.Repeat("poll,", 100_000)+"poll", ",") }),
	}
	for name, filters := range cases {
		err := api.SaveFilters(filters)
		if oura.CodeOf(err) != oura.CodeInvalid || len(oura.MessageOf(err)) < 20 {
			t.Errorf("%s: %v", name, err)
		}
		if got := savedFilters(t, b); len(got) != 1 || got[0].Name != "kept" {
			t.Errorf("%s: now %+v", name, got)
		}
	}
	if err := api.SaveFilters(with(func(f *SavedFilter) { f.DataTypes = strings.Split(strings.Repeat("sleep,", 100_000)+"sleep", ",") })); err != nil {
		t.Fatal(err)
	}
	if got := savedFilters(t, b); len(got) != 1 || len(got[0].DataTypes) != 1 {
		t.Errorf("a type many times is kept so: %d filters", len(got))
	}
}

func TestSaveFilters_WhatSomebodyElseWroteIsNone(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	e, err := b.live()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{
		`{`: 0, `null`: 0, `"x"`: 0, `[null]`: 0, `[{"name":"a"}]`: 1, `[{"name":"a","dataTypes":["nothing"]},{"name":"b"}]`: 1, `[{"name":5}]`: 0,
	} {
		if err := e.Config().Set(t.Context(), config.StreamFilters, text); err != nil {
			t.Fatal(err)
		}
		if got := savedFilters(t, b); got == nil || len(got) != want {
			t.Errorf("%s: %+v, want %d", text, got, want)
		}
	}
}
