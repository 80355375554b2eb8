package subscribe

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
)

// year is a sky with a seeded script of faults, looked at every hour.
type year struct {
	*sky
	rnd  *rand.Rand
	stop func()

	addresses []string                        // every one the program ever had
	strangers map[string]ourasim.Subscription // as planted
	one       bool                            // Oura takes one subscription per pair
	blocked   []block
	dark      map[cell]time.Duration   // without coverage although nothing hinders
	surplus   map[string]time.Duration // orphans and doubles, by id
	checked   int                      // requests, for those of strangers
	worst     time.Duration            // longest of dark
	untidy    time.Duration            // longest of surplus
	sum       time.Duration            // over all cells, blocked hours too
	faults    map[string]int
}

// block is a fault that lasts: while it does, nobody could make things right.
type block struct {
	until  time.Time
	end    func()
	hits   oura.DataType // "" all
	silent bool          // nothing else may go wrong meanwhile
}

func newYear(t *testing.T, seed uint64) *year {
	y := &year{
		sky: newSky(t), rnd: rand.New(rand.NewPCG(seed, 64)), addresses: []string{home},
		strangers: map[string]ourasim.Subscription{}, dark: map[cell]time.Duration{}, surplus: map[string]time.Duration{}, faults: map[string]int{},
	}
	y.sim.Change(func(s *ourasim.Switches) { s.DuplicatePairStatus = 0 })
	for range 5 {
		y.stranger()
	}
	y.lookSeldom()
	y.stop = y.serve()
	return y
}

// onePerPair makes Oura refuse a second subscription of a pair from now on.
func (y *year) onePerPair() {
	y.one = true
	y.sim.Change(func(s *ourasim.Switches) { s.DuplicatePairStatus = http.StatusConflict })
	for id, s := range y.strangers {
		if s.DataType != "future_type" {
			delete(y.strangers, id)
			y.sim.RemoveSubscription(id)
		}
	}
}

// hour lets one pass, with a fault now and then, and looks.
func (y *year) hour() {
	y.unblock()
	quiet := slices.ContainsFunc(y.blocked, func(b block) bool { return b.silent })
	if !quiet && y.rnd.IntN(24) == 0 {
		script := y.script()
		f := script[y.rnd.IntN(len(script))]
		y.faults[f.name]++
		f.strike()
	}
	y.pass(time.Hour)
	y.inspect(time.Hour)
}

func (y *year) unblock() {
	y.blocked = slices.DeleteFunc(y.blocked, func(b block) bool {
		if time.Now().Before(b.until) {
			return false
		}
		if b.end != nil {
			b.end()
		}
		return true
	})
}

// block begins a lasting fault unless one lasts already.
func (y *year) block(b block, lasts time.Duration, begin func()) {
	if len(y.blocked) > 0 {
		return
	}
	b.until = time.Now().Add(lasts)
	y.blocked = append(y.blocked, b)
	begin()
}

func (y *year) isBlocked(dt oura.DataType) bool {
	return slices.ContainsFunc(y.blocked, func(b block) bool { return b.hits == "" || b.hits == dt })
}

// inspect notes what is not covered and what is left over.
func (y *year) inspect(since time.Duration) {
	y.t.Helper()
	dark := map[cell]time.Duration{}
	all := y.sim.Subscriptions()
	for _, c := range y.darkIn(all) {
		dark[c], y.sum = y.dark[c], y.sum+since
		if !y.isBlocked(c.dt) {
			dark[c] += since
		}
		y.worst = max(y.worst, dark[c])
	}
	y.dark = dark
	surplus := map[string]time.Duration{}
	for _, s := range y.extraIn(all) {
		surplus[s.ID] = y.surplus[s.ID]
		if !y.isBlocked(s.DataType) {
			surplus[s.ID] += since
		}
		y.untidy = max(y.untidy, surplus[s.ID])
	}
	y.surplus = surplus
	y.watchStrangers(all)
}

// extraIn lists ours beyond one per wanted cell at the present address.
func (y *year) extraIn(all []ourasim.Subscription) (out []ourasim.Subscription) {
	there := map[string]bool{}
	for _, a := range y.addresses {
		there[a] = true
	}
	seen := map[cell]bool{}
	for _, s := range all {
		c := cell{s.DataType, s.EventType}
		if !there[s.CallbackURL] {
			continue
		}
		if s.CallbackURL != y.addresses[len(y.addresses)-1] || seen[c] {
			out = append(out, s)
		}
		seen[c] = true
	}
	return out
}

// stranger plants a subscription of another program. Where Oura takes one per
// pair only, it is of a pair that this program does not want.
func (y *year) stranger() {
	urls := []string{
		"https://other.example/hook",
		"https://copy.example" + ownPath,
		strings.TrimSuffix(y.addresses[len(y.addresses)-1], ownPath) + "/webhooks/ffff456789abcdef0123",
		y.addresses[len(y.addresses)-1] + "/",
	}
	s := ourasim.Subscription{
		CallbackURL: urls[y.rnd.IntN(len(urls))], EventType: oura.Operations()[y.rnd.IntN(3)],
		DataType: "future_type", ExpiresAt: time.Now().AddDate(3, 0, 0),
	}
	if y.rnd.IntN(4) == 0 {
		s.EventType = "archive"
	} else if !y.one {
		s.DataType = oura.Subscribable()[y.rnd.IntN(17)]
	}
	s.ID = y.sim.PlantSubscription(s)
	s.Confirmed = true
	y.strangers[s.ID] = s
}

func (y *year) watchStrangers(all []ourasim.Subscription) {
	y.t.Helper()
	left := 0
	for _, s := range all {
		if was, ok := y.strangers[s.ID]; ok {
			left++
			if s != was {
				y.t.Errorf("a stranger became %+v, was %+v", s, was)
			}
		}
	}
	if left != len(y.strangers) {
		y.t.Errorf("%d of %d strangers are left", left, len(y.strangers))
	}
	y.mu.Lock()
	fresh := y.requests[y.checked:]
	y.checked = len(y.requests)
	y.mu.Unlock()
	for _, r := range fresh {
		if _, ok := y.strangers[r.id]; ok {
			y.t.Errorf("%s of a stranger's subscription", r.method)
		}
	}
}
