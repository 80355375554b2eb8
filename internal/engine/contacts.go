package engine

import (
	"cmp"
	"context"
	"maps"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strconv"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/tunnel"
	"oura-streaming/internal/update"
)

// Contact is a host that this program talks to, and for what. Contacts lists them
// all: whoever gives the program another way out adds it there and to
// docs/privacy.md, or TestU18 fails.
type Contact struct {
	Host   string // with its port unless that is 443; "" while it is not known
	Place  ContactPlace
	Uses   []ContactUse
	LastAt time.Time // zero: not since the program started
}

// ContactPlace tells how far what is said goes.
type ContactPlace string

// The places.
const (
	Outside ContactPlace = "outside" // it leaves this computer
	Browser ContactPlace = "browser" // the user's own browser takes it out
	Here    ContactPlace = "here"    // it stays on this computer
)

// ContactUse is one thing that a host is talked to for.
type ContactUse struct {
	Name  UseName
	State UseState
	Why   UseReason // of UseOff, and of a UseAsked that would be UseOn; else ""
}

// UseName names what a host is talked to for. The window and docs/privacy.md have
// the words.
type UseName string

// The uses.
const (
	UseData          UseName = "data"          // reading documents and samples
	UseTokens        UseName = "tokens"        // signing in, renewing that, signing out
	UseSpareTokens   UseName = "tokens_spare"  // the same at Oura's newer server
	UseSubscriptions UseName = "subscriptions" // asking Oura to announce changes
	UseCheck         UseName = "check"         // whether Oura answers
	UseTunnel        UseName = "tunnel"        // the connection to ngrok
	UseLook          UseName = "look"          // the own address, seen from outside
	UseProxy         UseName = "proxy"         // that of the environment, on the way
	UseUpdate        UseName = "update"        // whether there is a newer version
	UseWebView       UseName = "webview"       // what draws the window, on Windows
	UseEarlier       UseName = "earlier"       // talked to before the settings changed
	UseSignInPage    UseName = "sign_in_page"  // Oura's page in the browser
	UsePortal        UseName = "portal"        // Oura's page for applications
	UseReleasePage   UseName = "release_page"  // that of a newer version
	UseLocalAPI      UseName = "local_api"     // the listener for the owner's programs
	UseIngress       UseName = "ingress"       // the listener behind the user's own address
	UseSecondStart   UseName = "second_start"  // the listener that shows the window
)

// UseNames lists all uses.
func UseNames() []UseName {
	return []UseName{
		UseData, UseTokens, UseSpareTokens, UseSubscriptions, UseCheck, UseTunnel, UseLook, UseProxy, UseUpdate, UseWebView, UseEarlier,
		UseSignInPage, UsePortal, UseReleasePage, UseLocalAPI, UseIngress, UseSecondStart,
	}
}

// UseState tells whether the settings as they are now lead to it.
type UseState string

// The states.
const (
	UseOn     UseState = "on"     // by itself
	UseNeeded UseState = "needed" // by itself, when something else fails
	UseAsked  UseState = "asked"  // when the user asks for it
	UseOff    UseState = "off"
)

// UseReason tells why a use is not on.
type UseReason string

// The reasons.
const (
	ReasonAccount UseReason = "no_account"
	ReasonSignIn  UseReason = "sign_in_needed"
	ReasonPaused  UseReason = "paused"
	ReasonPolling UseReason = "polling"    // is chosen
	ReasonAddress UseReason = "no_address" // none is set up
	ReasonOwnURL  UseReason = "own_url"    // is used instead of ngrok
	ReasonNgrok   UseReason = "ngrok"      // is used instead of an address of the user's own
	ReasonPort    UseReason = "no_port"    // it is taken
	ReasonChoice  UseReason = "not_chosen" // the user has to switch it on
	ReasonBuild   UseReason = "no_release" // this build, or the sample data, never does it
)

// microsoft has the part of Windows that draws the window. The window's library
// fetches it from there where it is missing, after asking.
const microsoft = "go.microsoft.com"

