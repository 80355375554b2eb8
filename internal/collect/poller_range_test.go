package collect

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/ourasim"
)

// TestF57_ARangeHoldsExactlyItsDays asks for random spans of documents whose days
// were lived in every zone there is, and compares with all the cloud holds.
func TestF57_ARangeHoldsExactlyItsDays(t *testing.T) {
	spans := 400
	if underRace {
		spans = 80
	}
	dice := rand.New(rand.NewPCG(57, 2))
	first := time.Date(2026, 2, 20, 0, 0, 0, 0, time.UTC)
	var docs []ourasim.Doc
	for i := range 3000 {
		docs = append(docs, anyDoc(dice, i, first))
	}
	sim, err := ourasim.New(ourasim.Options{Documents: docs, Now: func() time.Time { return first.AddDate(0, 3, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	api := ouraapi.New(ouraapi.Options{
		BaseURL: "https://cloud.example", HTTP: &http.Client{Transport: sim.Memory()},
		Tokens: fixedToken(sim.SignIn()), Budget: rate.NewLimiter(rate.Inf, 1),
	})
	for range spans { // before, inside and after the days there are
		dt := oura.Fetchable()[dice.IntN(16)]
		from := oura.DayOf(first).Add(dice.IntN(70) - 5)
		to := from.Add(dice.IntN(12) * dice.IntN(4))
		sim.Change(func(s *ourasim.Switches) { s.DocumentPageSize, s.TokenLimit = 2+dice.IntN(40), 0 })
		var got []string
		err := api.Documents(t.Context(), dt, from, to, func(page []json.RawMessage) error {
			for _, doc := range page {
				got = append(got, string(doc))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if want := ofDays(sim, dt, from, to); !slices.Equal(slices.Sorted(slices.Values(got)), want) {
			t.Errorf("%s %s to %s: %d documents, want %d", dt, from, to, len(got), len(want))
		}
	}
}

// ofDays takes from all the cloud holds what lies on the days.
func ofDays(sim *ourasim.Sim, dt oura.DataType, from, to oura.Day) (out []string) {
	info, _ := oura.Lookup(dt)
	for _, h := range sim.Ledger().Documents(dt) {
		if day, _ := info.Place(h.JSON); !info.Dated || from <= day && day <= to {
			out = append(out, string(h.JSON))
		}
	}
	slices.Sort(out)
	return out
}

// anyDoc makes a document of any type, in a zone between -12 and +14 hours, with
// the key instant that its type has.
func anyDoc(dice *rand.Rand, n int, first time.Time) ourasim.Doc {
	dt := oura.Fetchable()[dice.IntN(16)]
	info, _ := oura.Lookup(dt)
	zone := time.FixedZone("", (dice.IntN(27)-12)*3600+dice.IntN(2)*1800*dice.IntN(2))
	at := time.Date(2026, 2, 20+dice.IntN(60), dice.IntN(24), dice.IntN(60), 0, 0, zone)
	day, key := oura.DayOf(at), at
	switch dt {
	case oura.DailyActivity:
		key = time.Date(at.Year(), at.Month(), at.Day(), 4, 0, 0, 0, zone)
	case oura.Sleep: // at is the end, up to 14 hours after the begin; after 18:00 it counts for tomorrow
		if key = at.Add(-time.Duration(15+dice.IntN(825)) * time.Minute); at.Hour() >= 18 {
			day = day.Add(1)
		}
	}
	fields := map[string]string{"id": fmt.Sprintf("r%d", n)}
	if info.Key != "" {
		fields[info.Key] = key.Format(time.RFC3339)
	}
	if info.Day != "" {
		fields[info.Day] = string(day)
	}
	text, _ := json.Marshal(fields) // strings only
	return ourasim.Doc{Type: dt, JSON: text}
}
