package subscribe

import (
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
)

// Whatever the program does, what others made in the same Oura application stays
// as it is, and no request but the list ever names it.
func TestF65_ForeignSubscriptionsAreNeverTouched(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newSky(t)
		w.lookSeldom()
		w.sim.Change(func(s *ourasim.Switches) { s.DuplicatePairStatus = 0 })
		strangers := w.plantStrangers()
		serveOn := w.serve()
		w.until(5*time.Minute, w.complete)
		w.move(away)
		w.until(time.Minute, w.complete)
		w.set(func() { w.types = []oura.DataType{oura.Sleep} })
		w.keeper.Wake()
		w.pass(70 * day) // renewals
		serveOn()
		for _, s := range strangers {
			if _, err := w.keeper.Renew(t.Context(), s.ID); oura.CodeOf(err) == "" {
				t.Errorf("renewed %+v", s)
			}
			if err := w.keeper.Delete(t.Context(), s.ID); oura.CodeOf(err) == "" {
				t.Errorf("deleted %+v", s)
			}
		}
		if n, err := w.keeper.DeleteOurs(t.Context()); n != 3 || err != nil {
			t.Errorf("%d of ours removed, %v", n, err)
		}
		if left := w.sim.Subscriptions(); !slices.Equal(left, strangers) {
			t.Errorf("left %+v\nwant %+v", left, strangers)
		}
		for _, r := range w.log() {
			if slices.ContainsFunc(strangers, func(s ourasim.Subscription) bool { return s.ID == r.id }) {
				t.Errorf("%s of a stranger's subscription", r.method)
			}
		}
		if rows := w.store.rows; len(rows) != len(strangers) || slices.ContainsFunc(rows, func(r sqlite.SubscriptionRow) bool { return r.Ours }) {
			t.Errorf("shown %+v", rows)
		}
	})
}

// plantStrangers adds what other programs may have made.
func (w *sky) plantStrangers() (out []ourasim.Subscription) {
	for _, url := range []string{
		"https://other.example/hook",                         // another program
		"https://other.example" + ownPath,                    // a copy of this one, elsewhere
		"https://home.example/webhooks/ffff456789abcdef0123", // another one behind our host
		home + "/", home + "/x", home + "?x=1", "not a url", "", // near misses
	} {
		for _, c := range []cell{{oura.Sleep, oura.Create}, {oura.Tag, oura.Delete}, {"future_type", oura.Update}, {oura.Sleep, "archive"}} {
			s := ourasim.Subscription{CallbackURL: url, DataType: c.dt, EventType: c.op, ExpiresAt: time.Now().AddDate(1, 0, 0)}
			s.ID = w.sim.PlantSubscription(s)
			s.Confirmed = true
			out = append(out, s)
		}
	}
	return out
}

func TestF65_TwoCopiesShareAnApplicationInPeace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSky(t)
		w.sim.Change(func(s *ourasim.Switches) { s.DuplicatePairStatus = 0 })
		first := w.keeper
		if _, err := first.Reconcile(t.Context()); err != nil {
			t.Fatal(err)
		}
		theirs := w.sim.Subscriptions()
		w.store = &memory{}
		w.address = "https://second.example/webhooks/ffff456789abcdef0123"
		w.restart()
		defer w.serve()()
		w.until(5*time.Minute, w.complete)
		w.pass(3 * day)
		if all := w.sim.Subscriptions(); len(all) != 102 || !slices.Equal(all[:51], theirs) {
			t.Errorf("%d subscriptions", len(all))
		}
	})
}

// Types of a newer version at our own address are left alone by the rounds.
func TestF65_UnknownTypesAtOurAddressAreLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSky(t)
		newer := w.sim.PlantSubscription(ourasim.Subscription{CallbackURL: home, DataType: "future_type", EventType: oura.Create})
		stop := w.serve()
		w.pass(2 * day)
		stop()
		if i := slices.IndexFunc(w.sim.Subscriptions(), func(s ourasim.Subscription) bool { return s.ID == newer }); i < 0 {
			t.Error("removed")
		}
		if n, err := w.keeper.DeleteOurs(t.Context()); n != 52 || err != nil {
			t.Errorf("%d of ours removed, %v", n, err)
		}
	})
}

func TestF65_AStrangerThatGoesMakesRoom(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newSky(t)
		w.lookSeldom()
		id := w.sim.PlantSubscription(ourasim.Subscription{CallbackURL: "https://other.example/hook", DataType: oura.Tag, EventType: oura.Create})
		defer w.serve()()
		w.pass(5 * day)
		if n := w.count(http.MethodPost, time.Time{}); n != 51 || len(w.dark()) != 1 {
			t.Errorf("%d POST, dark %v", n, w.dark())
		}
		w.sim.RemoveSubscription(id)
		if w.pass(day); !w.complete() {
			t.Errorf("still dark %v", w.dark())
		}
	})
}
