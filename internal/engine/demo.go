package engine

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/ourasim/person"
)

const (
	demoClientID     = "sample-data"
	demoClientSecret = "sample-data-secret" // of the pretend cloud on loopback, which checks it like the real one
	demoSeed         = 20261122
	demoYears        = 5
	demoHistory      = 60 // days that the pretend cloud holds from the start

	demoFirstPace = 250 * time.Millisecond // between the first announcements, one per type
	demoPace      = 4 * time.Second        // between the later ones
)

// demo is the pretend cloud and the person whose ring syncs to it. Everything
// between the cloud and the window is the real path.
type demo struct {
	person *person.Person
	now    func() time.Time
	public int         // loopback port of the public address
	again  bool        // an earlier start left its events
	grown  atomic.Bool // the years before are there

	mu   sync.Mutex   // guards door and sim
	door net.Listener // holds the port until the tunnel takes it
	sim  *ourasim.Sim
}

// newDemo takes a port for the public address and makes up the person.
func newDemo(now func() time.Time) (*demo, error) {
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open the sample data's address: %w", err)
	}
	to := now()
	return &demo{
		now: now, door: door, public: door.Addr().(*net.TCPAddr).Port,
		person: person.New(person.Options{Seed: demoSeed, From: to.AddDate(-demoYears, 0, 0), To: to}),
	}, nil
}

// forgetSampleAccount forgets the sign-in of an earlier start: the pretend cloud
// of this one has never heard of it.
func (e *Engine) forgetSampleAccount(ctx context.Context) error {
	names, err := e.store.SecretNames(ctx)
	if err != nil {
		return err
	}
	if e.demo.again, err = e.store.HasEvents(ctx); err != nil {
		return err
	}
	tokens := slices.DeleteFunc(names, func(name string) bool { return !strings.HasPrefix(name, "token") })
	return e.store.RemoveAccount(ctx, tokens)
}

// start opens the pretend cloud, with one application that redirects to us.
func (d *demo) start(redirect string) (config.Hosts, error) {
	sim, err := ourasim.Start(ourasim.Options{
		ClientID: demoClientID, ClientSecret: demoClientSecret, RedirectURIs: []string{redirect},
		Profile: d.person.Profile(), Sources: ourasim.PersonSources(d.person), Now: d.now,
	})
	if err != nil {
		return config.Hosts{}, fmt.Errorf("start the sample data: %w", err)
	}
	d.mu.Lock()
	d.sim = sim
	d.mu.Unlock()
	return sim.Hosts(), nil
}

// Close ends the pretend cloud.
func (d *demo) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.sim != nil {
		d.sim.Close()
	}
	if d.door != nil {
		return d.door.Close()
	}
	return nil
}

// environment sets up the sample account. Of the user's own variables only
// those count that have nothing to do with an account.
func (d *demo) environment(environ []string) map[string]string {
	port := strconv.Itoa(d.public)
	env := map[string]string{
		"OURA_CLIENT_ID": demoClientID, "OURA_CLIENT_SECRET": demoClientSecret,
		"OURA_PUBLIC_URL": "http://127.0.0.1:" + port, "OURA_INGRESS_PORT": port,
	}
	for _, pair := range environ {
		if name, value, _ := strings.Cut(pair, "="); name == envAPIToken || name == "OURA_STREAMING_LOG" {
			env[name] = value
		}
	}
	return env
}

// listen hands the tunnel the port that has been held for it.
func (d *demo) listen(network, addr string) (net.Listener, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.door != nil && d.door.Addr().String() == addr {
		door := d.door
		d.door = nil
		return door, nil
	}
	return net.Listen(network, addr)
}

// serveDemo signs in as a person would, then lets the ring sync now and then.
func (e *Engine) serveDemo(ctx context.Context) error {
	newest, err := e.demo.fill(!e.demo.again)
	if err != nil {
		return err
	}
	begun, err := e.auth.BeginLogin(ctx)
	if err != nil {
		return err
	}
	if _, err := ourasim.Approve(ctx, begun.AuthorizeURL); err != nil {
		return fmt.Errorf("sign in to the sample data: %w", err)
	}
	if err := e.waitSubscribed(ctx); err != nil {
		return err
	}
	return e.demo.sync(ctx, newest, e.history.Wake)
}

