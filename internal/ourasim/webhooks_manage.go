package ourasim

import (
	"fmt"
	"net/http"
	"slices"

	"oura-streaming/internal/oura"
)

// shownSubscription is the wire form. The verification token is never in it and
// the time has a fraction and no zone.
type shownSubscription struct {
	ID             string         `json:"id"`
	CallbackURL    string         `json:"callback_url"`
	EventType      oura.Operation `json:"event_type"`
	DataType       oura.DataType  `json:"data_type"`
	ExpirationTime string         `json:"expiration_time"`
}

func (s Subscription) shown() shownSubscription {
	const withoutZone = "2006-01-02T15:04:05.000000"
	return shownSubscription{s.ID, s.CallbackURL, s.EventType, s.DataType, s.ExpiresAt.UTC().Format(withoutZone)}
}

// managed lets only the application's own credentials pass. A bearer token is
// neither needed nor looked at.
func (s *Sim) managed(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id, secret := r.Header.Get("x-client-id"), r.Header.Get("x-client-secret")
		sw := s.sw.get()
		if !same(id, s.app.id) || !same(secret, s.app.currentSecret()) {
			answerDetail(w, sw.WrongClientStatus, http.StatusText(sw.WrongClientStatus))
			return
		}
		if sw.ExpiredVanish {
			s.subs.dropExpired(s.clock.now())
		}
		next(w, r)
	}
}

func (s *Sim) listSubscriptions(w http.ResponseWriter, _ *http.Request) {
	out := []shownSubscription{}
	for _, sub := range s.subs.list() {
		out = append(out, sub.shown())
	}
	answerJSON(w, http.StatusOK, out)
}

func (s *Sim) getSubscription(w http.ResponseWriter, r *http.Request) {
	if sub, ok := s.subs.get(r.PathValue("id")); ok {
		answerJSON(w, http.StatusOK, sub.shown())
		return
	}
	s.answerUnknownID(w, r)
}

func (s *Sim) deleteSubscription(w http.ResponseWriter, r *http.Request) {
	if s.subs.remove(r.PathValue("id")) {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	s.answerUnknownID(w, r)
}

func (s *Sim) renewSubscription(w http.ResponseWriter, r *http.Request) {
	sub, ok := s.subs.get(r.PathValue("id"))
	sub.ExpiresAt = s.clock.now().Add(s.sw.get().SubscriptionLife)
	if ok {
		ok, _ = s.subs.replace(sub, false)
	}
	if !ok {
		s.answerUnknownID(w, r)
		return
	}
	answerJSON(w, http.StatusOK, sub.shown())
}

// answerUnknownID is 403 by the document; one client's fixture has 404.
func (s *Sim) answerUnknownID(w http.ResponseWriter, r *http.Request) {
	if s.sw.get().NotFoundOnUnknown {
		answerDetail(w, http.StatusNotFound, fmt.Sprintf("No webhook id %s found.", r.PathValue("id")))
		return
	}
	answerDetail(w, http.StatusForbidden, "Forbidden")
}

// createSubscription holds the request open while the handshake runs, or, with
// LateHandshake, gives up first and lets the handshake follow.
func (s *Sim) createSubscription(w http.ResponseWriter, r *http.Request) {
	defer s.subs.begin()()
	sw := s.sw.get()
	body, ok := readSubscription(w, r, sw, "callback_url", "verification_token", "event_type", "data_type")
	if !ok {
		return
	}
	sub := Subscription{
		ID: newUUID(), CallbackURL: *body.CallbackURL, token: *body.VerificationToken,
		EventType: oura.Operation(*body.EventType), DataType: oura.DataType(*body.DataType),
		ExpiresAt: s.clock.now().Add(sw.SubscriptionLife),
	}
	if sw.LateHandshake {
		s.createLate(w, sub, sw)
		return
	}
	if !s.mayAdd(sub, sw) {
		answerDetail(w, sw.DuplicatePairStatus, "Subscription already exists.")
		return
	}
	if err := s.shakeHands(r.Context(), sub, sw.HandshakeDeadline); err != nil {
		answerHandshakeFailed(w, sw.HandshakeFailStatus, err)
		return
	}
	sub.Confirmed = true
	if !s.subs.add(sub, sw.DuplicatePairStatus != 0) {
		answerDetail(w, sw.DuplicatePairStatus, "Subscription already exists.")
		return
	}
	answerJSON(w, http.StatusCreated, sub.shown())
}

func (s *Sim) createLate(w http.ResponseWriter, sub Subscription, sw Switches) {
	if !sw.LateUnlisted && !s.subs.add(sub, sw.DuplicatePairStatus != 0) {
		answerDetail(w, sw.DuplicatePairStatus, "Subscription already exists.")
		return
	}
	s.shakeLater(sub, sw)
	answerGateway(w, http.StatusGatewayTimeout)
}

func (s *Sim) mayAdd(sub Subscription, sw Switches) bool {
	return sw.DuplicatePairStatus == 0 || !slices.ContainsFunc(s.subs.list(), func(o Subscription) bool {
		return o.EventType == sub.EventType && o.DataType == sub.DataType
	})
}

// updateSubscription changes what is given and shakes hands again.
func (s *Sim) updateSubscription(w http.ResponseWriter, r *http.Request) {
	sub, ok := s.subs.get(r.PathValue("id"))
	if !ok {
		s.answerUnknownID(w, r)
		return
	}
	sw := s.sw.get()
	body, ok := readSubscription(w, r, sw, "verification_token")
	if !ok {
		return
	}
	body.apply(&sub)
	if err := s.shakeHands(r.Context(), sub, sw.HandshakeDeadline); err != nil {
		answerHandshakeFailed(w, sw.HandshakeFailStatus, err)
		return
	}
	sub.Confirmed = true
	switch found, free := s.subs.replace(sub, sw.DuplicatePairStatus != 0); {
	case !found:
		s.answerUnknownID(w, r)
		return
	case !free:
		answerDetail(w, sw.DuplicatePairStatus, "Subscription already exists.")
		return
	}
	answerJSON(w, http.StatusOK, sub.shown())
}
