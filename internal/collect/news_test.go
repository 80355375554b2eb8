package collect

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
)

// TestF28_DocumentsWithoutAnIDAreKept reads documents as Oura sent them in 2024.
func TestF28_DocumentsWithoutAnIDAreKept(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.set(func() { w.types = []oura.DataType{oura.DailyCardiovascularAge} })
		docs := []string{}
		for i := 4; i < 9; i++ {
			docs = append(docs, fmt.Sprintf(`{"day":"%s","vascular_age":%d}`, w.today().Add(-i), 30+i))
		}
		w.set(func() {
			w.spoil = func(r *http.Request) *http.Response {
				if strings.HasPrefix(r.URL.Path, "/v2/usercollection/daily_cardiovascular_age") {
					return answer(200, `{"data":[`+strings.Join(get(w, &docs)(), ",")+`],"next_token":null}`)
				}
				return nil
			}
		})
		w.p.SyncNow()
		w.pass(70 * time.Minute)
		stored := w.stored(oura.DailyCardiovascularAge)
		if len(stored) != 5 || stored["day-"+string(w.today().Add(-4))] != docs[0] {
			w.t.Fatalf("stored: %v", stored)
		}
		w.set(func() { docs = docs[1:] })
		w.pass(70 * time.Minute)
		if data := w.stored(oura.DailyCardiovascularAge)["day-"+string(w.today().Add(-4))]; data != "" {
			w.t.Errorf("still there: %s", data)
		}
		if n := len(w.stored(oura.DailyCardiovascularAge)); n != 5 {
			w.t.Errorf("%d documents", n)
		}
	})
}
