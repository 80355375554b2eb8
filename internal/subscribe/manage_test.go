package subscribe

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
)

func TestCreate_MakesOneOfOursOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSky(t)
		w.types = []oura.DataType{oura.Sleep, oura.Tag, oura.Meal}
		made, err := w.keeper.Create(t.Context(), oura.Sleep, oura.Update)
		if err != nil || made.ID == "" || made.CallbackURL != home || made.DataType != oura.Sleep || made.EventType != oura.Update {
			t.Fatalf("%+v, %v", made, err)
		}
		for _, test := range []struct {
			name string
			dt   oura.DataType
			op   oura.Operation
		}{
			{"exists", oura.Sleep, oura.Update}, {"unknown type", "nonsense", oura.Create},
			{"type without webhooks", oura.HeartRate, oura.Create},
			{"unknown operation", oura.Sleep, "archive"}, {"type not chosen", oura.Workout, oura.Create},
		} {
			if _, err := w.keeper.Create(t.Context(), test.dt, test.op); oura.CodeOf(err) != oura.CodeInvalid || oura.MessageOf(err) == "" {
				t.Errorf("%s: %v", test.name, err)
			}
		}
		w.sim.Change(func(s *ourasim.Switches) { s.RefusedTypes = []string{"meal"} })
		if _, err := w.keeper.Create(t.Context(), oura.Meal, oura.Create); oura.CodeOf(err) != oura.CodeSubscriptionOff {
			t.Errorf("refused: %v", err)
		}
		w.sim.AddFaults(ourasim.Fault{Method: http.MethodPost, Delay: time.Minute, Status: 504, After: true})
		if s, err := w.keeper.Create(t.Context(), oura.Tag, oura.Create); err != nil || s.ID == "" {
			t.Errorf("answer lost: %+v, %v", s, err)
		}
		if n := len(w.sim.Subscriptions()); n != 2 || w.count(http.MethodPost, time.Time{}) != 3 {
			t.Errorf("%d subscriptions, %d POST", n, w.count(http.MethodPost, time.Time{}))
		}
		w.address = away // one at a former address is moved
		if s, err := w.keeper.Create(t.Context(), oura.Tag, oura.Create); err != nil || s.CallbackURL != away || len(w.sim.Subscriptions()) != 2 {
			t.Errorf("%+v, %v", s, err)
		}
	})
}

func TestDeleteOurs_GoesOnAfterAnOutageAndNeedsNoAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSky(t)
		if _, err := w.keeper.Reconcile(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.address = ""
		w.restart()
		w.sim.AddFaults(ourasim.Fault{Method: http.MethodDelete, Delay: time.Second, Status: 503, Times: 2})
		first, err := w.keeper.DeleteOurs(t.Context())
		if oura.CodeOf(err) != oura.CodeUnavailable {
			t.Fatalf("%d, %v", first, err)
		}
		began := time.Now()
		second, err := w.keeper.DeleteOurs(t.Context())
		if err != nil || first+second != 51 || len(w.sim.Subscriptions()) != 0 || len(w.store.rows) != 0 {
			t.Errorf("%d and %d, %v; %d left", first, second, err, len(w.sim.Subscriptions()))
		}
		t.Logf("51 removed in %v", time.Since(began))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := w.keeper.DeleteOurs(ctx); err == nil {
			t.Error("a caller who left got an answer")
		}
	})
}

func TestLast_TellsOfTheRoundAndTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSky(t)
		if last := w.keeper.Last(); last != (Round{}) {
			t.Errorf("before the first: %+v", last)
		}
		defer w.serve()()
		w.pass(time.Minute)
		last := w.keeper.Last()
		if last.Err != "" || last.Outcome.Created != 51 || time.Since(last.At) > time.Minute || last.Next.Sub(last.At) != settled {
			t.Errorf("%+v", last)
		}
		w.pass(settled)
		if last = w.keeper.Last(); last.Next.Sub(last.At) != auditEvery || last.Outcome.Wanted != 51 || last.Outcome.Todo != 0 {
			t.Errorf("quiet: %+v", last)
		}
		w.sim.AddFaults(ourasim.Fault{Status: 401})
		w.keeper.Wake()
		w.pass(time.Minute)
		if last = w.keeper.Last(); last.Err == "" || last.Next.Sub(last.At) != rejectedEvery {
			t.Errorf("rejected: %+v", last)
		}
	})
}

func TestRenewAndDelete_ServeOwnOnesOnly(t *testing.T) {
	w := newWorld(t)
	w.reconcile()
	stranger := w.plant(oura.Workout, oura.Create, "https://other.example/hook")
	own := w.rows(StateOurs)[0].ID
	for id, code := range map[string]oura.Code{own: "", stranger: oura.CodeInvalid, "unknown": oura.CodeNotFound} {
		if _, err := w.keeper.Renew(t.Context(), id); oura.CodeOf(err) != code {
			t.Errorf("renew %s: %v, want %q", id, err, code)
		}
		if err := w.keeper.Delete(t.Context(), id); oura.CodeOf(err) != code {
			t.Errorf("delete %s: %v, want %q", id, err, code)
		}
	}
	if len(w.rows(StateOurs)) != 5 || len(w.rows(StateForeign)) != 1 {
		t.Errorf("%d of ours and %d strangers left", len(w.rows(StateOurs)), len(w.rows(StateForeign)))
	}
}
