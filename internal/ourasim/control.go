package ourasim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"oura-streaming/internal/oura"
)

// ControlHandler drives the cloud over HTTP, for browser tests and by hand. It
// asks for no password, so it refuses whatever a web page sends. All bodies are
// JSON in the shape of the Go types of the same name:
//
//	GET    /control/state              what runs where, counts
//	GET    /control/documents?type=    held documents
//	GET    /control/changes            edits
//	GET    /control/deliveries         notifications and their attempts
//	GET    /control/requests           calls received
//	GET    /control/subscriptions      subscriptions
//	POST   /control/put                {type,id,json,quiet,late_ns}
//	POST   /control/delete             {type,id,quiet}
//	POST   /control/rows               {type,rows}
//	POST   /control/announce           {notification,extra}
//	POST   /control/hold, /release     {order}
//	POST   /control/redeliver          {id}
//	GET    /control/switches, PATCH    any part of Switches
//	GET    /control/faults, POST, DELETE   [Fault]
//	POST   /control/advance            {ns}
//	POST   /control/approve, /deny     {authorize_url,scopes}
//	POST   /control/revoke, /expire    ends tokens
func (s *Sim) ControlHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /control/state", s.controlState)
	mux.HandleFunc("GET /control/documents", s.controlDocuments)
	mux.HandleFunc("GET /control/changes", show(func() any { return s.ledger.Changes() }))
	mux.HandleFunc("GET /control/deliveries", show(func() any { return s.ledger.Deliveries() }))
	mux.HandleFunc("GET /control/requests", show(func() any { return s.ledger.Requests() }))
	mux.HandleFunc("GET /control/subscriptions", show(func() any { return s.Subscriptions() }))
	mux.HandleFunc("GET /control/switches", show(func() any { return s.Switches() }))
	mux.HandleFunc("PATCH /control/switches", s.controlSwitches)
	mux.HandleFunc("GET /control/faults", show(func() any { return s.Faults() }))
	mux.HandleFunc("DELETE /control/faults", show(func() any { s.ClearFaults(); return s.Faults() }))
	mux.HandleFunc("POST /control/faults", do(func(_ *http.Request, f []Fault) (any, error) {
		s.AddFaults(f...)
		return s.Faults(), nil
	}))
	mux.HandleFunc("POST /control/put", do(s.controlPut))
	mux.HandleFunc("POST /control/delete", do(s.controlDelete))
	mux.HandleFunc("POST /control/rows", do(s.controlRows))
	mux.HandleFunc("POST /control/announce", do(s.controlAnnounce))
	mux.HandleFunc("POST /control/hold", show(func() any { s.Hold(); return map[string]int{"held": s.Held()} }))
	mux.HandleFunc("POST /control/release", do(s.controlRelease))
	mux.HandleFunc("POST /control/redeliver", do(s.controlRedeliver))
	mux.HandleFunc("POST /control/advance", do(s.controlAdvance))
	mux.HandleFunc("POST /control/approve", do(s.controlConsent("allow")))
	mux.HandleFunc("POST /control/deny", do(s.controlConsent("deny")))
	mux.HandleFunc("POST /control/revoke", show(func() any { s.RevokeAll(); return true }))
	mux.HandleFunc("POST /control/expire", show(func() any { s.ExpireAccess(); return true }))
	return notFromPages(mux)
}

// notFromPages refuses requests that a browser marks as a page's own.
func notFromPages(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != "" && r.Header.Get("Sec-Fetch-Site") != "none" {
			answerDetail(w, http.StatusForbidden, "Not for web pages.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func show(get func() any) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, http.StatusOK, get()) }
}

// do decodes a body, runs f and shows its result; an error answers 400.
func do[In any](f func(*http.Request, In) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in In
		if r.ContentLength != 0 {
			if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<20)).Decode(&in); err != nil {
				answerProblem(w, http.StatusBadRequest, err.Error())
				return
			}
		}
		out, err := f(r, in)
		if err != nil {
			answerProblem(w, http.StatusBadRequest, err.Error())
			return
		}
		answerJSON(w, http.StatusOK, out)
	}
}

