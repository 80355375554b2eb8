package engine

import (
	"fmt"
	"path/filepath"
	"testing"

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

// removeAccountOf does to the stopped program's store what a sign-out does.
func removeAccountOf(t *testing.T, p *program) error {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(p.opt.DataDir, databaseFile), sqlite.Options{})
	if err != nil {
		return err
	}
	return firstOf(store.RemoveAccount(t.Context(), []string{"token"}), store.Close())
}
