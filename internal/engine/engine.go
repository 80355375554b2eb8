package engine

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"oura-streaming/internal/auth"
	"oura-streaming/internal/backup"
	"oura-streaming/internal/collect"
	"oura-streaming/internal/config"
	"oura-streaming/internal/diagnose"
	"oura-streaming/internal/export"
	"oura-streaming/internal/hub"
	"oura-streaming/internal/ingress"
	"oura-streaming/internal/metrics"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/private"
	"oura-streaming/internal/retention"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
	"oura-streaming/internal/subscribe"
	"oura-streaming/internal/update"
	"oura-streaming/internal/vault"
)

// Options say where the program lives and whom it talks to.
type Options struct {
	DataDir string       // owned by this process: see Claim
	Port    int          // of the local API: 0 any free one, -1 as set
	Environ []string     // "NAME=value", as os.Environ
	Hosts   config.Hosts //
	Version string
	Demo    bool // run against the built-in simulator

	// Keychain returns the keychain entry of one data folder (its absolute path),
	// so that no two folders share a key. nil: key file only.
	Keychain func(dataDir string) vault.Keychain
	KeyFile  string           // "": the usual place outside the data folder
	Now      func() time.Time // nil: time.Now
	Log      *slog.Logger     // nil: discarded
	Recent   *diagnose.Ring   // its newest lines, for Diagnostics; nil: none are kept

	checkLimit, checkCalm time.Duration // 0: those constants; tests on a busy machine look longer
}

// Engine is the running program without a window. Open acquires what it needs,
// Serve runs it, Close gives back what Open took. All methods are safe for
// concurrent use.
type Engine struct {
	opt     Options
	log     *slog.Logger
	store   *sqlite.Store
	lock    *keyring
	cfg     *config.Config
	hub     *hub.Hub
	status  *status.Registry
	auth    *auth.Auth
	api     *ouraapi.Client
	fetch   *collect.Fetcher
	keeper  *subscribe.Keeper
	poll    *collect.Poller
	history *collect.Backfill
	exports *export.Exporter
	figures *metrics.Reader
	backups *backup.Keeper
	place   backup.Place
	demo    *demo // nil outside demo mode

	exporting exporting
	schedule  schedule

	retention *retention.Keeper

	door door // of the local API

	locked       atomic.Bool // the secrets cannot be read yet
	apiToken     oura.Secret // from the environment, "" without
	tokens       tokens      // of the local API, made by the user
	ingressPath  string
	verification oura.Secret
	address      address
	testRoots    *x509.CertPool // nil outside test builds
	userID       atomic.Value   // string, "" while no account is connected
	progress     progress
	refused      rejections
	deliveries   ingress.Counters // of all handlers since the start
	clock        clock
	reach        reach
	talks        *talks
	updates      *update.Checker
	updateBell   hub.Bell // what is known of a newer version has changed
	lastSieve    atomic.Pointer[diagnose.Sieve]
	startedAt    time.Time
	again        rereads
	pause        pause
	live         atomic.Bool     // Oura announces changes here
	lastDelivery atomic.Int64    // unix ms, 0: none yet
	traffic      collect.Traffic // work that history gives way to
	syncBell     hub.Bell        // rounds, jobs or a pause have changed
	reopen       chan struct{}
	restart      restart
	mark         mark
	revived      revivedNote // serveRevived's own once the engine runs
	look         look        // at the database before its opening
	notRestored  error       // why the backup that the last run asked for did not come back
	spoilt       spoilt
	close        sync.Once
}

