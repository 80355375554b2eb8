package ourasim

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"time"
)

// shakeHands sends the challenge to the subscription's address and wants it
// back: status 200, JSON, the same word, before the deadline.
func (s *Sim) shakeHands(ctx context.Context, sub Subscription, deadline time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	challenge := newHex(16)
	to, err := url.Parse(sub.CallbackURL)
	if err != nil {
		return fmt.Errorf("callback_url: %w", err)
	}
	q := to.Query()
	q.Set("verification_token", sub.token)
	q.Set("challenge", challenge)
	to.RawQuery = q.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, to.String(), nil)
	if err != nil {
		return fmt.Errorf("callback_url: %w", err)
	}
	res, err := s.outward.Do(req)
	if err != nil {
		return fmt.Errorf("handshake: %w", err)
	}
	defer res.Body.Close()
	return checkHandshake(res, challenge)
}

func checkHandshake(res *http.Response, challenge string) error {
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("handshake answered %s", res.Status)
	}
	if kind, _, err := mime.ParseMediaType(res.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return fmt.Errorf("handshake answered content type %q", res.Header.Get("Content-Type"))
	}
	var body struct {
		Challenge string `json:"challenge"`
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<16)).Decode(&body); err != nil {
		return fmt.Errorf("handshake body: %w", err)
	}
	if body.Challenge != challenge {
		return fmt.Errorf("handshake answered another challenge")
	}
	return nil
}

// shakeLater runs the handshake after its delay, on its own. The subscription
// goes live when it succeeds and vanishes when it does not.
func (s *Sim) shakeLater(sub Subscription, sw Switches) {
	if !s.underWay.enter() {
		return
	}
	go func() {
		defer s.underWay.leave()
		s.pause(s.ctx, sw.LateHandshakeDelay)
		if err := s.shakeHands(s.ctx, sub, sw.HandshakeDeadline); err != nil {
			s.log.Info("late handshake failed", "subscription", sub.ID, "err", err)
			s.subs.remove(sub.ID)
			return
		}
		sub.Confirmed = true
		if sw.LateUnlisted {
			s.subs.add(sub, sw.DuplicatePairStatus != 0) // another one may have taken the pair meanwhile
			return
		}
		s.subs.replace(sub, false)
	}()
}

// answerHandshakeFailed uses the shapes seen for each status.
func answerHandshakeFailed(w http.ResponseWriter, status int, err error) {
	switch status {
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		answerGateway(w, status)
	case http.StatusInternalServerError:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "SSLError") // a client that left needs no answer
	default:
		answerProblem(w, status, "Webhook verification failed: "+err.Error())
	}
}
