package engine

import (
	"context"
	"slices"
	"strings"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/subscribe"
)

// missedAfter is when a subscription that was ended by hand is made again, as
// long as its type is chosen: soon, but not so soon that nobody sees it gone.
const missedAfter = time.Minute

// byHand are the subscriptions as the local API sees them.
type byHand struct{ *Engine }

// Subscriptions leaves out the rows of what Oura refused to make: they have a
// reason, but no id of Oura's.
func (b byHand) Subscriptions(ctx context.Context) ([]sqlite.SubscriptionRow, error) {
	rows, err := b.store.Subscriptions(ctx)
	return slices.DeleteFunc(rows, func(r sqlite.SubscriptionRow) bool { return r.CallbackURL == "" }), err
}

func (b byHand) Reconcile(context.Context) error { return b.Engine.Reconcile() }

func (b byHand) Create(ctx context.Context, dt oura.DataType, op oura.Operation) (oura.Subscription, error) {
	if err := b.mayReconcile(); err != nil {
		return oura.Subscription{}, err
	}
	defer b.address.bell.Ring()
	return b.keeper.Create(ctx, dt, op)
}

func (b byHand) Renew(ctx context.Context, id string) (oura.Subscription, error) {
	return b.RenewSubscription(ctx, id)
}

func (b byHand) Delete(ctx context.Context, id string) error { return b.DeleteSubscription(ctx, id) }

// RenewSubscription starts another 90 days of a subscription of ours. Codes:
// not_found, invalid for another program's, and those of Oura's answers.
func (e *Engine) RenewSubscription(ctx context.Context, id string) (oura.Subscription, error) {
	defer e.address.bell.Ring()
	return e.keeper.Renew(ctx, id)
}

// DeleteSubscription ends a subscription of ours. It is made again after a while,
// as long as its type is chosen. Codes as RenewSubscription.
func (e *Engine) DeleteSubscription(ctx context.Context, id string) error {
	defer e.remakeLater()
	return e.keeper.Delete(ctx, id)
}

// DeleteSubscriptions ends all of ours and tells how many there were.
func (e *Engine) DeleteSubscriptions(ctx context.Context) (int, error) {
	defer e.remakeLater()
	return e.keeper.DeleteOurs(ctx)
}

func (e *Engine) remakeLater() {
	e.address.bell.Ring()
	time.AfterFunc(missedAfter, e.keeper.Wake)
}

// LastRound tells of the last round over the subscriptions.
func (e *Engine) LastRound() subscribe.Round { return e.keeper.Last() }

// Reconcile asks the keeper for a round. Code: callback_failed while there is no
// proven public address, not_connected without an account.
func (e *Engine) Reconcile() error {
	if err := e.mayReconcile(); err != nil {
		return err
	}
	e.keeper.Wake()
	return nil
}

func (e *Engine) mayReconcile() error {
	if e.userID.Load() == "" {
		return &oura.Error{Code: oura.CodeNotConnected, Message: "No Oura account is connected yet. Sign in first."}
	}
	if e.Callback() != "" {
		return nil
	}
	message := "Oura cannot reach this program yet. Set a public address under Connection that leads here, then try again."
	if e.cfg.Get(config.Mode) == "polling" {
		message = "Polling is chosen, so no public address is opened and there is nothing to subscribe. Choose another mode first."
	} else if e.CheckAddress() == nil { // it is looked at, or opened again, now
		message = "Oura cannot reach this program yet. The public address is tried again now."
		if why := e.Address().Reason; why != nil {
			message = oura.MessageOf(why) + " It is tried again now."
		}
	}
	return &oura.Error{Code: oura.CodeCallbackFailed, Message: message}
}

// whyRefused gives the reasons of the subscriptions that Oura refused, at most two.
func (e *Engine) whyRefused(ctx context.Context) string {
	rows, err := e.store.Subscriptions(ctx)
	if err != nil {
		return ""
	}
	var reasons []string
	for _, r := range rows {
		if r.State == string(subscribe.StateFailed) && r.Reason != "" && !slices.Contains(reasons, r.Reason) {
			reasons = append(reasons, r.Reason)
		}
	}
	slices.Sort(reasons)
	return strings.Join(reasons[:min(len(reasons), 2)], " ")
}

// roundFailure tells why the last round over the subscriptions at the present
// address did not go through, "" when it did.
func (e *Engine) roundFailure() string {
	last := e.keeper.Last()
	e.address.mu.Lock()
	proven, since := e.address.now.proven, e.address.now.provenSince
	e.address.mu.Unlock()
	if last.Err == "" || proven == "" || !last.At.After(since) {
		return ""
	}
	if last.Next.IsZero() {
		return last.Err
	}
	return last.Err + " The next try is at " + last.Next.Local().Format("15:04:05") + "."
}
