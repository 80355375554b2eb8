package subscribe

import (
	"net/http"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
)

func TestKeeper_MakesWhatIsMissingAndNothingTwice(t *testing.T) {
	w := newWorld(t)
	if out := w.reconcile(); out.Wanted != 6 || out.Created != 6 || !w.complete() {
		t.Fatalf("first round: %+v", out)
	}
	if out := w.reconcile(); out.Created+out.Moved+out.Renewed+out.Deleted != 0 || w.calls(http.MethodPost) != 6 {
		t.Errorf("second round: %+v, %d POST", out, w.calls(http.MethodPost))
	}
	if rows := w.rows(StateOurs); len(rows) != 6 || !rows[0].Ours || rows[0].ExpiresAt.IsZero() {
		t.Errorf("rows %+v", rows)
	}
	first, last := w.progress[0], w.progress[len(w.progress)-1]
	if !first.Running || first.Total != 6 || last.Running {
		t.Errorf("progress from %+v to %+v", first, last)
	}
}

func TestKeeper_MovesOursAndLeavesStrangersAlone(t *testing.T) {
	w := newWorld(t)
	w.reconcile()
	w.sim.Change(func(s *ourasim.Switches) { s.DuplicatePairStatus = 0 })
	stranger := w.plant(oura.Tag, oura.Create, "https://other.example/hook")
	copied := w.plant(oura.Workout, oura.Create, "https://gone.ngrok.example"+ownPath)
	w.set(func() {
		w.address = w.receiver.URL + "/webhooks/another-random-path-42"
		w.types = append(w.types, oura.Workout)
	})
	w.start("sim-secret") // the store remembers the former address over a restart
	w.opt.Path = func() string { return ownPath }
	w.keeper = New(w.opt)
	out := w.reconcile()
	if out.Moved != 6 || out.Created != 3 || !w.complete() {
		t.Errorf("%+v, complete %v", out, w.complete())
	}
	for _, s := range w.sim.Subscriptions() {
		if s.ID == stranger && s.CallbackURL != "https://other.example/hook" || s.ID == copied && s.CallbackURL == w.address {
			t.Errorf("%+v", s)
		}
	}
	for _, row := range w.rows(StateForeign) {
		if row.Ours || (row.Reason != "") != (row.ID == copied) {
			t.Errorf("stranger %+v", row)
		}
	}
}

func TestKeeper_OccupiedPairIsTriedOnceAndShown(t *testing.T) {
	w := newWorld(t)
	w.plant(oura.Tag, oura.Update, "https://other.example/hook")
	if out := w.reconcile(); out.Created != 5 || out.Failed != 1 || out.Again {
		t.Errorf("%+v", out)
	}
	posts := w.calls(http.MethodPost)
	if w.reconcile(); w.calls(http.MethodPost) != posts {
		t.Error("the occupied pair was tried again")
	}
	failed := w.rows(StateFailed)
	if len(failed) != 1 || failed[0].DataType != oura.Tag || failed[0].EventType != oura.Update || failed[0].Reason == "" || failed[0].CallbackURL != "" {
		t.Errorf("rows %+v", failed)
	}
}

func TestKeeper_RenewsWithinThirtyDaysOfTheEnd(t *testing.T) {
	w := newWorld(t)
	w.reconcile()
	w.set(func() { w.now = w.now.Add(59 * 24 * time.Hour) })
	if out := w.reconcile(); out.Renewed != 0 {
		t.Errorf("31 days left: %+v", out)
	}
	w.set(func() { w.now = w.now.Add(24 * time.Hour) })
	if out := w.reconcile(); out.Renewed != 6 {
		t.Errorf("30 days left: %+v", out)
	}
	if left := w.rows(StateOurs)[0].ExpiresAt.Sub(w.clock()); left < 89*24*time.Hour {
		t.Errorf("after renewal %v left", left)
	}
}

func TestKeeper_MakesAgainWhatVanished(t *testing.T) {
	w := newWorld(t)
	w.reconcile()
	w.reconcile() // everything is there already
	if w.began != 1 {
		t.Errorf("%d rounds told that changes are announced anew, want the first", w.began)
	}
	w.sim.Change(func(s *ourasim.Switches) { s.ExpiredVanish = true })
	w.set(func() { w.now = w.now.Add(100 * 24 * time.Hour) })
	if out := w.reconcile(); out.Created != 6 || !w.complete() || w.began != 2 {
		t.Errorf("%+v, told %d times", out, w.began)
	}
}

func TestKeeper_LateHandshakeIsSeenInTheListAndNotMadeTwice(t *testing.T) {
	w := newWorld(t)
	w.sim.Change(func(s *ourasim.Switches) { s.LateHandshake, s.LateHandshakeDelay = true, 10*time.Millisecond })
	if out := w.reconcile(); out.Created != 6 || out.Failed != 0 {
		t.Errorf("%+v", out)
	}
	w.await("the handshakes", w.complete)
	if n := len(w.sim.Subscriptions()); n != 6 || w.calls(http.MethodPost) != 6 {
		t.Errorf("%d subscriptions after %d POST", n, w.calls(http.MethodPost))
	}
}

func TestKeeper_LostAnswerIsSeenInTheList(t *testing.T) {
	w := newWorld(t)
	w.sim.AddFaults(
		ourasim.Fault{Method: http.MethodPost, Prefix: "/v2/webhook/subscription", After: true, Drop: true},
		ourasim.Fault{Method: http.MethodPost, Prefix: "/v2/webhook/subscription", After: true, Status: 504},
	)
	if out := w.reconcile(); out.Created != 6 || w.calls(http.MethodPost) != 6 {
		t.Errorf("%+v after %d POST", out, w.calls(http.MethodPost))
	}
	w.set(func() { w.address = w.receiver.URL + "/webhooks/another-random-path-42" })
	w.sim.AddFaults(ourasim.Fault{Method: http.MethodPut, Prefix: "/v2/webhook/subscription", After: true, Drop: true})
	if out := w.reconcile(); out.Moved != 6 || out.Failed != 0 {
		t.Errorf("move: %+v", out)
	}
}

func TestKeeper_RemovesOwnSurplusOnly(t *testing.T) {
	w := newWorld(t)
	w.reconcile()
	stranger := w.plant(oura.Workout, oura.Create, "https://other.example/hook")
	w.sim.Change(func(s *ourasim.Switches) { s.DuplicatePairStatus = 0 })
	double := w.plant(oura.Tag, oura.Create, w.address)
	w.set(func() { w.now = w.now.Add(time.Hour) })
	second := w.plant(oura.Tag, oura.Create, w.address)
	w.set(func() { w.types = []oura.DataType{oura.Tag} })
	if out := w.reconcile(); out.Deleted != 5 {
		t.Errorf("%+v", out)
	}
	for _, s := range w.sim.Subscriptions() {
		if s.ID == double || s.DataType == oura.Sleep || s.DataType == oura.Tag && s.EventType == oura.Create && s.ID != second {
			t.Errorf("still there: %+v", s)
		}
	}
	w.set(func() { w.types = nil })
	if out := w.reconcile(); out.Deleted != 0 {
		t.Errorf("without any type: %+v", out)
	}
	if rows := w.rows(StateForeign); len(rows) != 1 || rows[0].ID != stranger {
		t.Errorf("strangers %+v", rows)
	}
}
