package subscribe

import (
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

func TestIdentity_TellsOursFromStrangers(t *testing.T) {
	k := New(Options{
		Store: &memory{rows: []sqlite.SubscriptionRow{
			{Subscription: oura.Subscription{CallbackURL: "https://before.example/old"}, Ours: true},
			{Subscription: oura.Subscription{CallbackURL: "https://other.example/theirs"}},
		}},
		Path: func() string { return ownPath },
	})
	if err := k.remember(t.Context(), "https://Now.example:443"+ownPath); err != nil {
		t.Fatal(err)
	}
	id, err := k.identify(t.Context(), k.opt.Store.(*memory).rows)
	if err != nil {
		t.Fatal(err)
	}
	for url, ours := range map[string]bool{
		"https://now.example" + ownPath:        true,
		"HTTPS://NOW.example" + ownPath:        true,
		"https://elsewhere.example" + ownPath:  false, // a copy of the data folder
		"https://other.example/theirs":         false,
		"https://before.example/old":           true,
		"https://stranger.example/old":         false,
		"https://now.example/other":            false,
		"https://now.example" + ownPath + "/x": false,
		"":                                     false,
		"https://x/%zz":                        false,
	} {
		if got := (&listing{id: id}).judge(oura.Subscription{CallbackURL: url}).ours; got != ours {
			t.Errorf("%q: ours %v, want %v", url, got, ours)
		}
	}
}

func TestListing_AnswersWinOverAListThatLagsBehind(t *testing.T) {
	old := oura.Subscription{ID: "a", CallbackURL: "https://before.example/x", DataType: oura.Tag, EventType: oura.Create}
	made := oura.Subscription{ID: "b", CallbackURL: "https://now.example/x", DataType: oura.Tag, EventType: oura.Update}
	l := &listing{address: "https://now.example/x", id: identity{urls: map[string]bool{"https://before.example/x": true, "https://now.example/x": true}}}
	l.replace([]oura.Subscription{old, old, {}}, time.Time{})
	moved := old
	moved.CallbackURL = "https://now.example/x"
	l.put(moved)
	l.put(made)
	if missing := l.replace([]oura.Subscription{old}, time.Time{}); missing != 1 {
		t.Errorf("%d missing, want 1", missing)
	}
	for _, c := range []cell{cellOf(old), cellOf(made)} {
		if e, ok := l.own(c); !ok || !e.here {
			t.Errorf("%s: %+v", c, e)
		}
	}
	l.drop("a")
	if all, _ := l.snapshot(); len(all) != 1 || all[0].ID != "b" {
		t.Errorf("%+v", all)
	}
}
