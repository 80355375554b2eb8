package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/status"
)

// desk is a desktop that only remembers what it shows.
type desk struct {
	mu    sync.Mutex // guards the fields below
	shown []Notice
	taken []string // IDs
	fails error
}

func (d *desk) Send(n Notice) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fails != nil {
		return d.fails
	}
	d.shown = append(d.shown, n)
	return nil
}

func (d *desk) Withdraw(id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.taken = append(d.taken, id)
	return nil
}

func (d *desk) Available() (bool, string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fails != nil {
		return false, "Nobody shows them."
	}
	return true, ""
}

// seen lists the titles of what is on the desktop now.
func (d *desk) seen() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []string
	for _, n := range d.shown {
		if !slices.Contains(d.taken, n.ID) {
			out = append(out, n.Title)
		}
	}
	return out
}

// play runs f beside a planner, in a time of its own.
func play(t *testing.T, f func(p *Planner, d *desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		p := New(d, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- p.Serve(ctx) }()
		f(p, d)
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Serve: %v", err)
		}
	})
}

func after(d time.Duration) {
	time.Sleep(d) // of the test's own time
	synctest.Wait()
}

func wants(t *testing.T, d *desk, titles ...string) {
	t.Helper()
	synctest.Wait()
	if got := d.seen(); !slices.Equal(got, titles) {
		t.Errorf("the desktop shows %q, want %q", got, titles)
	}
}

func troubles(codes ...string) status.Snapshot {
	r := status.New(nil)
	r.SetState(status.Live, "")
	for _, code := range codes {
		r.RaiseCode(code, "")
	}
	return r.Snapshot()
}

const (
	signInTitle = "Oura asks you to sign in again"
	exposed     = "The local API can be reached from the internet"
)

func TestU06_TroubleIsToldOnceAndTakenBackWhenItEnds(t *testing.T) {
	play(t, func(p *Planner, d *desk) {
		p.Status(troubles(status.SignInNeeded))
		after(time.Minute)
		wants(t, d, signInTitle)
		for range 5 {
			p.Status(troubles(status.SignInNeeded))
			after(time.Minute)
		}
		wants(t, d, signInTitle)
		if list := p.List(); len(list) != 1 || !list[0].Needs || list[0].Over || list[0].Action != "#/connection" || list[0].Label != "Open" {
			t.Errorf("the list holds %+v", list)
		}
		p.Status(troubles())
		after(time.Second)
		wants(t, d)
		if list := p.List(); len(list) != 1 || !list[0].Over || !list[0].Read {
			t.Errorf("after its end the list holds %+v", list)
		}
		p.Status(troubles(status.SignInNeeded))
		after(time.Minute)
		wants(t, d, signInTitle)
	})
}

// TestU06_AnEngineThatBeginsAnewTellsNoTroubleTwice: it knows of none at first.
func TestU06_AnEngineThatBeginsAnewTellsNoTroubleTwice(t *testing.T) {
	begin := func(p *Planner, d *desk) {
		p.Enter("folder", "mira", "")
		p.Status(troubles(status.SignInNeeded, status.LocalAPIExposed))
		after(time.Minute)
		wants(t, d, exposed, signInTitle)
	}
	play(t, func(p *Planner, d *desk) {
		begin(p, d)
		p.Restart()
		p.Enter("folder", "mira", "")
		p.Status(troubles())
		after(10 * time.Second)
		wants(t, d, exposed, signInTitle)
		p.Status(troubles(status.SignInNeeded)) // one is found again, and the other is over
		after(patience)
		wants(t, d, signInTitle)
		p.Status(troubles()) // what was found again ends as ever
		wants(t, d)
		if told := len(p.List()); told != 2 {
			t.Errorf("told %d times", told)
		}
	})
	play(t, func(p *Planner, d *desk) { // what comes after it ends as ever, too
		p.Restart()
		p.Status(troubles(status.SignInNeeded))
		after(10 * time.Second)
		wants(t, d, signInTitle)
		p.Status(troubles())
		wants(t, d)
	})
	play(t, func(p *Planner, d *desk) { // over before it was told
		p.Status(troubles(status.SignInNeeded))
		p.Restart()
		p.Status(troubles())
		after(time.Hour)
		if list := p.List(); len(list) != 0 {
			t.Errorf("told of what was over: %+v", list)
		}
	})
	play(t, func(p *Planner, d *desk) { // somebody else's
		begin(p, d)
		p.Restart()
		p.Enter("folder", "otto", "")
		wants(t, d)
	})
}

