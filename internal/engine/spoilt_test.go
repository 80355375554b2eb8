package engine

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

// flip changes one bit in the text of a hundred documents, behind the program's
// back, and forgets the history of half of them.
func flip(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path+"?_pragma=ignore_check_constraints(1)&_pragma=busy_timeout(5000)")
	must(t, err)
	rnd := rand.New(rand.NewPCG(11, 11))
	for n := range 100 {
		id := objectID(oura.DailySleep, n)
		var data []byte
		must(t, db.QueryRowContext(t.Context(), `SELECT data FROM document WHERE object_id = ?`, id).Scan(&data))
		data[rnd.IntN(len(data))] ^= 1 << rnd.IntN(8)
		_, err = db.ExecContext(t.Context(), `UPDATE document SET data = ? WHERE object_id = ?`, string(data), id)
		must(t, err)
		if n%2 == 0 {
			_, err = db.ExecContext(t.Context(), `UPDATE event SET data = NULL WHERE object_id = ?`, id)
			must(t, err)
		}
	}
	must(t, db.Close())
}

// TestF09_AHundredFlippedBitsAreFoundAndHealed has documents of up to a year ago.
func TestF09_AHundredFlippedBitsAreFoundAndHealed(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	for n := range 120 {
		_, err := sim.PutQuiet(old(oura.DailySleep, objectID(oura.DailySleep, n), 3*n, 1))
		must(t, err)
	}
	p := start(t, sim, options(t, sim, port))
	p.signIn()
	p.whole()
	events := len(p.events(""))
	must(t, p.engine.Pause(t.Context(), time.Time{})) // so that nothing is asked of Oura for now
	flip(t, p.engine.databasePath())
	must(t, p.engine.scan(t.Context()))
	p.wait("those that the history has", func() string {
		left := len(p.engine.spoiltKeys())
		return want(left == 50, fmt.Sprintf("%d left", left))
	})
	p.wait("the trouble", func() string { return want(p.hasTrouble(status.DocumentsSpoilt), "not raised") })
	docs, err := p.engine.store.Documents(t.Context(), sqlite.DocumentFilter{Type: oura.DailySleep, Limit: 1000})
	must(t, err)
	without := 0
	for _, d := range docs {
		if d.Data == nil {
			without++
		}
	}
	if without != 50 {
		t.Errorf("%d documents are shown without data, want the 50 that are not healed", without)
	}
	must(t, p.engine.Unpause(t.Context()))
	p.whole()
	p.equalsLedger()
	p.wait("the trouble to go", func() string { return want(!p.hasTrouble(status.DocumentsSpoilt), "still there") })
	if n := len(p.events("")); n != events {
		t.Errorf("%d events, before it %d: what was put right is no news", n, events)
	}
}