// waitSubscribed returns when the pretend cloud holds all that is wanted. Our own
// rows may still be those of the last run.
func (e *Engine) waitSubscribed(ctx context.Context) error {
	for {
		if len(e.demo.sim.Subscriptions()) >= e.counts(ctx).Wanted {
			return nil
		}
		if !wait(ctx, 100*time.Millisecond) {
			return ctx.Err()
		}
	}
}

// sync announces the newest document of every type, then lets the person's life
// go on until ctx ends. The years before come in quietly meanwhile; grown hears
// when they are there.
func (d *demo) sync(ctx context.Context, newest []person.Doc, grown func()) error {
	for _, doc := range newest {
		if _, err := d.sim.Put(ourasim.PersonDoc(doc)); err != nil {
			return err
		}
		if !wait(ctx, demoFirstPace) {
			return ctx.Err()
		}
	}
	if err := d.reviseFirst(ctx, newest); err != nil {
		return err
	}
	var past sync.WaitGroup
	defer past.Wait()
	past.Go(func() {
		d.fillPast(ctx)
		d.grown.Store(true)
		grown()
	})
	return d.sim.Live(ctx, d.person, demoPace)
}

// reviseFirst changes what was announced first, so that there is a difference to
// look at from the start, and something new at every start.
func (d *demo) reviseFirst(ctx context.Context, newest []person.Doc) error {
	round := 1 + int(d.now().Unix()/60)%11
	for _, doc := range newest {
		if doc.Type != oura.DailySleep && doc.Type != oura.DailyReadiness && doc.Type != oura.DailyStress {
			continue
		}
		if _, err := d.sim.Put(ourasim.PersonDoc(d.person.Revise(doc, round))); err != nil {
			return err
		}
		if !wait(ctx, demoFirstPace) {
			return ctx.Err()
		}
	}
	return nil
}

// fillPast gives the cloud the years before, month by month.
func (d *demo) fillPast(ctx context.Context) {
	to := oura.DayOf(d.now()).Add(-demoHistory - 1)
	first := oura.DayOf(d.now().AddDate(-demoYears, 0, 0))
	for to > first && ctx.Err() == nil {
		from := max(first, to.Add(-30))
		for _, doc := range d.person.DocumentsBetween(from, to) {
			if _, err := d.sim.PutQuiet(ourasim.PersonDoc(doc)); err != nil {
				return // the sample data is only shorter
			}
		}
		to = from.Add(-1)
	}
}

// fill gives the cloud the last weeks without announcing them and returns the
// newest document of each type. The first time it keeps those back, to be
// announced as new; later on they are known, and would look deleted.
func (d *demo) fill(first bool) ([]person.Doc, error) {
	today := oura.DayOf(d.now())
	newest := map[oura.DataType]person.Doc{}
	for _, doc := range d.person.DocumentsBetween(today.Add(-demoHistory), today) {
		if former, ok := newest[doc.Type]; ok {
			if _, err := d.sim.PutQuiet(ourasim.PersonDoc(former)); err != nil {
				return nil, err
			}
		}
		newest[doc.Type] = doc
	}
	out := d.inOrder(newest)
	if first {
		return out, nil
	}
	for _, doc := range out {
		if _, err := d.sim.PutQuiet(ourasim.PersonDoc(doc)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// inOrder puts the newest documents in the catalogue's order. A type without a
// document in the last weeks brings its newest one from the years before.
func (d *demo) inOrder(newest map[oura.DataType]person.Doc) []person.Doc {
	var out []person.Doc
	for _, dt := range oura.Fetchable() {
		if doc, ok := newest[dt]; ok {
			out = append(out, doc)
		} else if all := d.person.DocumentsOf(dt); len(all) > 0 {
			out = append(out, all[len(all)-1])
		}
	}
	return out
}
