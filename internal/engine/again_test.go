package engine

import (
	"fmt"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/status"
)

// TestWhole_SampleDataAtASecondStart opens the sample data again: what it knew is
// not taken for deleted, and nobody is asked to sign in.
func TestWhole_SampleDataAtASecondStart(t *testing.T) { // not beside others: it takes the time
	opt := Options{
		DataDir: t.TempDir(), KeyFile: t.TempDir() + "/key", Demo: true, Version: "test",
		Environ: []string{envAPIToken + "=" + testToken},
	}
	first := start(t, nil, opt)
	first.wait("some events", func() string { return want(len(first.events("")) >= 30, "too few") })
	known := first.engine.hub.Seq()
	first.stop()

	began := time.Now()
	p := start(t, nil, opt)
	p.wait("a round over everything", func() string {
		for _, dt := range oura.Fetchable() {
			if last := p.engine.poll.Last()[dt]; last.Err != nil || last.At.Before(began) {
				return fmt.Sprintf("%s was asked for at %v: %v", dt, last.At, last.Err)
			}
		}
		return ""
	})
	p.wait("news after the second start", func() string {
		return want(p.engine.hub.Seq() > known && p.engine.poll.Settled(), fmt.Sprintf("at %d, the rounds go on", p.engine.hub.Seq()))
	})
	if gone := p.events("event_type=delete"); len(gone) > 0 {
		t.Errorf("%d documents taken for deleted: %+v", len(gone), gone[0])
	}
	for _, code := range []string{status.SignInNeeded, status.NotConfigured, status.OuraDown} {
		if p.hasTrouble(code) {
			t.Errorf("the second start shows %s", code)
		}
	}
}

// TestF35_WhatANewSignInAllowsComesAtOnce gives a permission that was missing.
func TestF35_WhatANewSignInAllowsComesAtOnce(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port, "OURA_MODE=polling"))
	p.signIn("daily", "personal")
	p.wait("the refusal", func() string {
		return want(p.engine.poll.Last()[oura.Workout].Err != nil && p.engine.poll.Settled(), "workouts are not refused")
	})
	if _, err := sim.PutQuiet(ourasim.Doc{Type: oura.Workout, ID: "run", JSON: []byte(
		fmt.Sprintf(`{"id":"run","day":%q,"start_datetime":%q,"end_datetime":%q,"activity":"running"}`,
			oura.DayOf(p.engine.opt.Now()), stampOf(p), stampOf(p)))}); err != nil {
		t.Fatal(err)
	}
	p.signIn()
	p.wait("the workout", func() string { return want(len(p.events("data_type=workout")) == 1, "it did not come") })
}

func stampOf(p *program) string { return p.engine.opt.Now().UTC().Format("2006-01-02T15:04:05+00:00") }