// Contacts lists every host that the program talks to by the settings as they are
// now: first those outside, then those that the browser opens, then what stays on
// this computer. What was talked to since the start and is in no list any more
// comes as UseEarlier, so that none is left out.
func (e *Engine) Contacts(ctx context.Context) ([]Contact, error) {
	account, err := e.auth.Status(ctx)
	if err != nil {
		return nil, err
	}
	stored, _, err := e.store.Account(ctx)
	if err != nil {
		return nil, err
	}
	l := contactList{last: e.talks.all()}
	e.ouraContacts(ctx, &l, whoIs(account.UserID, account.NeedsSignIn), stored.TokenURL)
	e.addressContacts(&l)
	e.updateContact(&l)
	e.proxyContacts(&l)
	if runtime.GOOS == "windows" {
		l.add(Outside, microsoft, ContactUse{Name: UseWebView, State: UseAsked})
	}
	l.add(Browser, hostOf(e.opt.Hosts.Authorize), ContactUse{Name: UseSignInPage, State: UseAsked})
	l.add(Browser, hostOf(config.Portal), ContactUse{Name: UsePortal, State: UseAsked})
	l.add(Browser, hostOf(update.Pages), ContactUse{Name: UseReleasePage, State: UseAsked})
	e.listeners(&l)
	return l.finish(), nil
}

// whoIs is why nothing can be asked for in an account's name, "" when it can.
func whoIs(user string, needsSignIn bool) UseReason {
	switch {
	case user == "":
		return ReasonAccount
	case needsSignIn:
		return ReasonSignIn
	}
	return ""
}

// ouraContacts adds Oura's hosts; tokenURL is the token endpoint that the account
// works with, and missing why there is no account to work with.
func (e *Engine) ouraContacts(ctx context.Context, l *contactList, missing UseReason, tokenURL string) {
	h, paused := e.opt.Hosts, missing
	if paused == "" && e.isPaused() {
		paused = ReasonPaused
	}
	l.add(Outside, hostOf(h.API), ContactUse{UseData, onUnless(paused), paused})
	l.add(Outside, hostOf(h.API), e.subscriptionsUse(ctx, missing))
	l.add(Outside, hostOf(h.API), ContactUse{Name: UseCheck, State: UseNeeded})
	classic, spare := UseOn, UseNeeded
	switch {
	case missing != "":
		classic = UseAsked
	case tokenURL == h.NewToken:
		classic, spare = UseNeeded, UseOn
	}
	l.add(Outside, hostOf(h.Token), ContactUse{Name: UseTokens, State: classic})
	l.add(Outside, hostOf(h.Revoke), ContactUse{Name: UseTokens, State: classic})
	l.add(Outside, hostOf(h.NewToken), ContactUse{Name: UseSpareTokens, State: spare})
}

// subscriptionsUse tells of the rounds over Oura's list. Those left over after a
// sign-out are ended; single ones can be changed by hand at any time.
func (e *Engine) subscriptionsUse(ctx context.Context, missing UseReason) ContactUse {
	switch {
	case e.isLeft(ctx):
		return ContactUse{Name: UseSubscriptions, State: UseOn}
	case missing != "":
		return ContactUse{UseSubscriptions, UseOff, missing}
	case !e.hasAddress():
		return ContactUse{UseSubscriptions, UseAsked, e.whyNoAddress()}
	}
	return ContactUse{Name: UseSubscriptions, State: UseOn}
}

// addressContacts adds ngrok and the public address.
func (e *Engine) addressContacts(l *contactList) {
	kind, off := e.addressKind(), UseReason("")
	switch kind {
	case tunnel.KindNone:
		off = e.whyNoAddress()
	case tunnel.KindOwnURL:
		off = ReasonOwnURL
	}
	l.add(Outside, bareHost(cmp.Or(e.opt.Hosts.NgrokAddr, tunnel.NgrokAddr)), ContactUse{UseTunnel, onUnless(off), off})
	if kind == tunnel.KindNone {
		l.add(Outside, "", ContactUse{UseLook, UseOff, e.whyNoAddress()})
		return
	}
	l.add(Outside, e.publicHost(kind), ContactUse{Name: UseLook, State: UseOn})
}

