package subscribe

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
)

const day = 24 * time.Hour

// A whole year on fake time, every hour looked at: with a fault a day or so, of
// all kinds, no wanted pair stays without a subscription for more than a day
// longer than Oura or the program itself was out of reach. In the second half
// Oura takes only one subscription per pair.
func TestF64_OneSimulatedYear(t *testing.T) {
	t.Parallel()
	for seed := range seeds(t) {
		t.Run(fmt.Sprint("seed ", seed+1), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { liveAYear(t, uint64(seed+1)) })
		})
	}
}

// seeds is how many years to live; OURA_TEST_SEEDS asks for more than one.
func seeds(t *testing.T) int {
	text := os.Getenv("OURA_TEST_SEEDS")
	if text == "" {
		return 1
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func liveAYear(t *testing.T, seed uint64) {
	y := newYear(t, seed)
	defer func() { y.stop() }()
	for h := range 365 * 24 {
		if h == 365*12 {
			y.onePerPair()
		}
		y.hour()
		if h%24 == 0 && t.Failed() {
			t.Fatalf("day %d, faults %v", h/24, y.faults)
		}
	}
	quiet := y.rest20()
	t.Logf("longest without coverage %v, longest left over %v, %v of cell-hours dark in all; %d requests, %d in 20 quiet days; faults %v",
		y.worst, y.untidy, y.sum, len(y.log()), quiet, y.faults)
	if y.worst > day || y.untidy > day {
		t.Error("more than a day")
	}
	if !y.complete() || len(y.extraIn(y.sim.Subscriptions())) != 0 || len(y.ours(y.addresses...)) != 51 {
		t.Errorf("in the end dark %v, left over %v", y.sky.dark(), y.extraIn(y.sim.Subscriptions()))
	}
	if len(y.log()) > 60*365 || quiet > 40+51 {
		t.Errorf("%d requests, %d in 20 quiet days", len(y.log()), quiet)
	}
}

// rest20 lets twenty days pass without faults and tells how many requests they
// took.
func (y *year) rest20() int {
	for len(y.blocked) > 0 {
		y.pass(time.Hour)
		y.unblock()
	}
	y.sim.ClearFaults()
	y.pass(day)
	before := len(y.log())
	y.pass(20 * day)
	y.inspect(0)
	return len(y.log()) - before
}

func TestF64_ListFailsUntilTheMarginOfRenewal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newSky(t)
		w.lookSeldom()
		defer w.serve()()
		w.until(5*time.Minute, w.complete)
		w.pass(60 * day)
		w.sim.AddFaults(ourasim.Fault{Method: http.MethodGet, Prefix: "/v2/webhook", Status: 500, Times: -1})
		w.restart() // the old one has renewed nothing yet
		for range 29 * 24 {
			w.pass(time.Hour)
			if !w.complete() {
				t.Fatalf("dark %v", w.dark())
			}
		}
		w.sim.ClearFaults()
		w.pass(2 * time.Hour)
		for _, s := range w.sim.Subscriptions() {
			if left := time.Until(s.ExpiresAt); left < 80*day {
				t.Errorf("%s lives %v", s.ID, left)
			}
		}
		if n := w.count(http.MethodPost, time.Time{}); n != 51 {
			t.Errorf("%d POST", n)
		}
	})
}

// Oura may say that it does not know what its list shows. Such a subscription
// lives until just before its end and is made anew then, without a gap.
func TestF64_WhatOuraDoesNotRenewIsReplacedBeforeItEnds(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity} {
		for _, taken := range []int{0, http.StatusConflict} {
			t.Run(fmt.Sprint(status, " ", taken), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newSky(t)
					w.types = []oura.DataType{oura.Sleep}
					w.lookSeldom()
					w.sim.Change(func(s *ourasim.Switches) { s.DuplicatePairStatus = taken })
					w.sim.AddFaults(ourasim.Fault{Method: http.MethodPut, Prefix: "/v2/webhook/subscription/renew", Status: status, Times: -1})
					defer w.serve()()
					w.until(time.Minute, w.complete)
					for h := range 92 * 24 {
						if w.pass(time.Hour); !w.complete() {
							t.Fatalf("day %d: dark %v", h/24, w.dark())
						}
					}
					if n := len(w.sim.Subscriptions()); n != 3 || w.count(http.MethodPost, time.Time{}) > 9 {
						t.Errorf("%d subscriptions, %d POST", n, w.count(http.MethodPost, time.Time{}))
					}
				})
			})
		}
	}
}

// The wall clock counts, not the time a laptop was awake.
func TestF64_SleepDoesNotDelayTheAudit(t *testing.T) {
	for _, jump := range []time.Duration{3 * day, -3 * day} {
		t.Run(fmt.Sprint(jump), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newSky(t)
				defer w.serve()()
				w.until(5*time.Minute, w.complete)
				w.pass(time.Hour)
				w.sim.RemoveSubscription(w.sim.Subscriptions()[0].ID)
				w.set(func() { w.skew = jump })
				if took := w.until(2*time.Minute, w.complete); took > lookEvery+10*time.Second {
					t.Errorf("made again %v after waking", took)
				}
			})
		})
	}
}
