package engine

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/collect"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

// TestF30_QuietWebhooksAreSaid tells the user what a round found that nobody had
// announced.
func TestF30_QuietWebhooksAreSaid(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	p.signIn()
	p.subscribed()
	p.engine.polled(collect.Round{Kind: collect.KindWatch, Missed: 3})
	p.wait("the sentence", func() string {
		troubles := p.engine.Status().Snapshot().Troubles
		for _, tr := range troubles {
			if tr.Code == status.WebhooksQuiet && strings.Contains(tr.Text, "Found without an announcement: 3.") {
				return ""
			}
		}
		return fmt.Sprintf("%+v", troubles)
	})
}

// TestWhole_HistoryComesByItself signs in to an account with a past: the newest
// month comes first, then everything before it, once, over a restart too.
func TestWhole_HistoryComesByItself(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	today := oura.DayOf(time.Now())
	for back := 5; back < 800; back += 5 {
		day := today.Add(-back)
		id := fmt.Sprintf("old-%03d", back)
		doc := fmt.Sprintf(`{"id":%q,"day":%q,"score":%d,"contributors":{},"timestamp":"%sT00:00:00+00:00"}`, id, day, 50+back%40, day)
		if _, err := sim.PutQuiet(ourasim.Doc{Type: oura.DailySleep, ID: id, JSON: []byte(doc)}); err != nil {
			t.Fatal(err)
		}
	}
	opt := options(t, sim, port)
	p := start(t, sim, opt)
	p.signIn()
	count := func() int {
		docs, err := p.engine.store.Documents(t.Context(), sqlite.DocumentFilter{Type: oura.DailySleep, Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		return len(docs)
	}
	p.wait("all of the past", func() string { return want(count() == 159, fmt.Sprint(count())) })
	done := func() string {
		jobs, err := p.engine.Jobs(t.Context())
		return want(err == nil && len(jobs) > 0 && jobs[0].State == sqlite.JobDone && jobs[0].Kind == sqlite.JobHistory, fmt.Sprintf("%+v, %v", jobs, err))
	}
	p.wait("the end of the history", done)
	events, err := p.engine.store.Events(t.Context(), sqlite.EventFilter{Types: []oura.DataType{oura.DailySleep}, Limit: 1000, Ascending: true})
	if err != nil || len(events) != 159 || events[0].Source == oura.SourceBackfill || events[158].Source != oura.SourceBackfill {
		t.Errorf("%d events, %v", len(events), err)
	}
	jobs, _ := p.engine.Jobs(t.Context()) // read a moment ago
	p.stop()
	p = start(t, sim, opt)
	p.wait("the first round", func() string { return want(len(p.engine.Rounds()) > 0, "none") })
	if again, err := p.engine.Jobs(t.Context()); err != nil || len(again) != len(jobs) {
		t.Errorf("%d jobs after a restart, %d before, %v", len(again), len(jobs), err)
	}
}
