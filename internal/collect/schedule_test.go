package collect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

const (
	scheduleDocs = 3  // documents of one schedule
	scheduleLong = 24 // steps of one schedule
	sideBySide   = 24 // schedules that run at once
	restarts     = 6  // of the program while they run
	planUser     = "user-1"
	planType     = oura.Workout
)

// planned is one document as the cloud holds it, and the requests for it that
// are under way.
type planned struct {
	text string // "" while it is not there
	n    int    // revisions so far
}

// plan is one random schedule over its own documents, which lie on its own day. Its
// dice alone decide what happens next; the program's own speed decides the rest.
type plan struct {
	seed uint64
	n    int
	day  oura.Day

	mu      sync.Mutex // guards the fields below
	dice    *rand.Rand
	docs    map[string]*planned
	waiting []oura.Notification // announced, not yet delivered
	asked   []*request          // under way
	over    bool                // nothing is held up any more
}

// request is one that the cloud has not answered yet.
type request struct {
	steps int // of the schedule until it is answered
	free  chan struct{}
}

func newPlan(seed uint64, n int) *plan {
	p := &plan{
		seed: seed, n: n, day: oura.Day("2026-01-01").Add(n),
		dice: rand.New(rand.NewPCG(seed, uint64(n))), docs: map[string]*planned{},
	}
	for i := range scheduleDocs {
		p.docs[fmt.Sprintf("doc-%d-%d", n, i)] = &planned{}
	}
	return p
}

// pick returns one document's id. p.mu is held.
func (p *plan) pick() string {
	ids := slices.Sorted(maps.Keys(p.docs))
	return ids[p.dice.IntN(len(ids))]
}

// change makes, changes or deletes a document and announces it. p.mu is held.
func (p *plan) change() {
	id := p.pick()
	doc := p.docs[id]
	doc.n++
	op := oura.Update
	switch {
	case doc.text == "":
		op = oura.Create
	case p.dice.IntN(4) == 0:
		op = oura.Delete
	}
	if doc.text = fmt.Sprintf(`{"id":%q,"day":%q,"n":%d}`, id, p.day, doc.n); op == oura.Delete {
		doc.text = ""
	}
	n := noticed(op, planType, id, doc.n)
	n.UserID = planUser
	p.waiting = append(p.waiting, n)
	if p.dice.IntN(6) == 0 { // Oura sends some twice, and repeats what was not changed at all
		p.waiting = append(p.waiting, n)
	}
}

// hold says how long the next request is held up, and whether the cloud looks at
// the document at its begin or at its end.
func (p *plan) hold() (r *request, early, fails bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r = &request{steps: p.dice.IntN(4), free: make(chan struct{})}
	if p.over || r.steps == 0 {
		close(r.free)
	} else {
		p.asked = append(p.asked, r)
	}
	return r, p.dice.IntN(3) > 0, !p.over && p.dice.IntN(20) == 0
}

// pass lets a step go by, and with it what it was held up for; all lets go of
// everything for good. p.mu is held.
func (p *plan) pass(all bool) {
	p.over = p.over || all
	p.asked = slices.DeleteFunc(p.asked, func(r *request) bool {
		r.steps--
		if all || r.steps <= 0 {
			close(r.free)
			return true
		}
		return false
	})
}

func (p *plan) texts(id string) (docs []json.RawMessage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(p.docs)) {
		if doc := p.docs[name]; doc.text != "" && (id == "" || id == name) {
			docs = append(docs, json.RawMessage(doc.text))
		}
	}
	return docs
}