// Open opens the data folder's store and secrets and the loopback port. It
// starts nothing. Codes: storage, invalid (a setting from the environment).
// A taken port and locked secrets are no errors: the engine runs and says so in
// its status.
func Open(ctx context.Context, opt Options) (*Engine, error) {
	opt, err := withDefaults(opt)
	if err != nil {
		return nil, err
	}
	e := &Engine{opt: opt, log: opt.Log, hub: hub.New(), status: status.New(opt.Now), reopen: make(chan struct{}, 1), again: newRereads(), reach: newReach(), talks: newTalks(opt.Now), startedAt: opt.Now().Round(0), restart: newRestart(), spoilt: newSpoilt()}
	e.place, e.backups = e.newPlace(), e.newKeeper()
	e.userID.Store("")
	e.exporting.wake, e.schedule.wake = make(chan struct{}, 1), make(chan struct{}, 1)
	e.address.check, e.address.grace = make(chan struct{}, 1), addressGrace
	if err := e.open(ctx); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

func (e *Engine) open(ctx context.Context) (err error) {
	if e.opt.Demo {
		mark := filepath.Join(e.opt.DataDir, sampleMark)
		if err := private.Replace(mark, []byte("This folder holds sample data of Oura Streaming, nobody's own.\n")); err != nil {
			return folderError(e.opt.DataDir, err)
		}
		if e.demo, err = newDemo(e.opt.Now); err != nil {
			return err
		}
		e.opt.Hosts.LoopbackHTTP = true
	}
	if err := e.loadTestRoots(); err != nil {
		return err
	}
	if err := e.prepareStore(ctx); err != nil {
		return err
	}
	if err := e.openStore(ctx); err != nil {
		return err
	}
	e.listen()
	if e.demo != nil {
		if err := e.store.PutSettings(ctx, map[string]string{sqlite.SampleData: quote("on")}); err != nil {
			return err
		}
		if err := e.forgetSampleAccount(ctx); err != nil {
			return err
		}
		if e.opt.Hosts, err = e.demo.start(e.redirect()); err != nil {
			return err
		}
	}
	e.join()
	return nil
}

// redirect is the address that must be registered with Oura.
func (e *Engine) redirect() string {
	if own := e.cfg.Get(config.RedirectURI); own != "" {
		return own
	}
	port := e.door.open()
	if port == 0 { // taken for now; this is what will be served
		port = e.wantedPort()
	}
	return "http://localhost:" + strconv.Itoa(port) + "/auth/callback"
}

// RedirectURI is the address that must be registered with Oura, letter by letter.
func (e *Engine) RedirectURI() string { return e.redirect() }

func withDefaults(opt Options) (Options, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	abs, err := openFolder(opt.DataDir)
	if err != nil {
		return opt, err
	}
	opt.DataDir = abs
	if opt.KeyFile == "" {
		opt.KeyFile, err = defaultKeyFile(abs)
	}
	return opt, err
}

func (e *Engine) openStore(ctx context.Context) (err error) {
	if e.store, err = sqlite.Open(ctx, e.databasePath(), sqlite.Options{Now: e.opt.Now, Log: e.log.With("part", "store")}); err != nil {
		return err
	}
	if err := e.openMark(ctx); err != nil {
		return err
	}
	env, err := e.environment()
	if err != nil {
		return err
	}
	if e.apiToken = oura.Secret(env[envAPIToken]); e.apiToken != "" && len(e.apiToken) < shortestToken {
		return &oura.Error{Code: oura.CodeInvalid, Message: fmt.Sprintf("The token in %s is too short to be safe. Use %d characters or more, for example what \"openssl rand -hex 32\" prints.", envAPIToken, shortestToken)}
	}
	e.lock = newKeyring(e)
	locked := e.lock.open(ctx, false)
	e.cfg, err = config.Load(ctx, e.store, e.lock, config.Options{Env: env, Hosts: e.opt.Hosts, Now: e.opt.Now})
	if err == nil && locked == nil {
		err = e.loadSealed(ctx)
	}
	if err != nil && oura.CodeOf(err) != oura.CodeLocked {
		return err
	}
	e.noteLocked(cmp.Or(locked, err))
	return e.loadCounters(ctx)
}

func (e *Engine) environment() (map[string]string, error) {
	if e.demo != nil {
		return e.demo.environment(e.opt.Environ), nil
	}
	return config.Environment(e.opt.DataDir, e.opt.Environ)
}

// loadCounters makes hub and status show what is stored already.
func (e *Engine) loadCounters(ctx context.Context) error {
	seq, err := e.store.LastSeq(ctx)
	if err != nil {
		return err
	}
	e.hub.Publish(seq)
	account, ok, err := e.store.Account(ctx)
	if err != nil {
		return err
	}
	if ok {
		e.userID.Store(account.UserID)
	}
	if err := e.loadUsage(ctx); err != nil {
		return err
	}
	if err := e.loadPause(ctx); err != nil {
		return err
	}
	if err := e.loadSchedule(ctx); err != nil {
		return err
	}
	if err := e.loadRevived(ctx); err != nil {
		return err
	}
	newest, err := e.store.Deliveries(ctx, sqlite.DeliveryFilter{Limit: 1})
	if err != nil {
		return err
	}
	if len(newest) == 1 {
		e.lastDelivery.Store(newest[0].ReceivedAt.UnixMilli())
	}
	return nil
}

// Close gives back what Open took. After Serve has returned it does nothing.
func (e *Engine) Close() error {
	var err error
	e.close.Do(func() {
		e.restart.end()
		for _, l := range e.door.take() {
			_ = l.Close() // it never served
		}
		if e.api != nil {
			e.api.Close()
		}
		if e.store != nil {
			err = errors.Join(e.store.Close(), e.closeMark())
		}
		if e.demo != nil {
			err = errors.Join(err, e.demo.Close())
		}
	})
	return err
}

// Version, DataDir and IsDemo say what runs here.
func (e *Engine) Version() string { return e.opt.Version }

// DataDir is the absolute path of the data folder.
func (e *Engine) DataDir() string { return e.opt.DataDir }

// IsDemo reports whether the data is sample data.
func (e *Engine) IsDemo() bool { return e.demo != nil }

// Store gives read access to events, documents, deliveries.
func (e *Engine) Store() *sqlite.Store { return e.store }

// Config gives the settings.
func (e *Engine) Config() *config.Config { return e.cfg }

// Auth gives the connection to the account.
func (e *Engine) Auth() *auth.Auth { return e.auth }

// Status tells what is wrong right now.
func (e *Engine) Status() *status.Registry { return e.status }

// Hub tells how far the event numbers have come.
func (e *Engine) Hub() *hub.Hub { return e.hub }

// APIURL is the address of the local API, "" when its port was taken.
func (e *Engine) APIURL() string {
	if port := e.door.open(); port != 0 {
		return "http://127.0.0.1:" + strconv.Itoa(port)
	}
	return ""
}

// KeyWhere tells where the key of the secrets lies.
func (e *Engine) KeyWhere() vault.Where { return e.lock.where() }