// publicHost is the host of the public address, "" while ngrok has not told it.
func (e *Engine) publicHost(kind tunnel.Kind) string {
	if kind == tunnel.KindOwnURL {
		return hostOf(e.cfg.Get(config.PublicURL))
	}
	if a := e.Address(); a.Kind == tunnel.KindNgrok && a.URL != "" { // not that of the kind before
		return hostOf(a.URL)
	}
	return e.cfg.NgrokHost()
}

// proxyContacts adds what the environment puts before Oura's hosts, the public address
// and the place of newer versions; it can name another one, or none, for each.
func (e *Engine) proxyContacts(l *contactList) {
	h := e.opt.Hosts
	ways := []string{h.API, h.Token, h.Revoke, h.NewToken}
	if kind := e.addressKind(); kind != tunnel.KindNone {
		ways = append(ways, "https://"+e.publicHost(kind))
	}
	if e.asksForUpdates() {
		ways = append(ways, update.Host)
	}
	for _, way := range ways {
		if proxy := proxyOf(way); proxy != "" {
			l.add(Outside, proxy, ContactUse{Name: UseProxy, State: UseOn})
		}
	}
}

func (e *Engine) whyNoAddress() UseReason {
	if e.cfg.Get(config.Mode) == "polling" {
		return ReasonPolling
	}
	return ReasonAddress
}

// listeners adds the ports that are open on this computer, to this computer alone.
func (e *Engine) listeners(l *contactList) {
	api := ContactUse{UseLocalAPI, UseOff, ReasonPort}
	port := e.door.open()
	if port != 0 {
		api = ContactUse{Name: UseLocalAPI, State: UseOn}
	}
	l.add(Here, loopbackPort(cmp.Or(port, e.wantedPort())), api)
	in, off := loopbackPort(e.cfg.Port(config.IngressPort)), UseReason("")
	switch e.addressKind() {
	case tunnel.KindNone:
		off = e.whyNoAddress()
	case tunnel.KindNgrok:
		off = ReasonNgrok
	default:
		in = cmp.Or(e.Address().LocalAddr, in)
	}
	l.add(Here, in, ContactUse{UseIngress, onUnless(off), off})
	l.add(Here, "127.0.0.1", ContactUse{Name: UseSecondStart, State: UseOn})
}

func loopbackPort(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

func onUnless(why UseReason) UseState {
	if why != "" {
		return UseOff
	}
	return UseOn
}

// contactList collects uses by place and host.
type contactList struct {
	list []Contact
	last map[string]time.Time
}

// add adds a use. What goes to a loopback address stays here, whatever it is for:
// so does everything of the sample data.
func (l *contactList) add(place ContactPlace, host string, use ContactUse) {
	if name, _, err := net.SplitHostPort(host); err == nil && place != Here && config.IsLoopback(name) {
		place = Here
	}
	i := slices.IndexFunc(l.list, func(c Contact) bool { return c.Place == place && c.Host == host })
	if i < 0 {
		l.list = append(l.list, Contact{Host: host, Place: place, LastAt: l.last[host]})
		i = len(l.list) - 1
	}
	if !slices.Contains(l.list[i].Uses, use) {
		l.list[i].Uses = append(l.list[i].Uses, use)
	}
}

// finish adds what was talked to and is in no list, and puts the places in order.
func (l *contactList) finish() []Contact {
	for _, host := range slices.Sorted(maps.Keys(l.last)) {
		if !slices.ContainsFunc(l.list, func(c Contact) bool { return c.Host == host }) {
			l.add(Outside, host, ContactUse{Name: UseEarlier, State: UseOff})
		}
	}
	order := []ContactPlace{Outside, Browser, Here}
	slices.SortStableFunc(l.list, func(a, b Contact) int {
		return cmp.Compare(slices.Index(order, a.Place), slices.Index(order, b.Place))
	})
	return l.list
}

// hostOf is the host of an address as Contact has it.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return bareHost(u.Host)
}

// bareHost leaves out the port that goes without saying.
func bareHost(hostPort string) string {
	if host, port, err := net.SplitHostPort(hostPort); err == nil && port == "443" {
		return host
	}
	return hostPort
}

// proxyOf is the proxy that the environment puts before an address, "" without.
func proxyOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	proxy, err := http.ProxyFromEnvironment(&http.Request{URL: u})
	if err != nil || proxy == nil {
		return ""
	}
	return bareHost(proxy.Host)
}
