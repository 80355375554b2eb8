package ourasim

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

// subscribed starts a cloud whose receiver is subscribed to all operations of
// the given types.
func subscribed(t *testing.T, reply func(n int) int, types ...string) (*Sim, *receiver) {
	t.Helper()
	s := startSim(t, Options{Concurrency: 1})
	s.Change(func(sw *Switches) { sw.RetrySpacing = time.Minute })
	r := startReceiver(t, reply)
	for _, dt := range types {
		for _, op := range []string{"create", "update", "delete"} {
			if a := subscribe(t, s, r.URL+"/hook", op, dt); a.StatusCode != 201 {
				t.Fatalf("subscribe: %s %s", a.Status, a.body)
			}
		}
	}
	return s, r
}

func notice(t *testing.T, d delivered) oura.Notification {
	t.Helper()
	var n oura.Notification
	if err := json.Unmarshal(d.body, &n); err != nil {
		t.Fatalf("%v in %s", err, d.body)
	}
	return n
}

func TestDeliver_LifeOfADocument(t *testing.T) {
	s, r := subscribed(t, nil, "daily_sleep")
	for i, c := range []struct {
		do   func()
		want oura.Operation
	}{
		{func() { put(t, s, doc("daily_sleep", "d", "2026-08-20", `,"score":1`)) }, oura.Create},
		{func() { put(t, s, doc("daily_sleep", "d", "2026-08-20", `,"score":2`)) }, oura.Update},
		{func() { s.Delete("daily_sleep", "d") }, oura.Delete},
		{func() { put(t, s, doc("daily_sleep", "d", "2026-08-20", `,"score":3`)) }, oura.Create},
	} {
		c.do()
		d := r.next(t)
		n := notice(t, d)
		if n.EventType != c.want || n.ObjectID != "d" || n.UserID != s.UserID() {
			t.Errorf("step %d: %s", i, d.body)
		}
		if got := d.header.Get("X-Oura-Timestamp"); got != "1787227200000" || d.header.Get("Content-Type") != "application/json" {
			t.Errorf("step %d: stamp %s", i, got)
		}
		if got := d.header.Get("X-Oura-Signature"); got != Sign("sim-secret", "1787227200000", d.body) || got != strings.ToUpper(got) {
			t.Errorf("step %d: signature %s", i, got)
		}
	}
	put(t, s, doc("daily_readiness", "unsubscribed", "2026-08-20", ""))
	must(t, s, doc("daily_sleep", "quiet", "2026-08-20", ""))
	if s.Delete("daily_sleep", "never there") {
		t.Error("deleted what was not there")
	}
	waitDelivered(t, s)
	if c := s.Ledger().DeliveryCounts(); c.Acknowledged != 4 || c.Queued != 4 {
		t.Errorf("%+v", c)
	}
}

func TestDeliver_EventTimesNeverRepeat(t *testing.T) {
	s, r := subscribed(t, nil, "daily_sleep") // the clock stands still
	seen := map[string]bool{}
	for range 20 {
		put(t, s, doc("daily_sleep", "d", "2026-08-20", ""))
		n := notice(t, r.next(t))
		if _, err := time.Parse(time.RFC3339, n.EventTime); err != nil || seen[n.EventTime] {
			t.Fatalf("event_time %s: %v", n.EventTime, err)
		}
		seen[n.EventTime] = true
	}
}

func TestDeliver_Shapes(t *testing.T) {
	s, r := subscribed(t, nil, "daily_sleep")
	s.Change(func(sw *Switches) { sw.StampSeconds, sw.SpacedJSON, sw.ExtraFields = true, true, true })
	put(t, s, doc("daily_sleep", "d", "2026-08-20", ""))
	d := r.next(t)
	if !strings.HasPrefix(string(d.body), `{"event_type": "create", "data_type": "daily_sleep", "object_id": "d", "event_time": "`) ||
		!strings.Contains(string(d.body), `"api_version": "v2"`) {
		t.Errorf("body %s", d.body)
	}
	if stamp := d.header.Get("X-Oura-Timestamp"); stamp != "1787227200" || d.header.Get("X-Oura-Signature") != Sign("sim-secret", stamp, d.body) {
		t.Errorf("stamp %s", stamp)
	}
}

