package restapi

import (
	"context"
	"math"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

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