func (s *Sim) controlState(w http.ResponseWriter, _ *http.Request) {
	documents := map[oura.DataType]int{}
	for _, c := range collections() {
		if c.hook {
			documents[c.typ] = len(slices.DeleteFunc(s.ledger.Documents(c.typ), func(h Held) bool { return h.Deleted }))
		}
	}
	answerJSON(w, http.StatusOK, map[string]any{
		"urls": s.URLs(), "user_id": s.UserID(), "now": s.Now().UTC(),
		"documents": documents, "requests": s.ledger.RequestCount(), "token_calls": s.ledger.TokenCalls(""),
		"deliveries": s.ledger.DeliveryCounts(), "held": s.Held(), "subscriptions": len(s.Subscriptions()),
	})
}

func (s *Sim) controlDocuments(w http.ResponseWriter, r *http.Request) {
	answerJSON(w, http.StatusOK, s.ledger.Documents(oura.DataType(r.URL.Query().Get("type"))))
}

func (s *Sim) controlSwitches(w http.ResponseWriter, r *http.Request) {
	next := s.Switches()
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&next); err != nil {
		answerProblem(w, http.StatusBadRequest, err.Error())
		return
	}
	s.Change(func(sw *Switches) { *sw = next })
	answerJSON(w, http.StatusOK, next)
}

type putOrder struct {
	Doc
	Quiet bool          `json:"quiet"`
	Late  time.Duration `json:"late_ns"`
}

func (s *Sim) controlPut(_ *http.Request, in putOrder) (any, error) {
	op, err := s.put(in.Doc, in.Late, !in.Quiet)
	return map[string]any{"operation": op}, err
}

func (s *Sim) controlDelete(_ *http.Request, in putOrder) (any, error) {
	return map[string]bool{"deleted": s.delete(in.Type, in.ID, !in.Quiet)}, nil
}

func (s *Sim) controlRows(_ *http.Request, in struct {
	Type oura.DataType `json:"type"`
	Rows []Row         `json:"rows"`
}) (any, error) {
	if c, ok := collectionOf(in.Type); !ok || !c.series {
		return nil, fmt.Errorf("%q is no series", in.Type)
	}
	s.AddRows(in.Type, in.Rows...)
	return map[string]int{"added": len(in.Rows)}, nil
}

func (s *Sim) controlAnnounce(_ *http.Request, in struct {
	Notification oura.Notification `json:"notification"`
	Extra        map[string]any    `json:"extra"`
}) (any, error) {
	return map[string]int{"queued": s.Announce(in.Notification, in.Extra)}, nil
}

func (s *Sim) controlRelease(r *http.Request, in struct {
	Order []int `json:"order"`
}) (any, error) {
	return true, s.Release(r.Context(), in.Order...)
}

func (s *Sim) controlRedeliver(r *http.Request, in struct {
	ID int `json:"id"`
}) (any, error) {
	return s.Redeliver(r.Context(), in.ID)
}

func (s *Sim) controlAdvance(_ *http.Request, in struct {
	By time.Duration `json:"ns"`
}) (any, error) {
	s.Advance(in.By)
	return map[string]time.Time{"now": s.Now().UTC()}, nil
}

type consentOrder struct {
	AuthorizeURL string   `json:"authorize_url"`
	Scopes       []string `json:"scopes"`
}

func (s *Sim) controlConsent(decision string) func(*http.Request, consentOrder) (any, error) {
	return func(r *http.Request, in consentOrder) (any, error) {
		to, err := walkConsent(r.Context(), in.AuthorizeURL, decision, in.Scopes)
		return map[string]string{"redirect": to}, err
	}
}

// URLs are the addresses of the running cloud by the names of config.Hosts.
func (s *Sim) URLs() map[string]string {
	h := s.Hosts()
	return map[string]string{
		"api": h.API, "authorize": h.Authorize, "token": h.Token, "new_token": h.NewToken, "revoke": h.Revoke,
		"new_authorize": s.NewHosts().Authorize, "new_revoke": s.NewHosts().Revoke, "control": s.control + "/control",
	}
}
