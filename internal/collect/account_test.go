package collect

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
)

// TestCollect_NothingOfOneAccountIsKeptUnderAnother changes the account in the
// middle of rounds and of history. Every document says whose token it was asked
// for with.
func TestCollect_NothingOfOneAccountIsKeptUnderAnother(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.stop()
		w.past = true
		account := "anna"
		w.set(func() {
			w.other, w.token = &account, "anna"
			w.spoil = func(r *http.Request) *http.Response {
				name := strings.TrimPrefix(r.URL.Path, "/v2/usercollection/")
				day := r.URL.Query().Get("end_date")
				if strings.Contains(name, "/") || day == "" {
					return answer(200, `{"data":[],"next_token":null}`)
				}
				at := oura.Day(day).Add(-5)
				owner := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
				return answer(200, fmt.Sprintf(`{"data":[{"id":"%s-%s","day":"%s","start_day":"%s","owner":"%s"}],"next_token":null}`, name, at, at, at, owner))
			}
		})
		w.start()
		changes := 12
		if underRace {
			changes = 4
		}
		for i := range changes {
			w.pass(time.Duration(70+130*i) * time.Millisecond) // in mid-round, then in mid-history
			next := fmt.Sprintf("user-%d", i)
			w.set(func() { account = "" }) // before the new tokens can be had
			w.set(func() { w.token = oura.Secret(next) })
			w.pass(20 * time.Millisecond)
			w.set(func() { account = next })
			w.p.Resume()
			w.b.Wake()
		}
		w.pass(2 * time.Minute)
		seen := 0
		for _, dt := range oura.Fetchable() {
			docs, err := w.store.Documents(w.t.Context(), sqlite.DocumentFilter{Type: dt, Limit: 1000})
			if err != nil {
				w.t.Fatal(err)
			}
			for _, d := range docs {
				var says struct{ Owner string }
				if err := json.Unmarshal(d.Data, &says); err != nil {
					w.t.Fatal(err)
				}
				if seen++; says.Owner != d.UserID {
					w.t.Errorf("%s %s of %s stands under %s", dt, d.ObjectID, says.Owner, d.UserID)
				}
			}
		}
		if seen < 8*changes {
			w.t.Errorf("only %d documents", seen)
		}
	})
}
