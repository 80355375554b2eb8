package ourasim

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim/person"
)

func startPerson(t *testing.T, days int) (*Sim, *person.Person) {
	t.Helper()
	p := person.New(person.Options{Seed: 5, From: testStart().AddDate(0, 0, -days), To: testStart()})
	return startSim(t, PersonOptions(p)), p
}

func TestPerson_EverythingIsServed(t *testing.T) {
	s, p := startPerson(t, 20)
	s.Change(func(sw *Switches) { sw.DocumentPageSize = 12 })
	token := signIn(s).Access
	want := map[oura.DataType][]string{}
	for _, d := range p.Documents() {
		want[d.Type] = append(want[d.Type], d.ID)
	}
	for _, c := range collections() {
		if !c.hook {
			continue
		}
		ids, _ := allPages(t, s, token, "/v2/usercollection/"+c.path+"?start_date=2020-01-01&end_date=2030-01-01")
		slices.Sort(ids)
		slices.Sort(want[c.typ])
		if !slices.Equal(ids, want[c.typ]) {
			t.Errorf("%s: %d served, %d exist", c.path, len(ids), len(want[c.typ]))
		}
	}
	if a := get(t, s, token, "/v2/usercollection/personal_info"); !strings.Contains(string(a.body), s.UserID()) {
		t.Errorf("profile %s", a.body)
	}
}

func TestPerson_SeriesPagesEqualTheSource(t *testing.T) {
	s, p := startPerson(t, 8)
	token := signIn(s).Access
	from := testStart().AddDate(0, 0, -5)
	for path, rows := range map[string]func(from, to time.Time) []string{
		"heartrate":          func(a, b time.Time) []string { return texts(rowsOf(p.HeartRate)(a, b)) },
		"ring_battery_level": func(a, b time.Time) []string { return texts(rowsOf(p.Battery)(a, b)) },
	} {
		var got []string
		next, pages := "", 0
		for {
			a := get(t, s, token, "/v2/usercollection/"+path+"?start_datetime="+from.Format(time.RFC3339)+next)
			var p struct {
				Data []rawText `json:"data"`
				Next *string   `json:"next_token"`
			}
			a.decode(t, &p)
			for _, row := range p.Data {
				got = append(got, string(row))
			}
			if pages++; p.Next == nil {
				break
			}
			next = "&next_token=" + *p.Next
		}
		if want := rows(from, testStart()); !slices.Equal(got, want) || len(want) < 100 {
			t.Errorf("%s: %d rows on %d pages, want %d", path, len(got), pages, len(want))
		}
	}
}

type rawText string

func (r *rawText) UnmarshalJSON(b []byte) error {
	*r = rawText(b)
	return nil
}

func texts(rows func(func(Row) bool)) []string {
	var out []string
	for row := range rows {
		out = append(out, string(row.JSON))
	}
	return out
}

func TestLive_ChangesAndAnnounces(t *testing.T) {
	s, p := startPerson(t, 20)
	r := startReceiver(t, nil)
	for _, dt := range hookTypes() {
		for _, op := range oura.Operations() {
			s.PlantSubscription(Subscription{CallbackURL: r.URL, EventType: op, DataType: oura.DataType(dt)})
		}
	}
	s.Advance(26 * time.Hour) // a day goes by that the cloud has not seen
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Live(ctx, p, time.Millisecond) }()
	ops := map[oura.Operation]bool{}
	for len(ops) < 2 {
		ops[notice(t, r.next(t)).EventType] = true
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if !ops[oura.Create] || !ops[oura.Update] {
		t.Errorf("operations %v", ops)
	}
}

// BenchmarkHeartRatePages reads thirty days page by page, as a backfill does.
func BenchmarkHeartRatePages(b *testing.B) {
	p := person.New(person.Options{Seed: 5, From: testStart().AddDate(-5, 0, 0), To: testStart()})
	opt := PersonOptions(p)
	opt.Documents, opt.Now = nil, testStart
	s, err := Start(opt)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	w := window{Start: testStart().AddDate(0, 0, -30), End: testStart()}
	rows := 0
	for b.Loop() {
		at := cursor{Path: "heartrate", Window: w}
		for {
			page, next := rowPage(s.series.from(oura.HeartRate, w, at.Key, s.Now()), at, 1000)
			rows += len(page)
			if next == nil {
				break
			}
			at = *next
		}
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkDocumentPage answers three months of one type.
func BenchmarkDocumentPage(b *testing.B) {
	opt := PersonOptions(person.New(person.Options{Seed: 5, From: testStart().AddDate(-5, 0, 0), To: testStart()}))
	opt.Now = testStart
	s, err := Start(opt)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	c, _ := collectionAt("daily_sleep")
	w := window{Start: testStart().AddDate(0, -3, 0), End: testStart()}
	for b.Loop() {
		page, _ := documentPage(s.library.list(c, w, s.Now()), cursor{}, 5000)
		if len(page) < 80 {
			b.Fatalf("%d documents", len(page))
		}
	}
}
