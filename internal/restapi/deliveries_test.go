package restapi

import (
	"fmt"
	"net/http"
	"testing"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

func TestDeliveries_PagesAndDetail(t *testing.T) {
	s, h := newStore(t)
	var last int64
	for n := range 23 {
		last = insertDelivery(t, s, n)
	}
	seen := map[int64]bool{}
	pages := 0
	for target := "/deliveries?limit=10&fetch=pending"; target != ""; pages++ {
		w := ask(t, h, http.MethodGet, target, nil)
		var page []Delivery
		decode(t, w.Body.String(), &page)
		for _, d := range page {
			seen[d.ID] = true
		}
		target = nextOf(t, w.Header().Values("Link"))
	}
	if len(seen) != 23 || pages != 3 {
		t.Errorf("%d deliveries on %d pages", len(seen), pages)
	}
	var got DeliveryDetail
	decode(t, ask(t, h, http.MethodGet, fmt.Sprintf("/deliveries/%d", last), nil).Body.String(), &got)
	if got.ReceivedAt != "2026-11-22T07:00:22.000Z" || got.DataType != "daily_sleep" || got.LagMS != 120 || got.Seq != nil ||
		got.Body != `{"event_type":"update","data_type":"daily_sleep","object_id":"doc-22","event_time":"2026-11-22T06:12:31+00:00","user_id":"user-1"}` {
		t.Errorf("delivery came out as %+v", got)
	}
	wantProblem(t, ask(t, h, http.MethodGet, "/deliveries/99999", nil), http.StatusNotFound, oura.CodeNotFound)
	wantProblem(t, ask(t, h, http.MethodGet, "/deliveries?fetch=soon", nil), http.StatusUnprocessableEntity, codeInvalid)
}

func TestDeliveries_RefetchPutsItBackInTheQueue(t *testing.T) {
	s, h := newStore(t)
	id := insertDelivery(t, s, 1)
	if err := s.ParkDelivery(t.Context(), id, 5, "gave up"); err != nil {
		t.Fatal(err)
	}
	w := ask(t, h, http.MethodPost, fmt.Sprintf("/deliveries/%d/refetch", id), nil)
	if w.Code != http.StatusAccepted || w.Body.String() != `{"status":"queued"}`+"\n" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if d, err := s.Delivery(t.Context(), id); err != nil || d.Fetch != sqlite.FetchPending {
		t.Errorf("delivery is %q, %v", d.Fetch, err)
	}
}
