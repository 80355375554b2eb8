package person

import (
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

func sameDoc(a, b Doc) bool {
	return a.Type == b.Type && a.ID == b.ID && a.Day == b.Day && string(a.JSON) == string(b.JSON)
}

func TestDocuments_SameOptionsSameBytes(t *testing.T) {
	opt := Options{Seed: 11, To: now, From: now.AddDate(0, -2, -15)}
	var got [2][]Doc
	var wg sync.WaitGroup
	p := New(opt)
	wg.Go(func() { got[0] = p.Documents() }) // a person serves many at once
	wg.Go(func() { got[1] = New(opt).Documents() })
	wg.Wait()
	same := func(a, b Doc) bool { return sameDoc(a, b) && a.SyncedAt.Equal(b.SyncedAt) }
	if len(got[0]) < 600 || !slices.EqualFunc(got[0], got[1], same) || !slices.EqualFunc(got[0], p.Documents(), same) {
		t.Error("the same options gave different documents")
	}
}

func TestDocuments_AnotherWindowShowsTheSameLife(t *testing.T) {
	long := New(Options{Seed: 11, To: now}).DocumentsBetween("2026-03-01", "2026-04-10")
	short := New(Options{Seed: 11, To: now.AddDate(0, -5, 0), From: now.AddDate(-1, 0, 0)}).DocumentsBetween("2026-03-01", "2026-04-10")
	if !slices.EqualFunc(long, short, sameDoc) {
		t.Error("the window changed the documents in it")
	}
	other := New(Options{Seed: 12, To: now}).DocumentsBetween("2026-03-01", "2026-04-10")
	if len(long) == 0 || long[0].ID == other[0].ID {
		t.Error("two seeds share ids")
	}
}

func TestDocuments_WindowsJoinToTheWhole(t *testing.T) {
	p := New(Options{Seed: 5, From: now.AddDate(-2, -2, 0), To: now.AddDate(-2, 2, 0)})
	whole := map[string]int{}
	for _, d := range p.Documents() {
		whole[d.ID]++
	}
	for _, w := range [][2]oura.Day{{"", "2024-10-18"}, {"2024-10-19", "2024-12-01"}, {"2024-12-02", ""}} {
		for _, d := range p.DocumentsBetween(w[0], w[1]) {
			whole[d.ID]--
			if d.Day != "" && (d.Day < w[0] || w[1] != "" && d.Day > w[1]) {
				t.Errorf("%s of %s outside %v", d.Type, d.Day, w)
			}
		}
	}
	for id, left := range whole {
		if left != 0 {
			t.Errorf("%s: %+d", id, left)
		}
	}
}

func TestDocuments_FiveYearsHoldEveryTypeOldestFirst(t *testing.T) {
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	ids, late := map[string]bool{}, 0
	for _, dt := range oura.Fetchable() {
		if len(life()[dt]) == 0 {
			t.Errorf("no %s in five years", dt)
		}
		last := time.Time{}
		for _, d := range life()[dt] {
			if ids[d.ID] || !uuid.MatchString(d.ID) || field(d.JSON, "id") != d.ID {
				t.Errorf("id %s of %s is used twice, no UUID or not that in its JSON", d.ID, d.Type)
			}
			ids[d.ID] = true
			at := keyInstant(t, d)
			if at.Before(last) || d.SyncedAt.After(now) {
				t.Errorf("%s of %s is out of order or synced in the future", d.Type, d.Day)
			}
			if last = at; d.SyncedAt.Sub(at) > hours(50) && dt == oura.Workout {
				late++
			}
		}
	}
	if late == 0 {
		t.Error("no workout was synced days late")
	}
	if days := len(life()[oura.DailyReadiness]); days < 1700 || days > 1815 {
		t.Errorf("%d days of readiness: some should be missing, not many", days)
	}
}

// keyInstant is what the range query of the collection compares; it also checks the day.
func keyInstant(t *testing.T, d Doc) time.Time {
	t.Helper()
	info, _ := oura.Lookup(d.Type)
	if info.Key == "" {
		return time.Time{} // ring_configuration
	}
	if got := field(d.JSON, info.Day); got != string(d.Day) {
		t.Errorf("%s %s: day %s in JSON, %s outside", d.Type, d.ID, got, d.Day)
	}
	s := field(d.JSON, info.Key)
	if len(s) == len(time.DateOnly) {
		s += "T00:00:00Z"
	}
	return mustTime(t, s)
}

func TestDocumentsOf_IsThePartOfDocuments(t *testing.T) {
	p := New(Options{Seed: 1, To: now, From: now.AddDate(0, -1, 0)})
	var joined []Doc
	for _, dt := range oura.Fetchable() {
		joined = append(joined, p.DocumentsOf(dt)...)
	}
	if !slices.EqualFunc(joined, p.Documents(), sameDoc) {
		t.Error("types do not join to the whole")
	}
	if p.DocumentsOf(oura.HeartRate) != nil || p.DocumentsOf("meal") != nil {
		t.Error("documents of a type that has none")
	}
}

func TestRings_TwoWithOldAndNewSetUp(t *testing.T) {
	rings := bodies[ringBody](t, oura.RingConfiguration)
	if len(rings) != 2 || rings[0].HardwareType != "gen3" || rings[1].HardwareType != "gen4" {
		t.Fatalf("rings %+v", rings)
	}
	if early := New(Options{Seed: 1, To: now.AddDate(-4, 0, 0)}).DocumentsOf(oura.RingConfiguration); len(early) != 1 {
		t.Errorf("%d rings before the second was bought", len(early))
	}
}

func TestRevise_KeepsIdAndDayAndChangesContent(t *testing.T) {
	p := New(Options{Seed: 1, To: now})
	for dt, docs := range life() {
		for i, d := range docs {
			if i < 15 || dt == oura.Sleep && i < 60 {
				checkRevisions(t, p, d)
			}
		}
		if !sameDoc(p.Revise(docs[0], 0), docs[0]) {
			t.Error("revision 0 is not the document")
		}
		if many := p.Revise(docs[0], 12*50); !sameDoc(many, p.Revise(docs[0], 12)) || sameDoc(many, p.Revise(docs[0], 12*50+1)) {
			t.Errorf("%s: many revisions do not go round", dt)
		}
	}
}

func checkRevisions(t *testing.T, p *Person, d Doc) {
	t.Helper()
	previous := d
	for n := 1; n <= 4; n++ {
		r := p.Revise(d, n)
		if r.ID != d.ID || r.Day != d.Day || r.Type != d.Type || !sameDoc(r, p.Revise(d, n)) {
			t.Errorf("%s %s: revision %d lost its name", d.Type, d.ID, n)
		}
		if string(r.JSON) == string(previous.JSON) || string(r.JSON) == string(d.JSON) {
			t.Errorf("%s %s: revision %d is no change", d.Type, d.ID, n)
		}
		if !r.SyncedAt.After(previous.SyncedAt) {
			t.Errorf("%s: revision %d is not later", d.Type, n)
		}
		if previous = r; d.Type == oura.Sleep {
			checkRevisedSleep(t, mustDecode[sleepBody](t, r.JSON))
		}
	}
}

// checkRevisedSleep is checkSleep for a bedtime edit.
func checkRevisedSleep(t *testing.T, b sleepBody) {
	t.Helper()
	checkSleep(t, b)
	if b.TotalSleepDuration <= 0 {
		t.Errorf("%s: no sleep left", b.ID)
	}
}

func TestRevise_UnfinishedActivityGrows(t *testing.T) {
	p := New(Options{Seed: 1, To: now})
	for _, d := range p.Today(now) {
		if d.Type != oura.DailyActivity {
			continue
		}
		b, later := mustDecode[activityBody](t, d.JSON), mustDecode[activityBody](t, p.Revise(d, 3).JSON)
		if len(later.Class5Min) != len(b.Class5Min)+3 || later.seconds() != b.seconds()+900 {
			t.Errorf("grew from %d to %d classes", len(b.Class5Min), len(later.Class5Min))
		}
	}
}