func TestDeliver_NoticesWithoutDocuments(t *testing.T) {
	s, r := subscribed(t, nil, "daily_sleep", "meal")
	for _, c := range []struct {
		name string
		n    oura.Notification
		more map[string]any
		want string
	}{
		{"meal", oura.Notification{EventType: "create", DataType: "meal", ObjectID: "m"}, nil, `"data_type":"meal","object_id":"m"`},
		{"an unknown type", oura.Notification{EventType: "create", DataType: "blood_glucose", ObjectID: "b"}, nil, `"data_type":"blood_glucose"`},
		{"no object id", oura.Notification{EventType: "update", DataType: "daily_sleep"}, nil, `"daily_sleep","event_time"`},
		{"another user", oura.Notification{EventType: "update", DataType: "daily_sleep", ObjectID: "d", UserID: "other"}, nil, `"user_id":"other"`},
		{"an extra field", oura.Notification{EventType: "update", DataType: "daily_sleep", ObjectID: "d"}, map[string]any{"x": 1}, `,"x":1}`},
	} {
		if n := s.Announce(c.n, c.more); n != 1 {
			t.Fatalf("%s: %d queued", c.name, n)
		}
		if d := r.next(t); !strings.Contains(string(d.body), c.want) {
			t.Errorf("%s: %s", c.name, d.body)
		}
	}
}

func TestDeliver_RetriesThenLost(t *testing.T) {
	s, r := subscribed(t, func(int) int { return 503 }, "daily_sleep")
	put(t, s, doc("daily_sleep", "d", "2026-08-20", ""))
	first := r.next(t)
	for i := range 10 {
		eventually(t, func() bool { return len(s.Ledger().Deliveries()[0].Attempts) == i+1 })
		s.Advance(59 * time.Second)
		select {
		case <-r.got:
			t.Fatal("retried before its time")
		default:
		}
		s.Advance(time.Second)
		if d := r.next(t); string(d.body) != string(first.body) || d.header.Get("X-Oura-Timestamp") != first.header.Get("X-Oura-Timestamp") {
			t.Errorf("retry %d differs", i+1)
		}
	}
	waitDelivered(t, s)
	d := s.Ledger().Deliveries()[0]
	if d.State != DeliveryLost || len(d.Attempts) != 11 || s.Ledger().DeliveryCounts().Lost != 1 {
		t.Errorf("%s after %d attempts", d.State, len(d.Attempts))
	}
}

func TestDeliver_AnswersThatSettle(t *testing.T) {
	for _, c := range []struct {
		name     string
		statuses []int
		restamp  bool
		want     DeliveryState
		attempts int
	}{
		{"200", []int{200}, false, DeliveryAcknowledged, 1},
		{"204", []int{204}, false, DeliveryAcknowledged, 1},
		{"a redirect is not followed and not repeated", []int{302}, false, DeliveryRedirected, 1},
		{"404, then 200", []int{404, 200}, false, DeliveryAcknowledged, 2},
		{"500 twice, then 200, with new stamps", []int{500, 500, 200}, true, DeliveryAcknowledged, 3},
		{"410 cancels", []int{410}, false, DeliveryCancelled, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, r := subscribed(t, func(n int) int { return c.statuses[n] }, "daily_sleep")
			s.Change(func(sw *Switches) { sw.RestampRetries = c.restamp })
			put(t, s, doc("daily_sleep", "d", "2026-08-20", ""))
			var stamps []string
			for i := range c.attempts {
				stamps = append(stamps, r.next(t).header.Get("X-Oura-Timestamp"))
				eventually(t, func() bool { return len(s.Ledger().Deliveries()[0].Attempts) == i+1 })
				s.Advance(time.Minute)
			}
			waitDelivered(t, s)
			d := s.Ledger().Deliveries()[0]
			if d.State != c.want || len(d.Attempts) != c.attempts {
				t.Errorf("%s after %d attempts", d.State, len(d.Attempts))
			}
			if same := len(slices.Compact(stamps)) == 1; same == c.restamp {
				t.Errorf("stamps %v", stamps)
			}
		})
	}
}

func TestDeliver_GoneEndsTheSubscription(t *testing.T) {
	s, r := subscribed(t, func(int) int { return 410 }, "daily_sleep")
	put(t, s, doc("daily_sleep", "a", "2026-08-20", ""))
	r.next(t)
	waitDelivered(t, s)
	put(t, s, doc("daily_sleep", "b", "2026-08-20", ""))
	if c := s.Ledger().DeliveryCounts(); len(s.Subscriptions()) != 2 || c.Gone != 1 || c.Queued != 1 {
		t.Errorf("%d subscriptions, %+v", len(s.Subscriptions()), c)
	}
}

func TestDeliver_Deadline(t *testing.T) {
	s := startSim(t, Options{})
	s.Change(func(sw *Switches) { sw.DeliveryDeadline, sw.Retries = 50*time.Millisecond, 0 })
	hang := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = r.Body.Read(make([]byte, 1000)) // net/http sees the sender leave only after the body
		<-r.Context().Done()
	}))
	defer hang.Close()
	s.PlantSubscription(Subscription{CallbackURL: hang.URL, EventType: oura.Create, DataType: oura.DailySleep})
	put(t, s, doc("daily_sleep", "d", "2026-08-20", ""))
	waitDelivered(t, s)
	if d := s.Ledger().Deliveries()[0]; d.State != DeliveryLost || d.Attempts[0].Status != 0 || !strings.Contains(d.Attempts[0].Err, "deadline") {
		t.Errorf("%+v", d)
	}
}

