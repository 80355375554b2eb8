package engine

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/config"
)

// contact returns the listed use and its host; ok is false without one.
func (p *program) contact(name UseName) (c Contact, u ContactUse, ok bool) {
	p.t.Helper()
	list, err := p.engine.Contacts(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	for _, c := range list {
		for _, u := range c.Uses {
			if u.Name == name {
				return c, u, true
			}
		}
	}
	return c, u, false
}

func (p *program) wantUse(name UseName, state UseState, why UseReason) Contact {
	p.t.Helper()
	c, u, ok := p.contact(name)
	if !ok || u.State != state || u.Why != why {
		p.t.Errorf("%s is %q because of %q (listed: %v), want %q because of %q", name, u.State, u.Why, ok, state, why)
	}
	return c
}

func TestU18_TheListFollowsTheSettings(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	oura, api := hostOf(sim.Hosts().API), loopbackPort(port)
	p.wantUse(UseData, UseOff, ReasonAccount)
	p.wantUse(UseSubscriptions, UseOff, ReasonAccount)
	p.wantUse(UseTokens, UseAsked, "")
	p.wantUse(UseTunnel, UseOff, ReasonOwnURL)
	if c := p.wantUse(UseLocalAPI, UseOn, ""); c.Host != api || c.Place != Here {
		t.Errorf("the local API is at %s, %s; want %s on this computer", c.Host, c.Place, api)
	}

	before := time.Now().Round(0)
	p.signIn()
	p.subscribed()
	p.wantUse(UseTokens, UseOn, "")
	p.wantUse(UseSpareTokens, UseNeeded, "")
	p.wantUse(UseSubscriptions, UseOn, "")
	if c := p.wantUse(UseData, UseOn, ""); c.Host != oura || c.Place != Here || c.LastAt.Before(before) {
		t.Errorf("the pretend cloud is %s, %s, last talked to at %v; want %s on this computer, since %v", c.Host, c.Place, c.LastAt, oura, before)
	}
	public := hostOf(p.engine.cfg.Get(config.PublicURL))
	if c := p.wantUse(UseLook, UseOn, ""); c.Host != public || c.LastAt.Before(before) {
		t.Errorf("the own address is %s, last looked at %v; want %s, since %v", c.Host, c.LastAt, public, before)
	}
	p.wantUse(UseIngress, UseOn, "")

	must(t, p.engine.Pause(t.Context(), time.Now().Add(time.Hour)))
	p.wantUse(UseData, UseOff, ReasonPaused)
	p.wantUse(UseSubscriptions, UseOn, "")
	must(t, p.engine.Unpause(t.Context()))
	must(t, p.engine.cfg.Set(t.Context(), config.Mode, "polling"))
	p.wantUse(UseData, UseOn, "")
	p.wantUse(UseSubscriptions, UseAsked, ReasonPolling)
	p.wantUse(UseLook, UseOff, ReasonPolling)
	p.wantUse(UseIngress, UseOff, ReasonPolling)
	p.wantUse(UseTunnel, UseOff, ReasonPolling)
}

func TestU18_NgrokIsNotedWhileItIsTalkedTo(t *testing.T) {
	t.Parallel()
	before := time.Now().Round(0)
	p, edge := online(t)
	p.signIn()
	p.live(edge.URL())
	if c := p.wantUse(UseTunnel, UseOn, ""); c.Host != edge.Addr() || c.LastAt.Before(before) {
		t.Errorf("ngrok is %s, last talked to at %v; want %s, since %v", c.Host, c.LastAt, edge.Addr(), before)
	}
	if c := p.wantUse(UseLook, UseOn, ""); c.Host != hostOf(edge.URL()) || c.LastAt.Before(before) {
		t.Errorf("its address is %s, last looked at %v; want %s, since %v", c.Host, c.LastAt, hostOf(edge.URL()), before)
	}
	p.wantUse(UseIngress, UseOff, ReasonNgrok)
	if c, _, ok := p.contact(UseEarlier); ok {
		t.Errorf("%s is talked to and in no list", c.Host)
	}
}

func TestU18_WhatCannotBeReachedIsNotCalledTalkedTo(t *testing.T) {
	t.Parallel()
	nowhere := "http://127.0.0.1:1"
	p := start(t, nil, Options{
		DataDir: filepath.Join(t.TempDir(), "data"), KeyFile: filepath.Join(t.TempDir(), "key"), Version: "test",
		Hosts: config.Hosts{API: nowhere, Authorize: nowhere, Token: nowhere, NewToken: nowhere, Revoke: nowhere, LoopbackHTTP: true},
	})
	if err := p.engine.api.Check(t.Context()); err == nil {
		t.Fatal("somebody listens on port 1")
	}
	if c, _, _ := p.contact(UseCheck); !c.LastAt.IsZero() {
		t.Errorf("%s is said to have been talked to at %v", c.Host, c.LastAt)
	}
}

func TestU18_OfSampleDataNothingLeaves(t *testing.T) {
	t.Parallel()
	p := start(t, nil, Options{
		DataDir: filepath.Join(t.TempDir(), "data"), KeyFile: filepath.Join(t.TempDir(), "key"), Port: -1, Hosts: config.Oura(), Version: "test", Demo: true,
	})
	p.wait("the sample account", func() string { return want(p.engine.connectedUser() != "", "not connected") })
	p.wantUse(UseUpdate, UseOff, ReasonBuild)
	list, err := p.engine.Contacts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		for _, u := range c.Uses {
			if c.Place == Outside && (u.State != UseOff && u.State != UseAsked || !c.LastAt.IsZero()) {
				t.Errorf("%s is %s: %q", c.Host, u.State, u.Name)
			}
		}
	}
}

