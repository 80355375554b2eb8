package status

import (
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

// clock is a time that moves when told.
type clock struct{ t time.Time }

func (c *clock) now() time.Time          { return c.t }
func (c *clock) forward(d time.Duration) { c.t = c.t.Add(d) }

func newClock() *clock {
	return &clock{time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}
}

func codes(troubles []Trouble) string {
	var out []string
	for _, t := range troubles {
		out = append(out, t.Code)
	}
	return strings.Join(out, " ")
}

func TestCatalogue_EveryLineCanBeShownAsItStands(t *testing.T) {
	known := map[string]bool{}
	for _, c := range Catalogue() {
		if known[c.Code] {
			t.Errorf("%s stands in the catalogue twice", c.Code)
		}
		known[c.Code] = true
	}
	for _, c := range Catalogue() {
		if c.Title == "" || strings.HasSuffix(c.Title, ".") {
			t.Errorf("%s: title %q is empty or ends like a sentence", c.Code, c.Title)
		}
		if !strings.HasSuffix(c.Text, ".") || strings.Count(c.Text, ".") < 1 || len(c.Text) < 40 {
			t.Errorf("%s: text %q is no full sentence", c.Code, c.Text)
		}
		if c.Severity.rank() == 2 && c.Severity != Info {
			t.Errorf("%s: unknown severity %q", c.Code, c.Severity)
		}
		if (c.Remedy.Label == "") != (c.Remedy.Action == NoAction) {
			t.Errorf("%s: remedy %+v has only one half", c.Code, c.Remedy)
		}
		if c.Severity == Error && !c.needsUser() {
			t.Errorf("%s: an error without anything the user can do", c.Code)
		}
		for _, d := range c.DependsOn {
			if !known[d] {
				t.Errorf("%s depends on %s, which is not in the catalogue", c.Code, d)
			}
		}
	}
}

// If two troubles hid each other, nobody would be told anything.
func TestCatalogue_NothingHidesBehindItself(t *testing.T) {
	behind := map[string][]string{}
	for _, c := range Catalogue() {
		behind[c.Code] = c.DependsOn
	}
	var walk func(code string, path []string)
	walk = func(code string, path []string) {
		for _, seen := range path {
			if seen == code {
				t.Fatalf("circle: %v -> %s", path, code)
			}
		}
		for _, d := range behind[code] {
			walk(d, append(path, code))
		}
	}
	for code := range behind {
		walk(code, nil)
	}
}

func TestRegistry_EveryTroubleOfTheCatalogueShowsUpAlone(t *testing.T) {
	for _, want := range Catalogue() {
		r := New(newClock().now)
		r.SetState(Live, "")
		r.RaiseCode(want.Code, "Port 8000.")
		snap := r.Snapshot()
		if codes(snap.Troubles) != want.Code || snap.Troubles[0].Text != want.Text+" Port 8000." {
			t.Errorf("raised %s, snapshot shows %+v", want.Code, snap.Troubles)
		}
		wantState := Live
		if want.Severity == Error {
			wantState = NeedsYou
		}
		if snap.State != wantState {
			t.Errorf("with %s open the state is %s, want %s", want.Code, snap.State, wantState)
		}
	}
}

func TestRegistry_KeepsSinceWhileATroubleStaysRaised(t *testing.T) {
	c := newClock()
	r := New(c.now)
	start := c.now()
	r.RaiseCode(OuraDown, "")
	c.forward(time.Hour)
	r.RaiseCode(OuraDown, "Its last answer was 503.")
	if got := r.Snapshot().Troubles[0]; !got.Since.Equal(start) || !strings.HasSuffix(got.Text, "503.") {
		t.Errorf("after the second raise: %+v, want since %v and the new detail", got, start)
	}
	r.Clear(OuraDown)
	r.RaiseCode(OuraDown, "")
	if got := r.Snapshot().Troubles[0].Since; !got.Equal(c.now()) {
		t.Errorf("since %v after it was cleared and raised again, want %v", got, c.now())
	}
}

func TestRegistry_HidesWhatDependsOnAnOpenTrouble(t *testing.T) {
	r := New(nil)
	r.RaiseCode(NoNetwork, "")
	r.RaiseCode(OuraDown, "")
	r.RaiseCode(AddressSilent, "")
	if got := codes(r.Snapshot().Troubles); got != NoNetwork {
		t.Errorf("visible: %q, want only %q", got, NoNetwork)
	}
	r.Clear(NoNetwork)
	if got := codes(r.Snapshot().Troubles); !strings.Contains(got, OuraDown) || !strings.Contains(got, AddressSilent) {
		t.Errorf("visible after the network came back: %q", got)
	}
}

// A network that lets nothing through is as dead as one that is not there, and one
// that is dead breaks all that needs it: only the cause is told.
func TestRegistry_ADeadNetworkIsToldAlone(t *testing.T) {
	for _, cause := range []string{NoNetwork, CaptivePortal} {
		r := New(nil)
		var follow []string
		for _, c := range Catalogue() {
			if slices.Contains(c.DependsOn, NoNetwork) && c.Code != cause {
				follow = append(follow, c.Code)
				r.RaiseCode(c.Code, "")
			}
		}
		for _, code := range []string{OuraDown, TunnelDown, AddressSilent, RoundFailed, SubscriptionFailed, WebhooksQuiet, ParkedDeliveries} {
			if !slices.Contains(follow, code) {
				t.Errorf("%s does not follow from a dead network", code)
			}
		}
		r.RaiseCode(cause, "")
		if got := codes(r.Snapshot().Troubles); got != cause {
			t.Errorf("with %s open %q are told", cause, got)
		}
	}
}

func TestRegistry_SortsWorstAndOldestFirst(t *testing.T) {
	c := newClock()
	r := New(c.now)
	for _, code := range []string{KeyInFile, ParkedDeliveries, ClockSkew, APIPortTaken} {
		r.RaiseCode(code, "")
		c.forward(time.Minute)
	}
	want := strings.Join([]string{APIPortTaken, ParkedDeliveries, ClockSkew, KeyInFile}, " ")
	if got := codes(r.Snapshot().Troubles); got != want {
		t.Errorf("order %q, want %q", got, want)
	}
}

func TestRegistry_AnErrorForTheUserTakesOverTheStateWord(t *testing.T) {
	c := newClock()
	r := New(c.now)
	r.SetState(Polling, "Next round in 3 minutes.")
	c.forward(time.Hour)
	asked := c.now()
	r.RaiseCode(SignInNeeded, "")
	snap := r.Snapshot()
	if snap.State != NeedsYou || snap.Word != "Needs you" || snap.NextStep != "Sign in again" || !snap.Since.Equal(asked) {
		t.Errorf("with a sign-in needed: %+v", snap)
	}
	c.forward(time.Hour)
	r.Clear(SignInNeeded)
	snap = r.Snapshot()
	if snap.State != Polling || snap.NextStep != "Next round in 3 minutes." || !snap.Since.Equal(c.now()) {
		t.Errorf("after signing in: %+v", snap)
	}
}

func TestRegistry_AWarningLeavesTheStateWord(t *testing.T) {
	r := New(nil)
	r.SetState(Live, "")
	r.RaiseCode(ParkedDeliveries, "")
	if got := r.Snapshot().Word; got != "Live" {
		t.Errorf("word %q, want Live", got)
	}
}

func TestRegistry_StartsInSetupAndStaysThereUntilTold(t *testing.T) {
	r := New(nil)
	r.RaiseCode(NotConfigured, "")
	snap := r.Snapshot()
	if snap.State != Setup || snap.Word != "Needs you" || snap.NextStep != "Open setup" {
		t.Errorf("before an account exists: %+v", snap)
	}
}

func TestRegistry_WakesListenersOnlyForChanges(t *testing.T) {
	r := New(newClock().now)
	wake, stop := r.Listen()
	woken := func() bool {
		select {
		case <-wake:
			return true
		default:
			return false
		}
	}
	steps := []struct {
		name string
		do   func()
		want bool
	}{
		{"a new trouble", func() { r.RaiseCode(OuraDown, "") }, true},
		{"the same trouble again", func() { r.RaiseCode(OuraDown, "") }, false},
		{"another detail", func() { r.RaiseCode(OuraDown, "Since noon.") }, true},
		{"a new state", func() { r.SetState(Live, "") }, true},
		{"the same state", func() { r.SetState(Live, "") }, false},
		{"clearing what is not open", func() { r.Clear(ClockSkew) }, false},
		{"clearing", func() { r.Clear(OuraDown) }, true},
		{"two changes at once", func() { r.SetState(Paused, ""); r.SetState(Live, "") }, true},
		{"nothing more", func() {}, false},
		{"after stop", func() { stop(); stop(); r.SetState(Paused, "") }, false},
	}
	for _, s := range steps {
		if s.do(); woken() != s.want {
			t.Errorf("%s: woken = %v, want %v", s.name, !s.want, s.want)
		}
	}
}

func TestRegistry_ShowsACodeItDoesNotKnow(t *testing.T) {
	r := New(nil)
	r.RaiseCode("brand_new", "It is raining.")
	if got := r.Snapshot().Troubles[0]; got.Title == "" || !strings.HasSuffix(got.Text, "It is raining.") {
		t.Errorf("unknown code shows as %+v", got)
	}
}

func TestSnapshot_SharesNothingWithTheRegistry(t *testing.T) {
	r := New(nil)
	r.RaiseCode(OuraDown, "")
	snap := r.Snapshot()
	snap.Troubles[0].DependsOn[0] = "changed"
	snap.Troubles[0].Title = "changed"
	if again := r.Snapshot().Troubles[0]; again.Title == "changed" || again.DependsOn[0] == "changed" {
		t.Error("a change of the snapshot reached the registry")
	}
	if oura.CodeLocked != "secrets_locked" || SecretsLocked != "secrets_locked" {
		t.Error("codes of oura.Error and of troubles have drifted apart")
	}
}
