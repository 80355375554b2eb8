package subscribe

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
)

// some picks up to n of ours.
func (y *year) some(n int) []ourasim.Subscription {
	all := y.ours(y.addresses...)
	y.rnd.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:min(n, len(all))]
}

func (y *year) newAddress() {
	y.addresses = append(y.addresses, fmt.Sprintf("https://home-%d.example%s", len(y.addresses), ownPath))
	y.move(y.addresses[len(y.addresses)-1])
}

func (y *year) startAgain() {
	y.stop()
	y.restart()
	y.stop = y.serve()
}

// once are faults of single calls of Oura's.
func (y *year) once(faults ...ourasim.Fault) {
	for i := range faults {
		faults[i].Prefix = "/v2/webhook/subscription"
	}
	y.sim.AddFaults(faults...)
}

// always answers every call of a method and path with a status until the block
// ends.
func (y *year) always(method, path string, status int, lasts time.Duration, b block) {
	b.end = y.sim.ClearFaults
	y.block(b, lasts, func() {
		y.sim.AddFaults(ourasim.Fault{Method: method, Prefix: "/v2/webhook/subscription" + path, Status: status, Times: -1})
	})
}

func (y *year) switched(lasts time.Duration, b block, change func(*ourasim.Switches)) {
	before := y.sim.Switches()
	b.end = func() {
		y.sim.Change(func(s *ourasim.Switches) {
			before.DuplicatePairStatus = s.DuplicatePairStatus
			*s = before
		})
	}
	y.block(b, lasts, func() { y.sim.Change(change) })
}

type strike struct {
	name   string
	strike func()
}

// script lists what can go wrong.
func (y *year) script() []strike {
	return slices.Concat(y.losses(), y.hiccups(), y.changes(), y.outages())
}

func (y *year) losses() []strike {
	const method = http.MethodPost
	return []strike{
		{"some removed", func() {
			for _, s := range y.some(1 + y.rnd.IntN(10)) {
				y.sim.RemoveSubscription(s.ID)
			}
		}},
		{"some expired", func() {
			for _, s := range y.some(1 + y.rnd.IntN(10)) {
				y.sim.ExpireSubscription(s.ID)
			}
		}},
		{"some expired and hidden", func() {
			for _, s := range y.some(1 + y.rnd.IntN(10)) {
				y.sim.ExpireSubscription(s.ID)
			}
			y.switched(time.Hour, block{hits: "none"}, func(s *ourasim.Switches) { s.ExpiredVanish = true })
		}},
		{"all cancelled", func() {
			for _, s := range y.some(1000) {
				y.sim.RemoveSubscription(s.ID)
			}
		}},
		{"doubles", func() {
			for _, s := range y.some(3) {
				s.ID, s.CallbackURL = "", y.addresses[y.rnd.IntN(len(y.addresses))]
				y.sim.PlantSubscription(s)
			}
		}},
		{"removed while creation hangs", func() {
			for _, s := range y.some(5) {
				y.sim.RemoveSubscription(s.ID)
			}
			y.once(ourasim.Fault{Method: method, Delay: time.Minute, Status: 504}, ourasim.Fault{Method: method, Delay: time.Minute, Status: 504, After: true},
				ourasim.Fault{Method: method, Drop: true}, ourasim.Fault{Method: method, Drop: true, After: true})
			y.keeper.Wake()
		}},
	}
}

func (y *year) hiccups() []strike {
	const post, put = http.MethodPost, http.MethodPut
	return []strike{
		{"creation hangs and fails", func() { y.once(ourasim.Fault{Method: post, Delay: time.Minute, Status: 504, Times: 2}) }},
		{"creation hangs and works", func() { y.once(ourasim.Fault{Method: post, Delay: time.Minute, Status: 504, After: true, Times: 2}) }},
		{"creation answers 403", func() { y.once(ourasim.Fault{Method: post, Status: 403, Times: 3}) }},
		{"change answers 403", func() { y.once(ourasim.Fault{Method: put, Status: 403, Times: 3}) }},
		{"change hangs", func() { y.once(ourasim.Fault{Method: put, Hang: true}) }},
		{"list answers 403", func() { y.once(ourasim.Fault{Method: http.MethodGet, Status: 403}) }},
		{"too many requests", func() {
			y.once(ourasim.Fault{Status: 429, Headers: map[string]string{"Retry-After": "900"}})
		}},
	}
}

func (y *year) changes() []strike {
	return []strike{
		{"another address", y.newAddress},
		{"another address and a restart in the middle", func() {
			y.newAddress()
			y.pass(time.Duration(y.rnd.IntN(12_000)) * time.Millisecond)
			y.startAgain()
		}},
		{"back to an old address", func() {
			y.addresses = append(y.addresses, y.addresses[y.rnd.IntN(len(y.addresses))])
			y.move(y.addresses[len(y.addresses)-1])
		}},
		{"restart", y.startAgain},
		{"a stranger comes", y.stranger},
		{"a stranger goes", func() {
			for id := range y.strangers {
				delete(y.strangers, id)
				y.sim.RemoveSubscription(id)
				return
			}
		}},
	}
}

func (y *year) outages() []strike {
	days := time.Duration(1+y.rnd.IntN(3)) * 24 * time.Hour
	failing := []int{403, 500, 502, 503}[y.rnd.IntN(4)]
	one := oura.Subscribable()[y.rnd.IntN(17)]
	return []strike{
		{"list fails for days", func() { y.always(http.MethodGet, "", failing, days, block{}) }},
		{"creation fails for hours", func() { y.always(http.MethodPost, "", 504, 8*time.Hour, block{}) }},
		{"renewal answers 403 for days", func() { y.always(http.MethodPut, "/renew", 403, days, block{hits: "none"}) }},
		{"one type answers 422", func() {
			y.switched(days, block{hits: one}, func(s *ourasim.Switches) { s.RefusedTypes = []string{string(one)} })
		}},
		{"handshakes minutes late", func() {
			hidden := y.rnd.IntN(2) == 0
			y.switched(6*time.Hour, block{hits: "none"}, func(s *ourasim.Switches) {
				s.LateHandshake, s.LateUnlisted, s.LateHandshakeDelay = true, hidden, 5*time.Minute
			})
		}},
		{"program off", func() {
			y.block(block{end: func() { y.restart(); y.stop = y.serve() }, silent: true}, days, y.stop)
		}},
		{"no public address", func() {
			there := y.addresses[len(y.addresses)-1]
			y.block(block{end: func() { y.move(there) }, silent: true}, 9*time.Hour, func() { y.move("") })
		}},
	}
}