// everything lists the contacts of a release with each kind of public address.
func everything(t *testing.T) (all []Contact) {
	t.Helper()
	for _, environ := range [][]string{{"NGROK_AUTHTOKEN=" + testAuthtoken, "NGROK_DOMAIN=name.ngrok.app"}, {"OURA_PUBLIC_URL=https://hooks.example.org"}} {
		e, err := Open(t.Context(), Options{
			DataDir: filepath.Join(t.TempDir(), "data"), KeyFile: filepath.Join(t.TempDir(), "key"), Hosts: config.Oura(), Version: "test", Environ: environ,
		})
		if err != nil {
			t.Fatal(err)
		}
		list, err := e.Contacts(t.Context())
		must(t, err)
		must(t, e.Close())
		all = append(all, list...)
	}
	return all
}

// TestU18_ThePageNamesEveryHost holds docs/privacy.md and the window's words
// against the list.
func TestU18_ThePageNamesEveryHost(t *testing.T) {
	read := func(elements ...string) string {
		text, err := os.ReadFile(filepath.Join(append([]string{"..", ".."}, elements...)...))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	page, words := read("docs", "privacy.md"), read("frontend", "src", "lib", "texts", "contacts.ts")
	if !strings.Contains(read("README.md"), "(docs/privacy.md)") {
		t.Error("README.md does not lead to docs/privacy.md")
	}
	own := []string{"hooks.example.org", "name.ngrok.app"} // the page calls them the public address
	hosts := []string{microsoft}
	for _, c := range everything(t) {
		if c.Host != "" && c.Place != Here && !slices.Contains(own, c.Host) {
			hosts = append(hosts, c.Host)
		}
	}
	for _, host := range append(hosts, "127.0.0.1:8000", "127.0.0.1:8001") {
		if !strings.Contains(page, "`"+host+"`") {
			t.Errorf("docs/privacy.md does not name %s", host)
		}
	}
	for _, name := range UseNames() {
		said := regexp.MustCompile(`(?s)\n    ` + string(name) + `: \{\s*title: '([^']+)'.*?sent: '([^']+)'`).FindStringSubmatch(words)
		if said == nil {
			t.Errorf("the window has no words for %s", name)
			continue
		}
		for _, text := range said[1:] {
			if !strings.Contains(page, text) {
				t.Errorf("docs/privacy.md does not say %q of %s", text, name)
			}
		}
	}
	for _, why := range []UseReason{ReasonAccount, ReasonSignIn, ReasonPaused, ReasonPolling, ReasonAddress, ReasonOwnURL, ReasonNgrok, ReasonPort, ReasonChoice, ReasonBuild} {
		if !strings.Contains(words, "\n    "+string(why)+": '") {
			t.Errorf("the window has no words for the reason %s", why)
		}
	}
}

func TestU18_EveryUseIsListed(t *testing.T) {
	var listed []UseName
	for _, c := range everything(t) {
		for _, u := range c.Uses {
			listed = append(listed, u.Name)
		}
	}
	for _, name := range UseNames() {
		elsewhere := name == UseEarlier || name == UseProxy || name == UseWebView && runtime.GOOS != "windows"
		if !elsewhere && !slices.Contains(listed, name) {
			t.Errorf("%s is in no list", name)
		}
	}
	for _, name := range listed {
		if !slices.Contains(UseNames(), name) {
			t.Errorf("%s has no name in UseNames", name)
		}
	}
}
