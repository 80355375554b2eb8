package app

import (
	"encoding/json"
	"math"
	"time"

	"oura-streaming/internal/auth"
	"oura-streaming/internal/config"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/tunnel"
)

// shownDeliveries is how many rows the inspector shows.
const shownDeliveries = 100

// ConnectionAPI is the screen Connection.
type ConnectionAPI struct{ b *backend }

// Get returns account, address, subscriptions and the newest deliveries.
func (a *ConnectionAPI) Get() (ConnectionView, error) {
	view := ConnectionView{
		Account:       AccountView{Scopes: []string{}, MissingScopes: []string{}},
		Subscriptions: []SubscriptionCell{}, Deliveries: []DeliveryRow{},
	}
	e, err := a.b.live()
	if err != nil {
		return view, err
	}
	st, err := e.Auth().Status(a.b.ctx)
	if err != nil {
		return view, err
	}
	view.Account = accountView(e, st)
	view.Address = addressView(e)
	p := e.Progress()
	view.Progress = ProgressView{Running: p.Running, Done: p.Done, Total: p.Total, Message: p.Message}
	rows, err := e.Store().Subscriptions(a.b.ctx)
	if err != nil {
		return view, err
	}
	view.Subscriptions, view.LastReconcileAt = grid(rows, e.Config().Types(), time.Now())
	deliveries, err := e.Store().Deliveries(a.b.ctx, sqlite.DeliveryFilter{Limit: shownDeliveries})
	for _, d := range deliveries {
		view.Deliveries = append(view.Deliveries, deliveryRow(d))
	}
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

// SavePublicURL stores the user's own public address, "" for none.
func (a *ConnectionAPI) SavePublicUrl(url string) error { //nolint:revive // the window's spelling
	return a.with(func(e *engine.Engine) error { return e.Config().Set(a.b.ctx, config.PublicURL, url) })
}

// Refetch puts the document of one delivery back in the queue.
func (a *ConnectionAPI) Refetch(id int64) error {
	return a.with(func(e *engine.Engine) error { return e.Refetch(a.b.ctx, id) })
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

func accountView(e *engine.Engine, st auth.Status) AccountView {
	var profile struct {
		Email string `json:"email"`
	}
	_ = json.Unmarshal(st.Profile, &profile) // a profile without e-mail is shown without
	view := AccountView{
		Connected: st.UserID != "", UserID: st.UserID, Email: profile.Email, Scopes: words(st.Scopes),
		MissingScopes: append([]string{}, e.MissingScopes(st)...), ScopesKnown: st.ScopesKnown,
		ConnectedAt: instant(st.ConnectedAt), NeedsSignIn: st.NeedsSignIn,
	}
	if st.ExpiresIn > 0 {
		view.ExpiresAt = instant(time.Now().Add(st.ExpiresIn))
	}
	return view
}

func addressView(e *engine.Engine) AddressView {
	state, why := e.Tunnel()
	view := AddressView{
		Kind: string(state.Kind), URL: e.Config().Get(config.PublicURL), State: string(state.Word),
		Since: instant(state.Since), LocalAddr: state.LocalAddr,
	}
	if e.IsDemo() {
		view.Kind = "demo"
	}
	if why == nil {
		why = state.Err
	}
	if why != nil {
		view.Reason = oura.MessageOf(why)
	}
	if state.Word == tunnel.Online && e.Callback() == "" {
		view.State = string(tunnel.Starting) // our side is ready, the outside is not proven
	}
	return view
}

// grid shows every pair of type and operation: as read, or missing. Pairs of
// types that are not wanted and not there are left out.
func grid(rows []sqlite.SubscriptionRow, wanted []oura.DataType, now time.Time) (cells []SubscriptionCell, readAt string) {
	type pair struct {
		dt oura.DataType
		op oura.Operation
	}
	cells = []SubscriptionCell{}
	seen := map[pair]bool{}
	for _, r := range rows {
		if r.Ours || r.State == "failed" {
			seen[pair{r.DataType, r.EventType}] = true
		}
		cells = append(cells, cell(r, now))
		readAt = max(readAt, instant(r.ReadAt))
	}
	for _, dt := range wanted {
		for _, op := range oura.Operations() {
			if !seen[pair{dt, op}] {
				cells = append(cells, SubscriptionCell{DataType: string(dt), EventType: string(op), State: "missing"})
			}
		}
	}
	return cells, readAt
}

func cell(r sqlite.SubscriptionRow, now time.Time) SubscriptionCell {
	c := SubscriptionCell{
		DataType: string(r.DataType), EventType: string(r.EventType), State: r.State, ID: r.ID,
		CallbackURL: r.CallbackURL, ExpiresAt: instant(r.ExpiresAt), Reason: r.Reason,
	}
	if !r.ExpiresAt.IsZero() {
		c.DaysLeft = int(math.Floor(r.ExpiresAt.Sub(now).Hours() / 24))
	}
	return c
}

func deliveryRow(d sqlite.Delivery) DeliveryRow {
	return DeliveryRow{
		ID: d.ID, ReceivedAt: instant(d.ReceivedAt), DataType: string(d.Notification.DataType),
		EventType: string(d.Notification.EventType), ObjectID: d.Notification.ObjectID, Verdict: string(d.Verdict),
		Late: d.Late, Form: d.SignatureForm, Fetch: string(d.Fetch), Tries: d.Tries, Reason: d.Reason,
		Outcome: d.Outcome, Seq: d.Seq,
	}
}