func TestDeliver_DuplicatesAndRedelivery(t *testing.T) {
	s, r := subscribed(t, nil, "daily_sleep")
	s.Change(func(sw *Switches) { sw.Duplicates = 2 })
	put(t, s, doc("daily_sleep", "d", "2026-08-20", ""))
	first := r.next(t)
	for range 2 {
		if d := r.next(t); string(d.body) != string(first.body) || d.header.Get("X-Oura-Signature") != first.header.Get("X-Oura-Signature") {
			t.Error("a copy differs")
		}
	}
	waitDelivered(t, s)
	a, err := s.Redeliver(t.Context(), 1)
	if err != nil || a.Status != 200 || string(r.next(t).body) != string(first.body) {
		t.Errorf("redelivery: %+v %v", a, err)
	}
	if d := s.Ledger().Deliveries()[0]; d.Copies != 3 || d.State != DeliveryAcknowledged {
		t.Errorf("%d copies, %s", d.Copies, d.State)
	}
	if _, err := s.Redeliver(t.Context(), 99); err == nil {
		t.Error("redelivered what was never sent")
	}
}

func TestDeliver_HoldAndReorder(t *testing.T) {
	s, r := subscribed(t, nil, "daily_sleep")
	s.Hold()
	for _, id := range []string{"0", "1", "2", "3"} {
		put(t, s, doc("daily_sleep", id, "2026-08-20", ""))
	}
	if s.Held() != 4 || s.Ledger().Deliveries()[0].State != DeliveryHeld {
		t.Fatalf("%d held", s.Held())
	}
	if err := s.Release(t.Context(), 2, 0, 2); err != nil {
		t.Fatal(err)
	}
	var got []string
	for range 5 {
		got = append(got, notice(t, r.next(t)).ObjectID)
	}
	if want := []string{"2", "0", "2", "1", "3"}; !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
	put(t, s, doc("daily_sleep", "4", "2026-08-20", ""))
	r.next(t)
	waitDelivered(t, s)
	if c := s.Ledger().DeliveryCounts(); c.Acknowledged != 5 || c.Attempts != 6 {
		t.Errorf("%+v", c)
	}
}

func TestDeliver_Silent(t *testing.T) {
	s, _ := subscribed(t, nil, "daily_sleep")
	s.Change(func(sw *Switches) { sw.Silent = true })
	put(t, s, doc("daily_sleep", "d", "2026-08-20", ""))
	if d := s.Ledger().Deliveries()[0]; d.State != DeliveryWithheld || len(d.Attempts) != 0 {
		t.Errorf("%+v", d)
	}
	waitDelivered(t, s)
}

func TestPutLate_NotificationFirst(t *testing.T) {
	s, r := subscribed(t, nil, "daily_sleep")
	token := signIn(s).Access
	const path = "/v2/usercollection/daily_sleep/d"
	if _, err := s.PutLate(doc("daily_sleep", "d", "2026-08-20", `,"score":1`), time.Minute); err != nil {
		t.Fatal(err)
	}
	r.next(t)
	if a := get(t, s, token, path); a.StatusCode != 404 {
		t.Errorf("before: %s", a.Status)
	}
	if h, ok := s.Ledger().Document("daily_sleep", "d"); !ok || h.Visible || h.Deleted {
		t.Errorf("ledger before: %+v", h)
	}
	s.Advance(time.Minute)
	if a := get(t, s, token, path); a.StatusCode != 200 {
		t.Errorf("after: %s", a.Status)
	}
	if _, err := s.PutLate(doc("daily_sleep", "d", "2026-08-20", `,"score":2`), time.Minute); err != nil {
		t.Fatal(err)
	}
	if a := get(t, s, token, path); !strings.Contains(string(a.body), `"score":1`) {
		t.Errorf("the older state: %s", a.body)
	}
	s.Advance(time.Minute)
	if a := get(t, s, token, path); !strings.Contains(string(a.body), `"score":2`) {
		t.Errorf("the newer state: %s", a.body)
	}
	if h, _ := s.Ledger().Document("daily_sleep", "d"); !h.Visible {
		t.Errorf("ledger after: %+v", h)
	}
}

func TestSetClientSecret(t *testing.T) {
	s, r := subscribed(t, nil, "daily_sleep")
	s.SetClientSecret("rotated")
	put(t, s, doc("daily_sleep", "d", "2026-08-20", ""))
	d := r.next(t)
	if d.header.Get("X-Oura-Signature") != Sign("rotated", d.header.Get("X-Oura-Timestamp"), d.body) {
		t.Error("signed with the old secret")
	}
	if a := send(t, "GET", s.URL()+"/v2/webhook/subscription", map[string]string{"x-client-id": "sim-client", "x-client-secret": "sim-secret"}, nil); a.StatusCode != 401 {
		t.Errorf("old secret: %s", a.Status)
	}
}
