package restapi

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// clearing clears a store without a backup.
type clearing struct{ *sqlite.Store }

func (c clearing) ClearEvents(ctx context.Context) (all int64, err error) {
	for {
		n, err := c.PruneEvents(ctx, 1<<62)
		if all += int64(n); err != nil || n == 0 {
			return all, err
		}
	}
}

func TestClear_AnswersHowManyWent(t *testing.T) {
	s, _ := newStore(t)
	fill(t, s)
	before, err := s.CountEvents(t.Context())
	if err != nil || before == 0 {
		t.Fatal(before, err)
	}
	services := (&fake{}).services()
	services.Events, services.Days, services.Clearer = s, s, clearing{s}
	h := New(services, Options{Port: testPort})
	for _, want := range []int64{before, 0} {
		var got Cleared
		w := ask(t, h, http.MethodDelete, "/events", nil)
		decode(t, w.Body.String(), &got)
		if w.Code != http.StatusOK || got != (Cleared{Status: "cleared", Count: want}) {
			t.Errorf("%d %s, want %d", w.Code, w.Body, want)
		}
	}
	if w := ask(t, h, http.MethodGet, "/events", nil); strings.TrimSpace(w.Body.String()) != "[]" || w.Header().Get("Link") != "" {
		t.Errorf("after it: %s %v", w.Body, w.Header())
	}
	wantProblem(t, ask(t, h, http.MethodGet, "/events/1", nil), http.StatusNotFound, oura.CodeNotFound)
}

func TestClear_SaysWhyNothingWasDeleted(t *testing.T) {
	f := &fake{err: &oura.Error{Code: oura.CodeStorage, Message: "Nothing was deleted, because no backup could be made before it."}}
	p := wantProblem(t, ask(t, f.handler(), http.MethodDelete, "/events", nil), http.StatusServiceUnavailable, oura.CodeStorage)
	if !strings.HasPrefix(p.Detail, "Nothing was deleted") {
		t.Errorf("%q", p.Detail)
	}
}
