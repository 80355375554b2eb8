package sqlite

import (
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

func TestU12_InventoryCountsDeliveriesByFate(t *testing.T) {
	s := openStore(t)
	for i, fetch := range []FetchState{FetchPending, FetchPending, FetchNone} {
		d := Delivery{
			ReceivedAt: time.UnixMilli(int64(1000 + i)), Body: []byte{byte('a' + i)}, Timestamp: "1", SignatureForm: "raw",
			Notification: oura.Notification{DataType: oura.Sleep, EventType: oura.Update, ObjectID: "x"}, Verdict: VerdictAccepted, Fetch: fetch,
		}
		if _, _, err := s.InsertDelivery(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	v, err := s.Inventory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []DeliveryCount{{VerdictAccepted, FetchNone, "", 1}, {VerdictAccepted, FetchPending, "", 2}}
	if len(v.Deliveries) != 2 || v.Deliveries[0] != want[0] || v.Deliveries[1] != want[1] {
		t.Errorf("%+v, want %+v", v.Deliveries, want)
	}
	if v.Schema < 5 || v.Bytes < 4096 || v.FreeBytes < 0 || v.FreeBytes > v.Bytes {
		t.Errorf("%+v", v)
	}
}
