package restapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"oura-streaming/internal/sqlite"
)

// Delivery is one row of the inspector: what Oura sent and what became of it.
type Delivery struct {
	ID            int64   `json:"id"`
	ReceivedAt    string  `json:"received_at" format:"date-time"`
	Timestamp     string  `json:"timestamp" doc:"The signed timestamp header as sent."`
	SignatureForm string  `json:"signature_form" doc:"Which form of the body the signature covers: raw or compact."`
	Late          bool    `json:"late" doc:"Older than five minutes when it came."`
	LagMS         int64   `json:"lag_ms" doc:"Milliseconds from signing to arrival."`
	EventType     string  `json:"event_type"`
	DataType      string  `json:"data_type"`
	ObjectID      string  `json:"object_id"`
	EventTime     string  `json:"event_time"`
	UserID        string  `json:"user_id"`
	Verdict       string  `json:"verdict" doc:"accepted, late, set_aside, unknown_type or unparsable."`
	Fetch         string  `json:"fetch" doc:"none, pending, done or parked."`
	Tries         int     `json:"tries"`
	NextTry       *string `json:"next_try" format:"date-time"`
	Reason        string  `json:"reason"`
	Outcome       string  `json:"outcome" doc:"new, changed, unchanged, stale, deleted, gone, notice; empty while it is not known."`
	Seq           *int64  `json:"seq" doc:"The event it led to, null for none."`
}

// DeliveryDetail adds the body as it came.
type DeliveryDetail struct {
	Delivery
	Body string `json:"body"`
}

type deliveriesInput struct {
	Page
	Fetch  string `query:"fetch" enum:"none,pending,done,parked" doc:"One of none, pending, done, parked."`
	Before int64  `query:"before" minimum:"1" doc:"A whole number from 1: deliveries with a lower id."`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"A whole number from 1 to 1000: how many deliveries at most."`
}

type deliveriesOutput struct {
	Link []string   `header:"Link" doc:"The next page, rel=next; missing on the last one."`
	Body []Delivery `nullable:"false"`
}

type deliveryInput struct {
	ID int64 `path:"id" minimum:"1" doc:"A whole number from 1: the id of a delivery."`
}

type oneDeliveryInput struct {
	ID int64 `path:"id" minimum:"1" doc:"A whole number from 1: the id of a delivery."`
	Condition
}

func registerDeliveries(api huma.API, s *service) {
	huma.Register(api, operation(api, http.MethodGet, "/deliveries", "listDeliveries",
		"What Oura delivered, newest first"), s.listDeliveries)
	huma.Register(api, aboutOne(operation(api, http.MethodGet, "/deliveries/{id}", "getDelivery", "One delivery with its body")), s.getDelivery)
	op := operation(api, http.MethodPost, "/deliveries/{id}/refetch", "refetchDelivery", "Fetch the delivery's document again; returns at once")
	op.DefaultStatus = http.StatusAccepted
	huma.Register(api, op, s.refetch)
}

func (s *service) listDeliveries(ctx context.Context, in *deliveriesInput) (*deliveriesOutput, error) {
	rows, err := s.Deliveries.Deliveries(ctx, sqlite.DeliveryFilter{
		Before: in.Before, Limit: in.Limit + 1, Fetch: sqlite.FetchState(in.Fetch),
	})
	if err != nil {
		return nil, s.fail(ctx, "list deliveries", err)
	}
	out := &deliveriesOutput{}
	if len(rows) > in.Limit {
		rows = rows[:in.Limit]
		out.Link = []string{in.next("before", rows[in.Limit-1].ID)}
	}
	out.Body = make([]Delivery, len(rows))
	for i, d := range rows {
		out.Body[i] = deliveryOf(d)
	}
	return out, nil
}

func (s *service) getDelivery(ctx context.Context, in *oneDeliveryInput) (*single[DeliveryDetail], error) {
	d, err := s.Deliveries.Delivery(ctx, in.ID)
	if err != nil {
		return nil, s.fail(ctx, "get delivery", err)
	}
	return unlessKnown(in.Condition, DeliveryDetail{Delivery: deliveryOf(d), Body: string(d.Body)})
}

func (s *service) refetch(ctx context.Context, in *deliveryInput) (*body[done], error) {
	if err := s.Deliveries.Refetch(ctx, in.ID); err != nil {
		return nil, s.fail(ctx, "refetch delivery", err)
	}
	return &body[done]{done{Status: "queued"}}, nil
}

func deliveryOf(d sqlite.Delivery) Delivery {
	out := Delivery{
		ID: d.ID, ReceivedAt: stamp(d.ReceivedAt), Timestamp: d.Timestamp,
		SignatureForm: d.SignatureForm, Late: d.Late, LagMS: d.LagMS,
		EventType: string(d.Notification.EventType), DataType: string(d.Notification.DataType),
		ObjectID: d.Notification.ObjectID, EventTime: d.Notification.EventTime, UserID: d.Notification.UserID,
		Verdict: string(d.Verdict), Fetch: string(d.Fetch), Tries: d.Tries, NextTry: instant(d.NextTry),
		Reason: d.Reason, Outcome: d.Outcome,
	}
	if d.Seq > 0 {
		out.Seq = &d.Seq
	}
	return out
}
