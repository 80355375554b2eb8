package app

import (
	"strings"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/sqlite"
)

// shownDeliveries is how many rows of the inspector make a page.
const shownDeliveries = 100

// ConnectionAPI is the screen Connection.
type ConnectionAPI struct{ b *backend }

// Get returns account, address, subscriptions and the newest deliveries.
func (a *ConnectionAPI) Get() (ConnectionView, error) {
	view := emptyConnection()
	e, err := a.b.live()
	if err != nil {
		return view, err
	}
	st, err := accountOf(a.b.ctx, e)
	if err != nil {
		return view, err
	}
	view.Account, view.Address, view.Settings = accountView(e, st), addressView(e), addressSettings(e)
	view.Types, view.Progress, view.Round = typeChoices(e, st), progressView(e), roundView(e)
	rows, err := e.Store().Subscriptions(a.b.ctx)
	if err != nil {
		return view, err
	}
	view.Subscriptions = grid(rows, e.Config().Types(), time.Now())
	page, err := deliveries(a.b.ctx, e, 0, "")
	view.Deliveries, view.MoreDeliveries = page.Rows, page.More
	return view, err
}

// Reconcile asks for a round over the subscriptions.
func (a *ConnectionAPI) Reconcile() error {
	return a.with(func(e *engine.Engine) error { return e.Reconcile() })
}

// SignOut forgets the account; what is stored of its data stays.
func (a *ConnectionAPI) SignOut() error {
	return a.with(func(e *engine.Engine) error { return e.Auth().Logout(a.b.ctx) })
}

// SaveAddress chooses how Oura reaches this program: auto, ngrok, own_url or
// none. An empty token keeps the stored one; what the environment decides is
// left as it is.
func (a *ConnectionAPI) SaveAddress(choice, ownURL, ngrokToken, ngrokDomain string) error {
	return a.with(func(e *engine.Engine) error {
		return e.SetAddress(a.b.ctx, engine.AddressForm{Choice: choice, OwnURL: ownURL, NgrokToken: ngrokToken, NgrokDomain: ngrokDomain})
	})
}

// ForgetNgrokToken removes the stored token.
func (a *ConnectionAPI) ForgetNgrokToken() error {
	return a.with(func(e *engine.Engine) error { return e.Config().SetNgrokAuthtoken(a.b.ctx, "") })
}

// SaveTypes chooses the types whose changes Oura announces.
func (a *ConnectionAPI) SaveTypes(types []string) error {
	return a.with(func(e *engine.Engine) error {
		return e.Config().Set(a.b.ctx, config.WebhookTypes, strings.Join(types, ","))
	})
}

// SaveMode chooses auto, live or polling.
func (a *ConnectionAPI) SaveMode(mode string) error {
	return a.with(func(e *engine.Engine) error { return e.Config().Set(a.b.ctx, config.Mode, mode) })
}

// CheckAddress looks at the public address from outside; the view changes when
// that is done.
func (a *ConnectionAPI) CheckAddress() error {
	return a.with(func(e *engine.Engine) error { return e.CheckAddress() })
}

// Renew starts another 90 days of one of our subscriptions.
func (a *ConnectionAPI) Renew(id string) error {
	return a.with(func(e *engine.Engine) error {
		_, err := e.RenewSubscription(a.b.ctx, id)
		return err
	})
}

// Delete ends one of our subscriptions.
func (a *ConnectionAPI) Delete(id string) error {
	return a.with(func(e *engine.Engine) error { return e.DeleteSubscription(a.b.ctx, id) })
}

// DeleteOurs ends all of our subscriptions and returns how many there were.
func (a *ConnectionAPI) DeleteOurs() (n int, err error) {
	err = a.with(func(e *engine.Engine) error {
		n, err = e.DeleteSubscriptions(a.b.ctx)
		return err
	})
	return n, err
}

// Refetch puts the document of one delivery back in the queue.
func (a *ConnectionAPI) Refetch(id int64) error {
	return a.with(func(e *engine.Engine) error { return e.Refetch(a.b.ctx, id) })
}

// Delivery returns one delivery with its body.
func (a *ConnectionAPI) Delivery(id int64) (DeliveryDetail, error) {
	e, err := a.b.live()
	if err != nil {
		return DeliveryDetail{}, err
	}
	d, err := e.Store().Delivery(a.b.ctx, id)
	return deliveryDetail(d), err
}

// Deliveries returns the page before a delivery's id, 0 for the newest; fetch
// narrows it to none, pending, done or parked, "" to nothing.
func (a *ConnectionAPI) Deliveries(before int64, fetch string) (DeliveryPage, error) {
	e, err := a.b.live()
	if err != nil {
		return DeliveryPage{Rows: []DeliveryRow{}}, err
	}
	return deliveries(a.b.ctx, e, before, sqlite.FetchState(fetch))
}

func (a *ConnectionAPI) with(do func(*engine.Engine) error) error {
	e, err := a.b.live()
	if err != nil {
		return err
	}
	err = do(e)
	a.b.ui.Emit(msgConnection, nil)
	return err
}