// answer reads what the cloud holds of id, "" for all of the day, and comes when
// the schedule lets it.
func (p *plan) answer(ctx context.Context, id string) ([]json.RawMessage, error) {
	r, early, fails := p.hold()
	before := p.texts(id)
	select {
	case <-r.free:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	switch {
	case fails:
		return nil, &oura.Error{Code: oura.CodeUnavailable, Message: "Oura is down."}
	case early:
		return before, nil
	}
	return p.texts(id), nil
}

// planCloud answers for all schedules.
type planCloud []*plan

func (c planCloud) Document(ctx context.Context, _ oura.DataType, id string) (json.RawMessage, error) {
	var n int
	if _, err := fmt.Sscanf(id, "doc-%d-", &n); err != nil {
		return nil, err
	}
	docs, err := c[n].answer(ctx, id)
	if err == nil && len(docs) == 0 {
		err = &oura.Error{Code: oura.CodeNotFound, Message: "Oura does not have this document."}
	}
	if err != nil {
		return nil, err
	}
	return docs[0], nil
}

func (c planCloud) Documents(ctx context.Context, _ oura.DataType, from, to oura.Day, each func([]json.RawMessage) error) error {
	for _, p := range c {
		if p.day < from || p.day > to {
			continue
		}
		docs, err := p.answer(ctx, "")
		if err == nil {
			err = each(docs)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// stage is the program that all schedules run against.
type stage struct {
	t     *testing.T
	store *sqlite.Store
	cloud planCloud
	stamp atomic.Int64

	mu      sync.Mutex // guards the fields below
	fetcher *Fetcher
	ctx     context.Context // of the program's present run
	stop    func()
}

// restart ends the program in the middle of whatever it does and starts it again.
func (s *stage) restart() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop != nil {
		s.stop()
	}
	f := NewFetcher(Options{
		Store: s.store, API: s.cloud, UserID: func() string { return planUser },
		Backoff: []time.Duration{time.Millisecond}, Concurrency: 2 * sideBySide, // some are held up by their schedule
	})
	ctx, cancel := context.WithCancel(s.t.Context())
	done := make(chan error, 1)
	go func() { done <- f.Serve(ctx) }()
	s.fetcher, s.ctx, s.stop = f, ctx, func() { cancel(); <-done }
}

func (s *stage) running() (*Fetcher, context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fetcher, s.ctx
}

func (s *stage) deliver(p *plan, n oura.Notification) {
	body, err := json.Marshal(n)
	if err == nil {
		_, _, err = s.store.InsertDelivery(s.t.Context(), sqlite.Delivery{
			ReceivedAt: time.Now(), Body: body, Timestamp: fmt.Sprint(s.stamp.Add(1)), SignatureForm: "raw",
			Notification: n, Verdict: sqlite.VerdictAccepted, Fetch: sqlite.FetchPending,
		})
	}
	if err != nil {
		s.t.Errorf("%s: deliver: %v", p, err)
	}
	f, _ := s.running()
	f.Wake()
}

// perform leads one schedule to its end: changes, announcements in any order, and
// rounds of polling beside them.
func (s *stage) perform(p *plan) {
	var polls sync.WaitGroup
	defer polls.Wait()
	for step := range scheduleLong {
		p.mu.Lock()
		p.pass(false)
		what, pause := p.dice.IntN(10), time.Duration(p.dice.IntN(3))*time.Millisecond
		var out []oura.Notification
		switch {
		case step < 3, what < 4:
			p.change()
		case what < 8 && len(p.waiting) > 0:
			i := p.dice.IntN(len(p.waiting))
			out = append(out, p.waiting[i])
			p.waiting = slices.Delete(p.waiting, i, i+1)
		}
		p.mu.Unlock()
		for _, n := range out {
			s.deliver(p, n)
		}
		if what == 9 {
			f, ctx := s.running()
			polls.Go(func() { s.poll(ctx, f, p) })
		}
		select {
		case <-time.After(pause):
		case <-s.t.Context().Done():
		}
	}
	p.mu.Lock()
	rest := p.waiting
	p.waiting = nil
	p.dice.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	p.mu.Unlock()
	for _, n := range rest {
		s.deliver(p, n)
	}
	p.mu.Lock()
	p.pass(true)
	p.mu.Unlock()
}

func (s *stage) poll(ctx context.Context, f *Fetcher, p *plan) {
	_, err := f.Reread(ctx, planType, p.day, p.day, oura.SourcePoll)
	if err != nil && !errors.Is(err, context.Canceled) && oura.CodeOf(err) != oura.CodeUnavailable {
		s.t.Errorf("%s: poll: %v", p, err)
	}
}

func (p *plan) String() string { return fmt.Sprintf("seed %d, schedule %d", p.seed, p.n) }

// check compares the end with the cloud's truth, and reads the story: no two
// events in a row may tell the same.
func (s *stage) check(p *plan) {
	for id, doc := range p.docs {
		got, err := s.store.Document(s.t.Context(), planUser, planType, id)
		here := string(got.Data)
		if err != nil || !got.DeletedAt.IsZero() {
			here = ""
		}
		if here != doc.text {
			s.t.Errorf("%s: %s ends as %q, at Oura it is %q: %s", p, id, here, doc.text, s.story(id))
		}
		var last *string
		for _, e := range s.events(id) {
			text := string(e.Data)
			if last != nil && *last == text {
				s.t.Errorf("%s: %s: the same is told twice: %s", p, id, s.story(id))
			}
			last = &text
		}
	}
}

func (s *stage) events(id string) []oura.Event {
	events, err := s.store.Events(s.t.Context(), sqlite.EventFilter{ObjectID: id, Ascending: true, Limit: 1000})
	if err != nil {
		s.t.Fatal(err)
	}
	return events
}

func (s *stage) story(id string) string {
	var told []string
	for _, e := range s.events(id) {
		told = append(told, fmt.Sprintf("%d %s %s %s", e.Seq, e.Source, e.EventType, e.Data))
	}
	return strings.Join(told, "; ")
}

// settled waits until nothing announced is waiting.
func (s *stage) settled() {
	deadline := time.After(time.Minute)
	for {
		if _, waiting, err := s.store.NextDue(s.t.Context()); err != nil || !waiting {
			if err != nil {
				s.t.Fatal(err)
			}
			return
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-deadline:
			s.t.Fatal("the queue does not empty")
		}
	}
}

func TestF21_RandomSchedulesEndRight(t *testing.T) {
	seed := uint64(time.Now().UnixNano()) // each run other ones; a failure names its own
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }() // the test is over
	s := &stage{t: t, store: store}
	for n := range schedules {
		s.cloud = append(s.cloud, newPlan(seed, n))
	}
	s.restart()
	began := time.Now()
	var ended atomic.Int64
	var players sync.WaitGroup
	queue := make(chan *plan)
	for range sideBySide {
		players.Go(func() {
			for p := range queue {
				s.perform(p)
				ended.Add(1)
			}
		})
	}
	for n, p := range s.cloud {
		if n%(schedules/restarts) == schedules/restarts/2 {
			s.restart()
		}
		queue <- p
	}
	close(queue)
	players.Wait()
	s.settled()
	s.stop()
	for _, p := range s.cloud {
		s.check(p)
	}
	deliveries, events := s.stamp.Load(), int64(0)
	if events, err = store.CountEvents(t.Context()); err != nil || events < schedules || deliveries < 3*schedules {
		t.Errorf("%d deliveries made %d events: too few to prove anything, %v", deliveries, events, err)
	}
	t.Logf("seed %d: %d schedules, %d deliveries, %d events, %d restarts in %v", seed, ended.Load(), deliveries, events, restarts, time.Since(began).Round(time.Millisecond))
}
