package subscribe

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// randomLength is from how many characters on the last part of a path cannot
// well have been thought up twice.
const randomLength = 16

// identity decides which subscriptions are ours: those at an address that is or
// was ours, and those at our own random path wherever it was reached.
type identity struct {
	urls []string // in plain form
	path string   // "" when there is none to go by
}

// identify collects what we know of our addresses. The store's rows carry the
// knowledge over a restart.
func (k *Keeper) identify(rows []sqlite.SubscriptionRow) identity {
	var id identity
	for _, r := range rows {
		if r.Ours && r.CallbackURL != "" {
			id.urls = append(id.urls, plain(r.CallbackURL))
		}
	}
	if k.opt.Known != nil {
		for _, u := range k.opt.Known() {
			id.urls = append(id.urls, plain(u))
		}
	}
	address := k.opt.Address()
	if address != "" {
		id.urls = append(id.urls, plain(address))
	}
	if k.opt.Path != nil {
		id.path = k.opt.Path()
	} else if p := pathOf(address); len(path.Base(p)) >= randomLength {
		id.path = p
	}
	return id
}

// owns tells whether s is ours.
func (id identity) owns(s oura.Subscription) bool {
	return slices.Contains(id.urls, plain(s.CallbackURL)) || id.path != "" && pathOf(s.CallbackURL) == id.path
}

// plain writes an address so that equal ones are equal as text: scheme and host
// in lower case, no default port.
func plain(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if u.Scheme == "https" {
		u.Host = strings.TrimSuffix(u.Host, ":443")
	}
	return u.String()
}

func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Path == "/" {
		return ""
	}
	return u.Path
}
