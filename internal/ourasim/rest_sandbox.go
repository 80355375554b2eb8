package ourasim

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"oura-streaming/internal/oura"
)

// The templates are not JSON before their marks are filled in.
//
//go:embed sandbox.json
var sandboxTemplates string

// The sandbox is a generator: it has one document for each day of the window but
// the last, whatever is stored. Any bearer string opens it; calls count.
func (s *Sim) sandboxAdmit(w http.ResponseWriter, r *http.Request) (collection, bool) {
	c, ok := collectionAt(r.PathValue("path"))
	if !ok || c.typ == oura.PersonalInfo {
		answerNoRoute(w, r)
		return c, false
	}
	token, ok := bearer(r)
	if !ok {
		answerProblem(w, http.StatusUnauthorized, "Authorization header is missing or malformed.")
		return c, false
	}
	return c, s.withinLimits(w, token)
}

func (s *Sim) sandboxCollection(w http.ResponseWriter, r *http.Request) {
	c, ok := s.sandboxAdmit(w, r)
	if !ok {
		return
	}
	q, now := r.URL.Query(), s.clock.now()
	var span window
	var bad *invalid
	if c.series {
		span, bad = timeWindow(q, now, false)
	} else {
		span, bad = dateWindow(q, now)
	}
	if bad != nil {
		answerInvalid(w, *bad)
		return
	}
	page := sandboxDays(c, span)
	if c.series {
		page = sandboxRows(c, span)
	}
	answerPage(w, page, "", false)
}

func sandboxDays(c collection, span window) []json.RawMessage {
	const most = 4000 // days; enough for every life, and an end for year 1 to 9999
	page := []json.RawMessage{}
	first := span.Start.UTC().Truncate(24 * time.Hour)
	for day := first; day.Before(span.End.Truncate(24*time.Hour)) && len(page) < most; day = day.AddDate(0, 0, 1) {
		page = append(page, sandboxDoc(c, day))
	}
	return page
}

// sandboxRows are always two.
func sandboxRows(c collection, span window) []json.RawMessage {
	var page []json.RawMessage
	for _, at := range []time.Time{span.Start, span.Start.Add(5 * time.Minute)} {
		ms := strconv.FormatInt(at.UnixMilli(), 10)
		text := at.UTC().Format("2006-01-02T15:04:05.000Z")
		page = append(page, fillTemplate(c.path, "{{time}}", text, "{{ms}}", ms))
	}
	return page
}

func sandboxDoc(c collection, day time.Time) json.RawMessage {
	id := fmt.Sprintf("%s-1-%d-%d-%d", c.path, day.Year(), int(day.Month()), day.Day())
	return fillTemplate(c.path, "{{id}}", id, "{{day}}", day.Format(time.DateOnly))
}

// fillTemplate takes the line of the template file that belongs to path.
func fillTemplate(path string, pairs ...string) json.RawMessage {
	_, rest, _ := strings.Cut(sandboxTemplates, "\n\""+path+"\": ")
	line, _, _ := strings.Cut(rest, "\n")
	return json.RawMessage(strings.NewReplacer(pairs...).Replace(strings.TrimSuffix(line, ",")))
}

// sandboxDocument makes the document that an id names.
func (s *Sim) sandboxDocument(w http.ResponseWriter, r *http.Request) {
	c, ok := s.sandboxAdmit(w, r)
	if !ok {
		return
	}
	shape := regexp.MustCompile(`^` + c.path + `-1-(\d{4}-\d{1,2}-\d{1,2})$`)
	m := shape.FindStringSubmatch(r.PathValue("id"))
	if m == nil || c.series {
		answerNoDocument(w)
		return
	}
	day, err := time.Parse("2006-1-2", m[1])
	if err != nil {
		answerNoDocument(w)
		return
	}
	answerRaw(w, http.StatusOK, sandboxDoc(c, day))
}
