// Package update asks, where the user wants it, whether there is a newer version:
// one request a day at most, which says nothing about who asks. It downloads
// nothing and installs nothing. A build that is no release never asks.
package update

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"oura-streaming/internal/config"
)

// Host is where releases are asked for, and Pages where they are shown.
const (
	Host  = "https://api.github.com"
	Pages = "https://github.com"
)

// project is "owner/name" of the repository that made this build, set when a
// release is linked. A build without it belongs to nobody, so there is nobody to ask.
var project string

const (
	every   = 24 * time.Hour
	look    = time.Hour // how often the wall clock is looked at: timers stand still in sleep
	limit   = 20 * time.Second
	largest = 1 << 20 // of an answer
)

// Settings keep what the user chose and when was asked last.
type Settings interface {
	Get(n config.Name) string
	Set(ctx context.Context, n config.Name, value string) error
}

// Options are what a Checker needs.
type Options struct {
	Version  string // of this program
	Settings Settings
	Watch    func(http.RoundTripper) http.RoundTripper // notes what is said; nil: nobody does
	Changed  func()                                    // hears of each answer; nil: nobody does
	Now      func() time.Time
	Log      *slog.Logger

	project, host string // "": this build's; tests have others
}

// Checker asks for the newest version and remembers the answer. It is safe for
// concurrent use.
type Checker struct {
	opt    Options
	own    version
	client *http.Client
	wake   chan struct{}
	asking sync.Mutex // one question at a time
}

// State is what the window shows.
type State struct {
	Possible bool      // this build is a release and knows whom to ask
	On       bool      // the user wants it
	AskedAt  time.Time // zero: never
	Latest   string    // "v1.2.3" when that is newer than this program, else ""
	Page     string    // where Latest is shown, "" without
	Told     bool      // the user has put the notice about Latest away
}

// New makes a Checker that asks nothing yet.
func New(opt Options) *Checker {
	if opt.project == "" {
		opt.project = project
	}
	if opt.host == "" {
		opt.host = host()
	}
	if opt.Changed == nil {
		opt.Changed = func() {}
	}
	transport := http.DefaultTransport.(*http.Transport).Clone() // the standard library's own type
	transport.DisableKeepAlives = true                           // one request a day holds nothing open
	var way http.RoundTripper = transport
	if opt.Watch != nil {
		way = opt.Watch(way)
	}
	own, _ := parse(opt.Version) // what cannot be read is no release
	return &Checker{
		opt: opt, own: own, wake: make(chan struct{}, 1),
		client: &http.Client{Transport: way, Timeout: limit, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
}

// Possible reports whether this build can ask at all.
func (c *Checker) Possible() bool { return c.opt.project != "" && c.own.release }

// State tells what is known.
func (c *Checker) State() State {
	st := State{Possible: c.Possible(), On: c.on()}
	st.AskedAt, _ = time.Parse(time.RFC3339, c.opt.Settings.Get(config.UpdateAsked)) // "" before the first time
	found := c.opt.Settings.Get(config.UpdateFound)
	latest, ok := parse(found)
	if st.Possible && st.On && ok && c.own.before(latest) {
		st.Latest, st.Page = found, c.page(found)
		st.Told = c.opt.Settings.Get(config.UpdateTold) == found
	}
	return st
}

func (c *Checker) on() bool { return c.opt.Settings.Get(config.UpdateCheck) == "on" }

// page is made of what we know, never of what the answer says.
func (c *Checker) page(tag string) string {
	return Pages + "/" + c.opt.project + "/releases/tag/" + url.PathEscape(tag)
}

// PutAway keeps the notice about the version it shows now from coming again.
func (c *Checker) PutAway(ctx context.Context) error {
	st := c.State()
	if st.Latest == "" {
		return nil
	}
	if err := c.opt.Settings.Set(ctx, config.UpdateTold, st.Latest); err != nil {
		return err
	}
	c.opt.Changed()
	return nil
}

// Wake makes Serve look again: a setting has changed.
func (c *Checker) Wake() {
	select {
	case c.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// Serve asks once a day while the user wants it, until ctx ends.
func (c *Checker) Serve(ctx context.Context) error {
	if !c.Possible() {
		<-ctx.Done()
		return ctx.Err()
	}
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		c.askIfDue(ctx)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		case <-c.wake:
		}
	}
}

// askIfDue asks when the last time was a day ago, or lies in the future because
// the clock was wrong. An attempt that fails counts: nobody is asked twice a day.
func (c *Checker) askIfDue(ctx context.Context) {
	c.asking.Lock()
	defer c.asking.Unlock()
	now := c.opt.Now()
	since := now.Sub(c.State().AskedAt)
	if !c.on() || !c.Possible() || since >= 0 && since < every {
		return
	}
	if err := c.opt.Settings.Set(ctx, config.UpdateAsked, now.UTC().Format(time.RFC3339)); err != nil {
		c.opt.Log.WarnContext(ctx, "time of the question not kept", "err", err)
		return // or it would be asked again and again
	}
	defer c.opt.Changed()
	tag, err := c.ask(ctx)
	if err != nil {
		c.opt.Log.InfoContext(ctx, "newest version unknown", "err", err)
		return
	}
	if tag == c.opt.Settings.Get(config.UpdateFound) {
		return
	}
	if err := c.opt.Settings.Set(ctx, config.UpdateFound, tag); err != nil {
		c.opt.Log.WarnContext(ctx, "newest version not kept", "err", err)
	}
}

// ask returns the tag of the newest release.
func (c *Checker) ask(ctx context.Context) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.opt.host+"/repos/"+c.opt.project+"/releases/latest", nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("User-Agent", "oura-streaming") // without one the answer is a refusal
	req.Header.Set("Accept", "application/json")
	res, err := c.client.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("answer %d", res.StatusCode)
	}
	var latest struct {
		Tag        string `json:"tag_name"`
		Draft      bool   `json:"draft"`
		Prerelease bool   `json:"prerelease"`
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, largest)).Decode(&latest); err != nil {
		return "", fmt.Errorf("answer: %w", err)
	}
	if v, ok := parse(latest.Tag); !ok || !v.release || v.pre != "" || latest.Draft || latest.Prerelease {
		return "", errors.New("the answer names no released version")
	}
	return latest.Tag, nil
}
