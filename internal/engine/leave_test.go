package engine

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
)

func TestLeaving_SignOutEndsOurSubscriptionsAndNoOthers(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	foreign := sim.PlantSubscription(ourasim.Subscription{CallbackURL: "https://other.example/hook", DataType: oura.Workout, EventType: oura.Create})
	left := func() string {
		subs := sim.Subscriptions()
		return want(len(subs) == 1 && subs[0].ID == foreign, fmt.Sprintf("%d subscriptions", len(subs)))
	}
	p.signIn()
	p.wait("subscribed", func() string {
		c := p.engine.counts(t.Context())
		return want(c.Ours+c.Failed == c.Wanted, fmt.Sprintf("%+v", c))
	})
	if err := p.engine.Auth().Logout(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.wait("ours have ended", left)
	p.signIn()
	p.wait("subscribed again", func() string {
		c := p.engine.counts(t.Context())
		return want(c.Ours+c.Failed == c.Wanted, fmt.Sprintf("%+v", c))
	})
	p.stop()

	// Signed out while the program cannot do it any more.
	if err := removeAccountOf(t, p); err != nil {
		t.Fatal(err)
	}
	p = start(t, sim, p.opt)
	p.wait("the next start ends them", left)
}

// TestLeaving_WhatChangesWhileSubscriptionsBeginAnewIsRead signs in again while the
// sign-out still ends subscriptions, and has something change in that moment. The
// second catch-up within a minute waits for its end.
func TestLeaving_WhatChangesWhileSubscriptionsBeginAnewIsRead(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for a minute")
	}
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	p.signIn()
	p.subscribed()
	if err := p.engine.Auth().Logout(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.signIn()
	p.put(ourasim.Doc{Type: oura.DailySleep, ID: "between", JSON: fmt.Appendf(nil, `{"id":"between","day":%q}`, oura.DayOf(time.Now()))})
	for late := time.Now().Add(3 * time.Minute); p.newestOf(oura.DailySleep, "between").EventType != oura.Create; <-time.After(100 * time.Millisecond) {
		if time.Now().After(late) {
			t.Fatal("what changed in between is not read")
		}
	}
}

// removeAccountOf does to the stopped program's store what a sign-out does.
func removeAccountOf(t *testing.T, p *program) error {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(p.opt.DataDir, databaseFile), sqlite.Options{})
	if err != nil {
		return err
	}
	return firstOf(store.RemoveAccount(t.Context(), []string{"token"}), store.Close())
}
