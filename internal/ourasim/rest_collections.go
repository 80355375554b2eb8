package ourasim

import (
	"encoding/json"
	"net/http"
	"slices"

	"oura-streaming/internal/oura"
)

// serveCollection answers GET /v2/usercollection/{path}.
func (s *Sim) serveCollection(w http.ResponseWriter, r *http.Request) {
	c, ok := collectionAt(r.PathValue("path"))
	if !ok || s.missing(c.path) {
		answerNoRoute(w, r)
		return
	}
	granted, ok := s.admit(w, r, c)
	switch {
	case !ok:
	case c.typ == oura.PersonalInfo:
		s.serveProfile(w, granted)
	case c.series:
		s.serveSeries(w, r, c)
	default:
		s.serveDocuments(w, r, c)
	}
}

func (s *Sim) serveDocuments(w http.ResponseWriter, r *http.Request, c collection) {
	at, ok := s.readQuery(w, r, c)
	if !ok {
		return
	}
	sw := s.sw.get()
	items := s.library.list(c, at.Window, s.clock.now())
	page, next := documentPage(items, at, sw.DocumentPageSize)
	s.answerCollection(w, r, c, at, page, next)
}

func (s *Sim) serveSeries(w http.ResponseWriter, r *http.Request, c collection) {
	if q := r.URL.Query(); q.Get("latest") == "true" { // overrides the dates, good or bad
		page, _ := rowPage(slices.Values(s.series.latest(c.typ, s.clock.now())), cursor{}, 1)
		answerPage(w, project(page, q.Get("fields"), c.key), "", s.sw.get().OmitNullNextToken)
		return
	}
	at, ok := s.readQuery(w, r, c)
	if !ok {
		return
	}
	page, next := rowPage(s.series.from(c.typ, at.Window, at.Key, s.clock.now()), at, s.sw.get().SeriesPageSize)
	s.answerCollection(w, r, c, at, page, next)
}

func (s *Sim) answerCollection(w http.ResponseWriter, r *http.Request, c collection, at cursor, page []json.RawMessage, next *cursor) {
	sw := s.sw.get()
	token := ""
	if next != nil {
		token = next.token()
	}
	if sent := r.URL.Query().Get("next_token"); sw.Paging == PagingLoop && sent != "" {
		token = sent
	}
	answerPage(w, project(page, at.Fields, c.key), token, sw.OmitNullNextToken)
}

// readQuery returns where to begin: from next_token, which carries its whole
// query, or from the dates. It answers bad input itself.
func (s *Sim) readQuery(w http.ResponseWriter, r *http.Request, c collection) (cursor, bool) {
	q, sw := r.URL.Query(), s.sw.get()
	if text := q.Get("next_token"); text != "" {
		at, ok := readToken(text, c.path)
		if !ok || sw.Paging == PagingExpired {
			answerProblem(w, http.StatusBadRequest, "Invalid or expired next_token.")
			return at, false
		}
		return at, true
	}
	at := cursor{Path: c.path, Fields: q.Get("fields")}
	var bad *invalid
	switch {
	case c.series:
		at.Window, bad = timeWindow(q, s.clock.now(), sw.SeriesEndOpen)
	case c.dated:
		at.Window, bad = dateWindow(q, s.clock.now())
	default:
		at.Window = allTime()
	}
	if bad != nil {
		answerInvalid(w, *bad)
		return at, false
	}
	if at.Window.Start.After(at.Window.End) && sw.InvertedRange != http.StatusOK {
		answerProblem(w, sw.InvertedRange, "Start must not be after end.")
		return at, false
	}
	return at, true
}

// serveDocument answers GET /v2/usercollection/{path}/{id}.
func (s *Sim) serveDocument(w http.ResponseWriter, r *http.Request) {
	c, ok := collectionAt(r.PathValue("path"))
	if !ok || c.series || c.typ == oura.PersonalInfo || s.missing(c.path) {
		answerNoRoute(w, r)
		return
	}
	if _, ok := s.admit(w, r, c); !ok {
		return
	}
	doc, ok := s.library.visible(c.typ, r.PathValue("id"), s.clock.now())
	if !ok {
		answerNoDocument(w)
		return
	}
	answerRaw(w, http.StatusOK, project([]json.RawMessage{doc}, r.URL.Query().Get("fields"), c.key)[0])
}

// serveProfile answers personal_info: the id always, the rest by scope.
func (s *Sim) serveProfile(w http.ResponseWriter, granted []oura.Scope) {
	keep := []string{"id"}
	for _, scope := range granted {
		switch scope {
		case oura.ScopeEmail:
			keep = append(keep, "email")
		case oura.ScopePersonal:
			keep = append(keep, "age", "weight", "height", "biological_sex")
		}
	}
	answerRaw(w, http.StatusOK, pick(s.profile, keep))
}
