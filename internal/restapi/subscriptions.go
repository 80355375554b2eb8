package restapi

import (
	"context"
	"math"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// Subscription is one row of Oura's list as last read, with Oura's own names.
type Subscription struct {
	ID             string  `json:"id"`
	CallbackURL    string  `json:"callback_url"`
	EventType      string  `json:"event_type"`
	DataType       string  `json:"data_type"`
	ExpirationTime *string `json:"expiration_time" format:"date-time"`
	Ours           bool    `json:"ours" doc:"It leads to this program. Others are shown and never touched."`
	DaysLeft       *int    `json:"days_left" doc:"Whole days until it expires, 0 on the last day and after."`
}

func registerSubscriptions(api huma.API, s *service) {
	huma.Register(api, operation(api, http.MethodGet, "/subscriptions", "listSubscriptions",
		"Oura's webhook subscriptions as last read"), s.listSubscriptions)
	op := operation(api, http.MethodPost, "/subscriptions/reconcile", "reconcileSubscriptions",
		"Make Oura's list equal to the wanted one; returns at once, GET /status shows how far it came")
	op.DefaultStatus = http.StatusAccepted
	huma.Register(api, op, s.reconcile)

	op = slow(operation(api, http.MethodPost, "/subscriptions", "createSubscription",
		"Make a subscription that is wanted and missing; Oura calls the public address before it answers"))
	op.DefaultStatus = http.StatusCreated
	op = needsBody(op, "Say which one: send {\"data_type\": \"daily_sleep\", \"event_type\": \"update\"} with your own values.")
	huma.Register(api, op, s.createSubscription)
	huma.Register(api, slow(operation(api, http.MethodPut, "/subscriptions/{id}/renew", "renewSubscription",
		"Start another 90 days of a subscription of ours")), s.renewSubscription)
	op = slow(operation(api, http.MethodDelete, "/subscriptions/{id}", "deleteSubscription",
		"End a subscription of ours; while its type is chosen, the next round makes it again"))
	op.DefaultStatus = http.StatusNoContent
	huma.Register(api, op, s.deleteSubscription)
}

// askingOura is how long a call that waits for Oura may take. Oura's edge gives
// up on making a subscription after 60 s; then the list is read again.
const askingOura = 100 * time.Second

// slow gives a call that waits for Oura the time it takes.
func slow(op huma.Operation) huma.Operation {
	op.Middlewares = append(op.Middlewares, func(ctx huma.Context, next func(huma.Context)) {
		_, w := humago.Unwrap(ctx)
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(askingOura)) // not every writer in a test has one
		next(ctx)
	})
	return op
}

type newSubscriptionInput struct {
	Body struct {
		DataType          string `json:"data_type" doc:"A type whose changes Oura announces, such as daily_sleep."`
		EventType         string `json:"event_type" enum:"create,update,delete" doc:"One of create, update, delete."`
		CallbackURL       string `json:"callback_url,omitempty" doc:"Ignored: the public address of this program is used."`
		VerificationToken string `json:"verification_token,omitempty" doc:"Ignored: this program has its own."`
	}
}

type subscriptionInput struct {
	ID string `path:"id" minLength:"1" maxLength:"200" doc:"The id of a subscription as listed."`
}

func (s *service) createSubscription(ctx context.Context, in *newSubscriptionInput) (*body[Subscription], error) {
	made, err := s.Subscriptions.Create(ctx, oura.DataType(in.Body.DataType), oura.Operation(in.Body.EventType))
	return s.changed(ctx, "create subscription", made, err)
}

func (s *service) renewSubscription(ctx context.Context, in *subscriptionInput) (*body[Subscription], error) {
	renewed, err := s.Subscriptions.Renew(ctx, in.ID)
	return s.changed(ctx, "renew subscription", renewed, err)
}

func (s *service) changed(ctx context.Context, call string, sub oura.Subscription, err error) (*body[Subscription], error) {
	if err != nil {
		return nil, s.fail(ctx, call, err)
	}
	return &body[Subscription]{subscriptionOf(sqlite.SubscriptionRow{Subscription: sub, Ours: true}, s.Now())}, nil
}

func (s *service) deleteSubscription(ctx context.Context, in *subscriptionInput) (*struct{}, error) {
	if err := s.Subscriptions.Delete(ctx, in.ID); err != nil {
		return nil, s.fail(ctx, "delete subscription", err)
	}
	return nil, nil
}

type subscriptionsOutput struct {
	Body []Subscription `nullable:"false"`
}

func (s *service) listSubscriptions(ctx context.Context, _ *struct{}) (*subscriptionsOutput, error) {
	rows, err := s.Subscriptions.Subscriptions(ctx)
	if err != nil {
		return nil, s.fail(ctx, "list subscriptions", err)
	}
	out := make([]Subscription, len(rows))
	for i, row := range rows {
		out[i] = subscriptionOf(row, s.Now())
	}
	return &subscriptionsOutput{out}, nil
}

func subscriptionOf(row sqlite.SubscriptionRow, now time.Time) Subscription {
	return Subscription{
		ID: row.ID, CallbackURL: row.CallbackURL,
		EventType: string(row.EventType), DataType: string(row.DataType),
		ExpirationTime: instant(row.ExpiresAt), Ours: row.Ours,
		DaysLeft: daysLeft(row.ExpiresAt, now),
	}
}

func daysLeft(end, now time.Time) *int {
	if end.IsZero() {
		return nil
	}
	days := max(0, int(math.Floor(end.Sub(now).Hours()/24)))
	return &days
}

func (s *service) reconcile(ctx context.Context, _ *struct{}) (*body[done], error) {
	if err := s.Subscriptions.Reconcile(ctx); err != nil {
		return nil, s.fail(ctx, "reconcile", err)
	}
	return &body[done]{done{Status: "started"}}, nil
}
