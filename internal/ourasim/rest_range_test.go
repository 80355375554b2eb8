package ourasim

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

// TestRange_BruteForce asks the cloud for random ranges and compares with the
// contract's sentence read literally: start ≤ key ≤ end, a bare date being
// 00:00:00 UTC of that day.
func TestRange_BruteForce(t *testing.T) {
	s := startSim(t, Options{})
	token := signIn(s).Access
	rng := rand.New(rand.NewPCG(7, 7))
	keys := map[oura.DataType]map[string]time.Time{}
	makers := map[oura.DataType]func(day time.Time, local time.Time) (string, time.Time){
		"daily_sleep": func(day, _ time.Time) (string, time.Time) { return "", day },
		"daily_activity": func(day, _ time.Time) (string, time.Time) {
			at := day.Add(2 * time.Hour) // 04:00 at +02:00
			return `,"timestamp":"` + day.Format(time.DateOnly) + `T04:00:00+02:00"`, at
		},
		"sleep": func(_, local time.Time) (string, time.Time) {
			return `,"bedtime_start":"` + local.Format("2006-01-02T15:04:05.000-07:00") + `"`, local
		},
		"workout": func(_, local time.Time) (string, time.Time) {
			return `,"start_datetime":"` + local.Format(time.RFC3339) + `"`, local
		},
		"tag": func(_, local time.Time) (string, time.Time) {
			return `,"timestamp":"` + local.Format(time.RFC3339) + `"`, local
		},
		"enhanced_tag": func(_, local time.Time) (string, time.Time) {
			return `,"start_time":"` + local.Format(time.RFC3339) + `"`, local
		},
	}
	for dt, make := range makers {
		keys[dt] = map[string]time.Time{}
		for i := range 60 {
			day := time.Date(2026, 3, 1+rng.IntN(20), 0, 0, 0, 0, time.UTC)
			zone := time.FixedZone("", (rng.IntN(25)-12)*3600)
			local := day.Add(time.Duration(rng.IntN(48)) * 30 * time.Minute).In(zone)
			more, key := make(day, local)
			id := fmt.Sprintf("%s-%02d", dt, i)
			keys[dt][id] = key
			if _, err := s.PutQuiet(doc(dt, id, day.Format(time.DateOnly), more)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 80 {
		startText, start := randomBound(rng)
		endText, end := randomBound(rng)
		if start.After(end) {
			startText, start, endText, end = endText, end, startText, start
		}
		for dt, byID := range keys {
			got := ask(t, s, token, "/v2/usercollection/"+string(dt)+"?start_date="+
				url.QueryEscape(startText)+"&end_date="+url.QueryEscape(endText)).ids()
			if want := expected(byID, start, end); got != want {
				t.Fatalf("%s from %s to %s:\n got %s\nwant %s", dt, startText, endText, got, want)
			}
		}
	}
}

// ask is getPage without the network.
func ask(t *testing.T, s *Sim, token, path string) page {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	var p page
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return p
}

func randomBound(rng *rand.Rand) (string, time.Time) {
	day := time.Date(2026, 3, 1+rng.IntN(20), 0, 0, 0, 0, time.UTC)
	if rng.IntN(2) == 0 {
		return day.Format(time.DateOnly), day
	}
	zone := time.FixedZone("", (rng.IntN(25)-12)*3600)
	at := day.Add(time.Duration(rng.IntN(48)) * 30 * time.Minute).In(zone)
	return at.Format(time.RFC3339), at
}

func expected(byID map[string]time.Time, start, end time.Time) string {
	var ids []string
	for id, key := range byID {
		if !key.Before(start) && !key.After(end) {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int {
		if c := byID[a].Compare(byID[b]); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	return strings.Join(ids, " ")
}

func TestRange_ContractEffects(t *testing.T) {
	s := startSim(t, Options{})
	token := signIn(s).Access
	for _, d := range []Doc{
		doc("daily_sleep", "s18", "2026-08-18", ""), doc("daily_sleep", "s19", "2026-08-19", ""), doc("daily_sleep", "s20", "2026-08-20", ""),
		doc("daily_activity", "a19", "2026-08-19", `,"timestamp":"2026-08-19T04:00:00+02:00"`),
		doc("daily_activity", "a20", "2026-08-20", `,"timestamp":"2026-08-20T04:00:00+02:00"`),
		doc("sleep", "n20", "2026-08-20", `,"bedtime_start":"2026-08-19T23:10:00+02:00"`),
		doc("workout", "w19", "2026-08-19", `,"start_datetime":"2026-08-19T20:00:00-07:00"`),
		doc("rest_mode_period", "r19", "", `,"start_day":"2026-08-19","start_time":"2026-08-19T09:00:00+00:00"`),
		doc("vo2_max", "v20", "2026-08-20", `,"timestamp":"2026-08-20T00:00:00+00:00"`),
		{Type: "ring_configuration", ID: "ring", JSON: []byte(`{"id":"ring","size":9}`)},
		doc("daily_sleep", "old", "0024-11-11", ""), doc("daily_sleep", "epoch", "1970-01-01", ""),
	} {
		if _, err := s.PutQuiet(d); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ name, query, want string }{
		{"the end day of a day key is included", "daily_sleep?start_date=2026-08-19&end_date=2026-08-20", "s19 s20"},
		{"the end day of daily_activity is missing", "daily_activity?start_date=2026-08-19&end_date=2026-08-20", "a19"},
		{"a night is keyed to the evening before", "sleep?start_date=2026-08-19&end_date=2026-08-20", "n20"},
		{"a night is not found from its own day", "sleep?start_date=2026-08-20&end_date=2026-08-21", ""},
		{"an evening workout in the west moves a day", "workout?start_date=2026-08-20&end_date=2026-08-21", "w19"},
		{"no dates: yesterday and today", "daily_sleep", "s19 s20"},
		{"no start: one day before the end", "daily_sleep?end_date=2026-08-19", "s18 s19"},
		{"no end: today", "daily_sleep?start_date=2026-08-18", "s18 s19 s20"},
		{"dates of other names are ignored", "daily_sleep?start_datetime=2026-08-18&end_datetime=2026-08-18", "s19 s20"},
		{"rest mode by start_time", "rest_mode_period?start_date=2026-08-19T09:00:00Z&end_date=2026-08-19T09:00:00Z", "r19"},
		{"vO2_max with a capital O", "vO2_max?start_date=2026-08-20&end_date=2026-08-20", "v20"},
		{"ring_configuration takes no dates", "ring_configuration?start_date=2030-01-01&end_date=2030-01-02", "ring"},
		{"start_date=1 is a Unix time", "daily_sleep?start_date=1&end_date=2026-08-18", "s18"},
		{"start_date=0 is the epoch", "daily_sleep?start_date=0&end_date=1970-01-02", "epoch"},
		{"the year 24", "daily_sleep?start_date=0024-11-11&end_date=0024-11-12", "old"},
	} {
		if got := getPage(t, s, token, "/v2/usercollection/"+c.query).ids(); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestRange_BadInput(t *testing.T) {
	s := startSim(t, Options{})
	token := signIn(s).Access
	for _, c := range []struct {
		name, query string
		status      int
		part        string
	}{
		{"a word", "daily_sleep?start_date=yesterday", 422, `"type":"datetime_from_date_parsing","loc":["query","start_date"]`},
		{"a plus that became a space", "heartrate?start_datetime=2026-08-01T00:00:00+02:00", 422, `"loc":["query","start_datetime"]`},
		{"start after end", "daily_sleep?start_date=2026-08-02&end_date=2026-08-01", 400, `"status":400`},
		{"a made-up next_token", "daily_sleep?next_token=abc", 400, "next_token"},
		{"an unknown collection", "daily_cycle_phases", 404, "Not Found"},
		{"vO2_max in lower case", "vo2_max", 404, "Not Found"},
		{"meal has no endpoint", "meal", 404, "Not Found"},
		{"heartrate has no documents", "heartrate/1", 404, "Not Found"},
		{"an unknown document", "sleep/nope", 404, `{"detail":"Document not found."}`},
	} {
		a := get(t, s, token, "/v2/usercollection/"+c.query)
		if a.StatusCode != c.status || !strings.Contains(string(a.body), c.part) {
			t.Errorf("%s: %d %s, want %d with %s", c.name, a.StatusCode, a.body, c.status, c.part)
		}
	}
	s.Change(func(sw *Switches) { sw.InvertedRange = 422 })
	if a := get(t, s, token, "/v2/usercollection/daily_sleep?start_date=2026-08-02&end_date=2026-08-01"); a.StatusCode != 422 {
		t.Errorf("inverted range by switch: %s", a.Status)
	}
}
