package ouraapi

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"oura-streaming/internal/oura"
)

const subscriptionRoot = "/v2/webhook/subscription"

// NewSubscription is what Oura is asked to make or change.
type NewSubscription struct {
	CallbackURL       string
	VerificationToken oura.Secret
	EventType         oura.Operation
	DataType          oura.DataType
}

func (n NewSubscription) body() map[string]string {
	return map[string]string{
		"callback_url":       n.CallbackURL,
		"verification_token": n.VerificationToken.Reveal(),
		"event_type":         string(n.EventType),
		"data_type":          string(n.DataType),
	}
}

// Subscriptions lists the subscriptions of the application, those of other
// programs with the same client ID among them. Codes: client_rejected,
// not_configured, rate_limited, unavailable.
func (c *Client) Subscriptions(ctx context.Context) ([]oura.Subscription, error) {
	ans, err := c.manage(ctx, call{method: http.MethodGet, path: subscriptionRoot, name: "GET subscription"})
	if err != nil {
		return nil, err
	}
	var rows []subscriptionRow
	if err := ans.decode(&rows); err != nil {
		return nil, err
	}
	out := make([]oura.Subscription, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.subscription())
	}
	return out, nil
}

// Subscribe makes a subscription. Oura calls the callback URL before it answers,
// which can take over a minute. After unavailable or callback_failed it may
// exist all the same: list before trying again. Codes besides those of
// Subscriptions: callback_failed, subscription (refused).
func (c *Client) Subscribe(ctx context.Context, n NewSubscription) (oura.Subscription, error) {
	return c.one(ctx, call{
		method: http.MethodPost, path: subscriptionRoot, body: n.body(),
		limit: handshakeLimit, name: "POST subscription",
	})
}

// UpdateSubscription gives an existing subscription another callback URL or
// token. Oura may call the URL as it does for Subscribe. Codes as there, and
// not_found.
func (c *Client) UpdateSubscription(ctx context.Context, id string, n NewSubscription) (oura.Subscription, error) {
	return c.one(ctx, call{
		method: http.MethodPut, path: subscriptionRoot + "/" + url.PathEscape(id), id: id, body: n.body(),
		limit: handshakeLimit, name: "PUT subscription/{id}",
	})
}

// RenewSubscription starts another 90 days.
func (c *Client) RenewSubscription(ctx context.Context, id string) (oura.Subscription, error) {
	return c.one(ctx, call{
		method: http.MethodPut, path: subscriptionRoot + "/renew/" + url.PathEscape(id), id: id,
		name: "PUT subscription/renew/{id}",
	})
}

// DeleteSubscription ends a subscription for everybody who uses the application.
func (c *Client) DeleteSubscription(ctx context.Context, id string) error {
	_, err := c.manage(ctx, call{
		method: http.MethodDelete, path: subscriptionRoot + "/" + url.PathEscape(id), id: id,
		name: "DELETE subscription/{id}",
	})
	return err
}

func (c *Client) one(ctx context.Context, k call) (oura.Subscription, error) {
	ans, err := c.manage(ctx, k)
	if err != nil {
		return oura.Subscription{}, err
	}
	var row subscriptionRow
	if err := ans.decode(&row); err != nil {
		return oura.Subscription{}, err
	}
	return row.subscription(), nil
}

// manage makes a call with the application's own credentials.
func (c *Client) manage(ctx context.Context, k call) (answer, error) {
	if k.id != "" && !ValidObjectID(k.id) {
		return answer{}, &oura.Error{Code: oura.CodeNotFound, Message: msgNoSuch, Err: errors.New("subscription id malformed")}
	}
	id, secret, err := c.credentials(ctx)
	if err != nil {
		return answer{}, err
	}
	header := http.Header{}
	header.Set("x-client-id", id)
	header.Set("x-client-secret", secret.Reveal())
	ans, err := c.exchange(ctx, k, header)
	if err != nil {
		return answer{}, err
	}
	return ans, ans.manageErr(k)
}

// subscriptionRow is a subscription as Oura spells it.
type subscriptionRow struct {
	ID             string `json:"id"`
	CallbackURL    string `json:"callback_url"`
	EventType      string `json:"event_type"`
	DataType       string `json:"data_type"`
	ExpirationTime string `json:"expiration_time"`
}

func (r subscriptionRow) subscription() oura.Subscription {
	return oura.Subscription{
		ID:          r.ID,
		CallbackURL: r.CallbackURL,
		EventType:   oura.Operation(r.EventType),
		DataType:    oura.DataType(r.DataType),
		ExpiresAt:   expiration(r.ExpirationTime),
	}
}

// expiration reads Oura's instant, which may come without a zone and is UTC
// then. The zero time stands for one that cannot be read.
func expiration(text string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
