package subscribe

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"oura-streaming/internal/failpoint"
	"oura-streaming/internal/sqlite"
)

// SameAddress reports whether two callback URLs lead to the same place, however
// they are spelled.
func SameAddress(a, b string) bool { return plain(a) == plain(b) }

// addressBook is the setting that lists the callback URLs this program gave to
// Oura, oldest first, parted by spaces.
const addressBook = "callback_urls"

// bookSize bounds the address book. A forgotten address matters only as long as
// a subscription is there, and those are in the stored rows.
const bookSize = 100

// identity decides which subscriptions are ours: those at an address that is or
// was ours. Our random path alone proves nothing: a copy of the data folder has
// it too.
type identity struct {
	urls map[string]bool // in plain form
	path string          // our random path, "" when unknown
}

// identify collects what we know of our addresses.
func (k *Keeper) identify(ctx context.Context, rows []sqlite.SubscriptionRow) (identity, error) {
	book, err := k.book(ctx)
	if err != nil {
		return identity{}, err
	}
	id := identity{urls: map[string]bool{}}
	for _, u := range book {
		id.urls[plain(u)] = true
	}
	for _, r := range rows {
		if r.Ours && r.CallbackURL != "" {
			id.urls[plain(r.CallbackURL)] = true
		}
	}
	if k.opt.Path != nil {
		id.path = k.opt.Path()
	}
	return id, nil
}

func (k *Keeper) book(ctx context.Context) ([]string, error) {
	all, err := k.opt.Store.Settings(ctx)
	if err != nil || all[addressBook] == "" {
		return nil, err
	}
	var text string
	if err := json.Unmarshal([]byte(all[addressBook]), &text); err != nil {
		return nil, fmt.Errorf("setting %s: %w", addressBook, err)
	}
	return strings.Fields(text), nil
}

// remember writes an address down before Oura hears of it, so that whatever
// comes of it is known as ours even after a crash.
func (k *Keeper) remember(ctx context.Context, address string) error {
	book, err := k.book(ctx)
	if err != nil || slices.Contains(book, address) {
		return err
	}
	book = append(book, address)
	text, err := json.Marshal(strings.Join(book[max(0, len(book)-bookSize):], " "))
	if err != nil {
		return fmt.Errorf("address book: %w", err)
	}
	err = k.opt.Store.PutSettings(ctx, map[string]string{addressBook: string(text)})
	failpoint.Hit("subscribe.booked")
	return err
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
	if err != nil {
		return ""
	}
	return u.Path
}
