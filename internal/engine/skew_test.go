package engine

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/status"
)

// askOura makes the program ask Oura something, whose answer bears a date.
func (p *program) askOura(times int) {
	p.t.Helper()
	for range times {
		if _, err := p.engine.api.Subscriptions(p.t.Context()); err != nil {
			p.t.Fatal(err)
		}
	}
}

// textOf returns the text of an open trouble, "" while it is not shown.
func (p *program) textOf(code string) string {
	for _, tr := range p.engine.status.Snapshot().Troubles {
		if tr.Code == code {
			return tr.Text
		}
	}
	return ""
}

func TestS25_ClockErrorIsMeasuredFromOurasDateAndSaid(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	p.askOura(3)
	if p.hasTrouble(status.ClockSkew) {
		t.Errorf("a right clock is called wrong: %s", p.textOf(status.ClockSkew))
	}
	for _, c := range []struct {
		off  time.Duration // Oura's clock before ours
		want string
	}{
		{7 * time.Minute, "This computer's clock is 7 minutes behind Oura's."},
		{-7 * time.Minute, "This computer's clock is 7 minutes ahead of Oura's."},
		{26 * time.Hour, "This computer's clock is 26 hours behind Oura's."},
		{-5 * 24 * time.Hour, "This computer's clock is 5 days ahead of Oura's."},
		{70 * time.Second, "This computer's clock is 1 minute behind Oura's."},
	} {
		sim.SetClock(func() time.Time { return time.Now().Add(c.off) })
		p.askOura(2)
		if got := p.textOf(status.ClockSkew); !strings.HasPrefix(got, c.want) {
			t.Errorf("off by %v: %q, want %q", c.off, got, c.want)
		}
	}
	sim.SetClock(nil)
	p.askOura(1)
	if !p.hasTrouble(status.ClockSkew) {
		t.Error("one answer took the trouble back")
	}
	p.askOura(1)
	if p.hasTrouble(status.ClockSkew) {
		t.Error("two answers that agree did not take the trouble back")
	}
}

// post sends a signed delivery that bears the time at.
func (p *program) post(body string, at time.Time) int {
	p.t.Helper()
	return p.knock(strings.NewReader(body), signature(body, at))
}

// signature are the headers with which Oura would send body at that time.
func signature(body string, at time.Time) map[string]string {
	stamp := fmt.Sprint(at.UnixMilli())
	return map[string]string{"x-oura-timestamp": stamp, "x-oura-signature": ourasim.Sign("sim-secret", stamp, []byte(body))}
}

func TestS25_AnOldDeliveryDoesNotAccuseAClockThatIsRight(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	p.signIn()
	p.subscribed()
	body := `{"event_type":"create","data_type":"daily_sleep","object_id":"night","event_time":"2026-01-01T08:00:00+00:00","user_id":"` + p.engine.connectedUser() + `"}`
	if got := p.post(body, time.Now().Add(-73*time.Hour)); got != http.StatusUnauthorized {
		t.Fatalf("status %d, want 401", got)
	}
	p.wait("the trouble", func() string { return want(p.hasTrouble(status.WrongTimes), "deliveries_wrong_time is not shown") })
	if p.hasTrouble(status.ClockSkew) {
		t.Error("the clock is blamed although it is right")
	}
	p.judged(func() time.Time { return time.Now().Add(time.Hour) }, func() bool { // now the clock explains it
		return p.hasTrouble(status.ClockSkew) && !p.hasTrouble(status.WrongTimes)
	})
	p.judged(nil, func() bool { return !p.hasTrouble(status.ClockSkew) && !p.hasTrouble(status.WrongTimes) })
}

// judged gives Oura another clock and asks until the verdict is as it should be:
// answers that the program's own requests had under way before still count.
func (p *program) judged(clock func() time.Time, is func() bool) {
	p.t.Helper()
	p.sim.SetClock(clock)
	p.wait("the verdict on the clock", func() string {
		p.askOura(1)
		return want(is(), fmt.Sprintf("troubles are %+v", p.engine.status.Snapshot().Troubles))
	})
}

func TestF51_AClockWrongByADayNeedsNoSignInAndIsShown(t *testing.T) {
	t.Parallel()
	for name, wrong := range map[string]time.Duration{"a day ahead": 24 * time.Hour, "a day behind": -24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			sim, port := cloud(t, func(o *ourasim.Options) {
				sw := ourasim.DefaultSwitches()
				sw.ExpiresIn, sw.RetrySpacing = 6*time.Hour, time.Second // the first try after a restart may meet the old, dead connection
				o.Switches = &sw
			})
			var ahead atomic.Int64
			opt := options(t, sim, port)
			opt.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
			p := start(t, sim, opt)
			p.signIn()
			p.subscribed()
			p.stop()

			ahead.Store(int64(wrong))
			p = start(t, sim, opt)
			p.subscribed()
			for n := range 3 { // fetched by REST even where the delivery's time does not fit
				doc := ourasim.Doc{Type: oura.DailySleep, ID: "night", JSON: fmt.Appendf(nil, `{"id":"night","day":"%s","n":%d}`, oura.DayOf(time.Now().Add(wrong)), n)}
				p.put(doc)
				p.wait("the document", func() string {
					return want(sameJSON(p.newestOf(oura.DailySleep, "night").Data, doc.JSON), "not there")
				})
				sim.ExpireAccess() // 401 is the truth and is answered by a refresh
			}
			p.wait("the clock to be measured", func() string {
				p.askOura(1)
				return want(strings.Contains(p.textOf(status.ClockSkew), "24 hours"), "deliveries_clock_skew is not shown")
			})
			if p.hasTrouble(status.SignInNeeded) {
				t.Error("a sign-in is asked for")
			}
			if n := sim.Ledger().TokenCalls("authorization_code"); n != 1 {
				t.Errorf("%d sign-ins, want the one at the start", n)
			}
			if n := sim.Ledger().TokenCalls("refresh_token"); n > 4 {
				t.Errorf("%d refreshes, want one for each 401 and one for the clock at most", n)
			}
			p.equalsLedger()
			ahead.Store(0)
			p.askOura(2)
			if p.hasTrouble(status.ClockSkew) {
				t.Error("the clock is right again and still called wrong")
			}
		})
	}
}