func TestU06_WithoutAnEngineWhatWasWrongStands(t *testing.T) {
	const barred = "Oura Streaming needs you"
	bar := status.Trouble{Code: "not_started", Severity: status.Error, Remedy: status.Remedy{Label: "Try again", Action: status.Retry}}
	play(t, func(p *Planner, d *desk) {
		p.Status(troubles(status.SignInNeeded))
		after(time.Minute)
		p.Bar(bar)
		p.Bar(bar)
		after(time.Hour)
		wants(t, d, signInTitle, barred)
		p.Restart()
		p.Status(troubles()) // it runs again
		wants(t, d, signInTitle)
		p.Status(troubles(status.SignInNeeded))
		after(time.Hour)
		wants(t, d, signInTitle)
		if told := len(p.List()); told != 2 {
			t.Errorf("told %d times", told)
		}
	})
}

func TestPlanner_TellsOnlyTroublesThatNeedTheUser(t *testing.T) {
	play(t, func(p *Planner, d *desk) {
		p.Status(troubles(status.TunnelDown, status.OuraDown, status.KeyInFile))
		after(time.Hour)
		wants(t, d)
		p.Status(troubles(status.SignInNeeded)) // over before anybody could have read of it
		after(time.Second)
		p.Status(troubles())
		after(time.Hour)
		wants(t, d)
		p.Status(status.Snapshot{State: status.Setup, Troubles: troubles(status.NotConfigured).Troubles})
		after(time.Hour)
		wants(t, d)
		p.Status(status.Snapshot{State: status.Setup, Troubles: troubles(status.NotConfigured, status.APIPortTaken).Troubles}) // which no step of the wizard asks for
		after(time.Hour)
		wants(t, d, "The local port is taken")
	})
}

func TestPlanner_ButtonsOfTroublesOnlyLeadSomewhere(t *testing.T) {
	for _, tr := range status.Catalogue() {
		to, label := leads(tr.Remedy)
		if !strings.HasPrefix(string(to), "#/") || label == "" {
			t.Errorf("%s leads to %q by %q", tr.Code, to, label)
		}
		if label != open && !strings.HasPrefix(label, "Open ") {
			t.Errorf("%s has the button %q, which sounds as if it did more than lead somewhere", tr.Code, label)
		}
	}
}

