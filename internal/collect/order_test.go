package collect

import (
	"fmt"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// lives are what can happen to one document in five steps.
func lives() map[string][5]oura.Operation {
	const c, u, d = oura.Create, oura.Update, oura.Delete
	return map[string][5]oura.Operation{
		"lives at the end": {c, u, d, c, u},
		"gone at the end":  {c, u, u, u, d},
	}
}

func TestF21_All120OrdersOfFiveEventsEndRight(t *testing.T) {
	for name, life := range lives() {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.opt.Concurrency = 32
			w.run()
			orders := permutations(5)
			for i := range orders {
				w.live(fmt.Sprintf("doc-%d", i), life, 5) // the cloud is at the end of the story
			}
			for at := range 5 {
				var round []oura.Notification
				for i, order := range orders {
					round = append(round, noticed(life[order[at]], oura.Workout, fmt.Sprintf("doc-%d", i), order[at]))
				}
				w.deliverAll(round)
			}
			w.awaitIdle()
			wrong := 0
			for i := range permutations(5) {
				if err := w.matches(oura.Workout, fmt.Sprintf("doc-%d", i)); err != nil {
					wrong++
					t.Error(err)
				}
			}
			t.Logf("%d wrong end states of 120", wrong)
		})
	}
}

func TestF21_OrdersWhileTheCloudStillChangesEndRight(t *testing.T) {
	w := newWorld(t)
	w.opt.Concurrency = 32
	w.run()
	orders := permutations(5)
	for at := range 5 { // step by step, deliveries in another order
		var round []oura.Notification
		for name, life := range lives() {
			for i := 0; i < len(orders); i += 12 {
				id := fmt.Sprintf("doc-%c%d", name[0], i)
				w.live(id, life, at+1)
				step := orders[i][at]
				round = append(round, noticed(life[step], oura.Workout, id, step))
			}
		}
		w.deliverAll(round)
	}
	w.awaitIdle()
	for _, doc := range w.sim.Ledger().Documents(oura.Workout) {
		if err := w.matches(oura.Workout, doc.ID); err != nil {
			t.Error(err)
		}
	}
}

// live brings a document of the cloud to the state after the first n steps.
func (w *world) live(id string, life [5]oura.Operation, n int) {
	w.t.Helper()
	if life[n-1] == oura.Delete {
		w.put(oura.Workout, id, "") // so that there is something to delete
		w.sim.DeleteQuiet(oura.Workout, id)
		return
	}
	w.put(oura.Workout, id, fmt.Sprintf(`,"step":%d`, n))
}

func permutations(n int) [][]int {
	if n == 0 {
		return [][]int{{}}
	}
	var out [][]int
	for _, rest := range permutations(n - 1) {
		for at := range n {
			p := append(append(append([]int{}, rest[:at]...), n-1), rest[at:]...)
			out = append(out, p)
		}
	}
	return out
}

func TestF21_DeleteNeedsNoFetchUnlessItMayBeOvertaken(t *testing.T) {
	cases := []struct {
		name     string
		before   []oura.Notification // settled before the delete comes
		deleteAt int
		alive    bool // at Oura
		fetches  int  // caused by the delete
		outcome  string
	}{
		{"never heard of", nil, 5, false, 0, sqlite.OutcomeDeleted},
		{"older announcements only", []oura.Notification{noticed(oura.Create, oura.Tag, "doc", 1)}, 3600 * 24 * 3000, false, 0, sqlite.OutcomeDeleted},
		{"a newer update is known", []oura.Notification{noticed(oura.Update, oura.Tag, "doc", 9)}, 5, true, 1, sqlite.OutcomeUnchanged},
		{"an older update is known, looked at later", []oura.Notification{noticed(oura.Update, oura.Tag, "doc", 1)}, 5, false, 0, sqlite.OutcomeDeleted},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.run()
			w.put(oura.Tag, "doc", "")
			for _, n := range c.before {
				w.deliver(n)
			}
			w.awaitIdle()
			if !c.alive {
				w.sim.DeleteQuiet(oura.Tag, "doc")
			}
			before := w.requests("doc")
			id := w.deliver(noticed(oura.Delete, oura.Tag, "doc", c.deleteAt))
			w.awaitIdle()
			if d := w.delivery(id); d.Outcome != c.outcome || w.requests("doc")-before != c.fetches {
				t.Errorf("%s after %d fetches, want %s after %d", d.Outcome, w.requests("doc")-before, c.outcome, c.fetches)
			}
			if err := w.matches(oura.Tag, "doc"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestGroups_SortByEventTimeAndSplitAtTheDelete(t *testing.T) {
	at := func(id int64, op oura.Operation, s int) sqlite.Delivery {
		return sqlite.Delivery{ID: id, Notification: noticed(op, oura.Tag, "x", s)}
	}
	got := groups([]sqlite.Delivery{at(1, oura.Update, 9), at(2, oura.Delete, 5), at(3, oura.Create, 1)})
	if len(got) != 1 {
		t.Fatalf("%d groups", len(got))
	}
	upTo, after := got[0].atDelete()
	if len(upTo.deliveries) != 2 || upTo.deliveries[0].ID != 3 || len(after.deliveries) != 1 || after.deliveries[0].ID != 1 {
		t.Errorf("up to %v, after %v", upTo, after)
	}
	first := eventFirst(got[0].deliveries)
	if first[0].ID != 3 || first[1].ID != 1 || first[2].ID != 2 {
		t.Errorf("event order %v", first)
	}
	if eventTime("2026-03-10T08:00:00+02:00").Equal(eventTime("2026-03-10T08:00:00Z")) || !eventTime("yesterday").Equal(time.Time{}) {
		t.Error("event times are not compared as instants")
	}
}
