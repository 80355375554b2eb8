package subscribe

import (
	"testing"

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