func TestU06_MoreThanThreeAMinuteBecomeOne(t *testing.T) {
	all := Choices{Types: []oura.DataType{oura.Workout, oura.Tag}}
	docs := func(n int) (out []Document) {
		for i := range n {
			out = append(out, Document{Seq: int64(i + 1), Type: oura.Workout, Name: "Workout"})
		}
		return out
	}
	play(t, func(p *Planner, d *desk) {
		p.Documents(docs(7), all)
		after(time.Minute)
		wants(t, d, "7 new documents")
	})
	play(t, func(p *Planner, d *desk) {
		p.Documents(docs(3), all)
		after(10 * time.Second)
		wants(t, d, "New: Workout", "New: Workout", "New: Workout")
		for range 20 { // one every two seconds
			p.Documents(docs(1), all)
			after(2 * time.Second)
		}
		wants(t, d, "New: Workout", "New: Workout", "New: Workout")
		after(time.Minute)
		wants(t, d, "New: Workout", "New: Workout", "New: Workout", "20 new documents")
		if list := p.List(); list[0].Action != "#/stream" || list[0].Body != "Workout." || list[1].Action != "#/stream/3" {
			t.Errorf("the list begins with %+v", list[:2])
		}
	})
	play(t, func(p *Planner, d *desk) { // in no minute more than three, whatever comes
		for range 600 {
			p.Documents(docs(1), all)
			after(time.Second)
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		for i := 3; i < len(d.shown); i++ {
			if apart := d.shown[i].At.Sub(d.shown[i-3].At); apart < time.Minute {
				t.Errorf("four within %v", apart)
			}
		}
		if len(d.shown) < 10 {
			t.Errorf("only %d in ten minutes", len(d.shown))
		}
	})
}

func TestU06_FourTroublesAtOnceAreOneNoticeUntilTheLastEnds(t *testing.T) {
	four := []string{status.SignInNeeded, status.LocalAPIExposed, status.DataFolder, status.APIPortTaken}
	play(t, func(p *Planner, d *desk) {
		p.Status(troubles(four...))
		after(time.Minute)
		wants(t, d, "Oura Streaming needs you for 4 things")
		p.Status(troubles(four[0]))
		after(time.Minute)
		wants(t, d, "Oura Streaming needs you for 4 things")
		p.Status(troubles())
		after(time.Minute)
		wants(t, d)
	})
}

func TestU06_OrdinaryEventsAreOffUntilChosenAndHistoryIsNeverTold(t *testing.T) {
	docs := []Document{
		{Seq: 1, Type: oura.Workout, Name: "Workout", Day: "2026-11-22"},
		{Seq: 2, Type: oura.Workout, Name: "Workout", Day: "2019-01-01"},
		{Seq: 3, Type: oura.Tag, Name: "Tag", Day: "2026-11-22"},
	}
	play(t, func(p *Planner, d *desk) {
		p.Documents(docs, Choices{Night: true, Since: "2026-11-21"})
		after(time.Hour)
		wants(t, d)
		p.Documents(docs, Choices{Types: []oura.DataType{oura.Workout}, Since: "2026-11-21"})
		after(time.Hour)
		wants(t, d, "New: Workout")
	})
}

func TestU09_OnlyLongWorkIsTold(t *testing.T) {
	play(t, func(p *Planner, d *desk) {
		began := time.Now()
		p.Work(Work{Kind: Export, Began: began, Ended: began.Add(10 * time.Second)})
		after(time.Minute)
		wants(t, d)
		p.Work(Work{Kind: Export, Began: began, Ended: began.Add(11 * time.Second)})
		p.Work(Work{Kind: Restore, Began: began, Ended: began.Add(2 * time.Hour), Failed: true})
		after(time.Minute)
		wants(t, d, "The export is ready", "The backup could not be brought back")
		if body := p.List()[1].Body; body != "It took 11 s." {
			t.Errorf("the export says %q", body)
		}
	})
}

func TestPlanner_EveryWorkHasWordsAndAPlace(t *testing.T) {
	for _, kind := range []Kind{Export, History, Backup, Restore} {
		for _, failed := range []bool{false, true} {
			if n := work(Work{Kind: kind, Failed: failed}); n.Title == "" || n.Action == "" || n.Body == "" {
				t.Errorf("%s, failed %v: %+v", kind, failed, n)
			}
		}
	}
	for d, want := range map[time.Duration]string{12 * time.Second: "12 s", 12 * time.Minute: "12 min", 125 * time.Minute: "2 h 05 min"} {
		if got := lasted(d); got != want {
			t.Errorf("lasted(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestS42_NoHealthValueIsToldUnlessAllowed(t *testing.T) {
	const canary = "Score 8675309"
	say := func(p *Planner, values bool) {
		c := Choices{Night: true, Types: []oura.DataType{oura.DailySleep}, Values: values}
		p.Night("2026-11-22", canary, c)
		p.Documents([]Document{{Seq: 1, Type: oura.DailySleep, Name: "Daily sleep", Says: canary}}, c)
		after(time.Minute)
	}
	told := func(p *Planner, d *desk) string {
		d.mu.Lock()
		defer d.mu.Unlock()
		return fmt.Sprintf("%+v %+v", d.shown, p.List())
	}
	play(t, func(p *Planner, d *desk) {
		say(p, false)
		wants(t, d, "New: Daily sleep", "Last night is in")
		if all := told(p, d); strings.Contains(all, "8675309") {
			t.Errorf("a value was told: %s", all)
		}
	})
	play(t, func(p *Planner, d *desk) {
		say(p, true)
		if all := told(p, d); strings.Count(all, canary) != 4 {
			t.Errorf("values were allowed and not told: %s", all)
		}
	})
}

func TestS38_ATroubleIsToldInTheCataloguesWordsOnly(t *testing.T) {
	const canary = "Bearer-8675309"
	r := status.New(nil)
	r.SetState(status.Live, "")
	for _, c := range status.Catalogue() {
		r.RaiseCode(c.Code, "It said "+canary+".")
	}
	r.Raise(status.Trouble{Code: "unheard_of", Title: canary, Text: canary, Severity: status.Error, Remedy: status.Remedy{Label: "Open setup", Action: status.OpenSetup}})
	play(t, func(p *Planner, d *desk) {
		for _, tr := range r.Snapshot().Troubles { // one after the other, so that each is told by itself
			p.Status(status.Snapshot{State: status.NeedsYou, Troubles: []status.Trouble{tr}})
			after(2 * time.Minute)
			p.Status(troubles())
			after(2 * time.Minute)
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		if len(d.shown) < 3 {
			t.Fatalf("only %d were told", len(d.shown))
		}
		if all := fmt.Sprintf("%+v", d.shown); strings.Contains(all, canary) {
			t.Errorf("what a trouble carries was told: %s", all)
		}
	})
}

func TestF83_WithoutTheSystemsServiceTheListTellsAll(t *testing.T) {
	play(t, func(p *Planner, d *desk) {
		d.mu.Lock()
		d.fails = errors.New("no such name on the bus")
		d.mu.Unlock()
		p.Status(troubles(status.LocalAPIExposed))
		after(time.Minute)
		if list := p.List(); len(list) != 1 || list[0].Title != exposed || list[0].System {
			t.Errorf("the list holds %+v", list)
		}
		if ok, why := p.System(); ok || why != "Nobody shows them." {
			t.Errorf("System() = %v, %q", ok, why)
		}
		if err := p.Try(); err == nil {
			t.Error("a test arrived nowhere and was no error")
		}
		d.mu.Lock()
		d.fails = nil
		d.mu.Unlock()
		if err := p.Try(); err != nil {
			t.Errorf("Try: %v", err)
		}
		if ok, _ := p.System(); !ok {
			t.Error("the service is there again and nobody says so")
		}
	})
}

func TestPlanner_ReadingTakesBackWhatNeedsNobody(t *testing.T) {
	play(t, func(p *Planner, d *desk) {
		p.Status(troubles(status.SignInNeeded))
		p.Night("2026-11-22", "", Choices{})
		after(time.Minute)
		wants(t, d, "Last night is in", signInTitle)
		p.Read("")
		wants(t, d, signInTitle)
		for _, n := range p.List() {
			if !n.Read {
				t.Errorf("%q is unread", n.Title)
			}
		}
	})
}

func TestPlanner_SomebodyElseSeesNothingOfIt(t *testing.T) {
	play(t, func(p *Planner, d *desk) {
		p.Status(troubles(status.SignInNeeded))
		p.Night("2026-11-22", "", Choices{})
		after(time.Minute)
		p.Enter("folder", "", "")
		p.Enter("folder", "mira", "")
		p.Enter("folder", "mira", "") // the program was only opened again
		wants(t, d, "Last night is in", signInTitle)
		p.Night("2026-11-23", "", Choices{})
		p.Enter("sample", "", "Sample data: ")
		after(time.Minute)
		wants(t, d)
		if list := p.List(); len(list) != 0 {
			t.Errorf("the list holds %+v", list)
		}
		p.Status(troubles(status.SignInNeeded))
		after(time.Minute)
		wants(t, d, "Sample data: "+signInTitle)
	})
}

func TestPlanner_AFolderOfWhichNobodyKnowsWhose(t *testing.T) {
	play(t, func(p *Planner, d *desk) {
		p.Enter("folder", "mira", "")
		p.Night("2026-11-22", "", Choices{})
		after(time.Minute)
		p.EnterFolder("folder", "")
		p.Enter("folder", "mira", "")
		wants(t, d, "Last night is in")
		p.EnterFolder("sample", "Sample data: ")
		wants(t, d)
		p.Status(troubles(status.SignInNeeded))
		after(time.Minute)
		p.Enter("sample", "sample user", "Sample data: ") // known now, and the same
		wants(t, d, "Sample data: "+signInTitle)
	})
}

func TestPlanner_SeveralOfAGroupHaveTheWordsOfThatGroup(t *testing.T) {
	for group, want := range map[string]string{
		GroupNeeds: "Oura Streaming needs you for 4 things", GroupDocuments: "4 new documents", GroupWork: "4 pieces of work have ended",
		GroupProgram: "4 things to know", GroupNight: "4 things to know",
	} {
		n := Notice{Title: "A title", Group: group}
		if got := joined([]Notice{n, n, n, n}); got.Title != want || got.Body != "A title." || !strings.HasPrefix(string(got.Action), "#/") {
			t.Errorf("%s: %+v", group, got)
		}
	}
}

func TestPlanner_KeepsTheNewestHundred(t *testing.T) {
	play(t, func(p *Planner, _ *desk) {
		for i := range 250 {
			p.Say("x", fmt.Sprintf("Number %d", i), "", "#/today")
			after(2 * time.Minute)
		}
		if list := p.List(); len(list) != longest || list[0].Title != "Number 249" || list[99].Title != "Number 150" {
			t.Errorf("%d are kept", len(list))
		}
	})
}
