package ourasim

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
)

// Sim is a running pretend cloud. All methods may be called from any goroutine.
type Sim struct {
	opt     Options
	log     *slog.Logger
	profile map[string]json.RawMessage
	userID  string

	app        *application
	clock      *clock
	sw         *switchboard
	faults     *faultQueue
	limits     limiter
	book       *book
	library    *library
	series     *series
	subs       *subscriptions
	ledger     *Ledger
	out        *outbox
	eventTimes ticker
	outward    *http.Client // handshakes and deliveries

	handler http.Handler
	url     string // of the cloud, without trailing slash
	control string // of the control listener
	servers []*http.Server

	// ctx ends with Close. It is kept because the work it bounds (deliveries,
	// late handshakes, hanging answers) belongs to the Sim and to no call.
	ctx      context.Context
	cancel   context.CancelFunc
	workers  sync.WaitGroup
	underWay gate // requests and late handshakes
}

// Start builds the cloud and opens its loopback listener, and the control
// listener if asked. Close ends it.
func Start(opt Options) (*Sim, error) {
	s, err := build(opt.withDefaults())
	if err != nil {
		return nil, err
	}
	if err := s.open(); err != nil {
		s.Close()
		return nil, err
	}
	s.work()
	return s, nil
}

func build(opt Options) (*Sim, error) {
	s := &Sim{
		opt: opt, log: opt.Log.With("part", "ourasim"),
		app:   &application{id: opt.ClientID, secret: opt.ClientSecret, redirects: slices.Clone(opt.RedirectURIs)},
		clock: newClock(opt.Now), sw: &switchboard{now: opt.Switches.clone()}, faults: &faultQueue{},
		book: newBook(), library: newLibrary(), series: &series{sources: opt.Sources}, subs: &subscriptions{}, out: newOutbox(),
		outward: &http.Client{
			Transport:     opt.Transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	s.ledger = newLedger(s.library, s.series, s.clock.now, opt.KeepEntries)
	if err := s.fill(); err != nil {
		return nil, err
	}
	s.handler = &front{s, s.routes()}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s, nil
}

// fill puts in what the options bring; none of it is a change.
func (s *Sim) fill() error {
	if err := json.Unmarshal(s.opt.Profile, &s.profile); err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	if err := json.Unmarshal(s.profile["id"], &s.userID); err != nil || s.userID == "" {
		return fmt.Errorf("profile without id: %w", err)
	}
	now := s.clock.now()
	for _, doc := range s.opt.Documents {
		doc, err := doc.complete()
		if err != nil {
			return err
		}
		s.library.put(doc.Type, doc.ID, doc.JSON, time.Time{}, now)
	}
	for dt, rows := range s.opt.Series {
		s.series.add(dt, rows)
	}
	s.opt.Documents, s.opt.Series = nil, nil // the library has them
	return nil
}

// open takes both ports before it serves either: handlers name both addresses.
func (s *Sim) open() error {
	cloud, err := s.listen(s.opt.Port)
	if err != nil {
		return err
	}
	s.url = "http://" + cloud.Addr().String()
	if s.opt.Control {
		l, err := s.listen(s.opt.ControlPort)
		if err != nil {
			_ = cloud.Close() // served nobody yet
			return err
		}
		s.control = "http://" + l.Addr().String()
		s.serve(l, s.ControlHandler())
	}
	s.serve(cloud, s.handler)
	return nil
}

func (s *Sim) listen(port int) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(s.ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return nil, fmt.Errorf("open simulator port: %w", err)
	}
	return l, nil
}

func (s *Sim) serve(l net.Listener, h http.Handler) {
	srv := &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return s.ctx },
	}
	s.servers = append(s.servers, srv)
	s.workers.Go(func() { _ = srv.Serve(l) }) // always ErrServerClosed, from Close
}

// Close ends the cloud: listeners, requests, deliveries. Nothing of it is left
// running when Close returns.
func (s *Sim) Close() {
	s.cancel()
	s.out.close()
	for _, srv := range s.servers {
		_ = srv.Close() // the listener is gone either way
	}
	s.workers.Wait()
	s.underWay.close()
	s.outward.CloseIdleConnections()
}

func (s *Sim) deliverAll() {
	for p := s.out.take(); p != nil; p = s.out.take() {
		s.attempt(s.ctx, p)
	}
}

// Handler is the cloud without its listener.
func (s *Sim) Handler() http.Handler { return s.handler }

// URL is the cloud's address, without trailing slash.
func (s *Sim) URL() string { return s.url }

// ControlURL is the address of the control listener, "" without one; see
// ControlHandler.
func (s *Sim) ControlURL() string { return s.control }

// Hosts are the addresses to hand to the program under test. They sign in with
// the classic pair and know the new token endpoint.
func (s *Sim) Hosts() config.Hosts {
	return config.Hosts{
		API: s.url, Authorize: s.url + classicAuthorize, Token: s.url + classicToken,
		NewToken: s.url + newToken, Revoke: s.url + classicRevoke, LoopbackHTTP: true,
	}
}

// NewHosts are Hosts with the new provider's authorize and revoke addresses.
func (s *Sim) NewHosts() config.Hosts {
	h := s.Hosts()
	h.Authorize, h.Revoke = s.url+newAuthorize, s.url+newRevoke
	return h
}

// Client returns the application's registered id and secret.
func (s *Sim) Client() (id string, secret oura.Secret) {
	return s.app.id, oura.Secret(s.app.currentSecret())
}

// UserID is the id of personal_info and the user_id of notifications.
func (s *Sim) UserID() string { return s.userID }

// Ledger is the truth to compare with.
func (s *Sim) Ledger() *Ledger { return s.ledger }
