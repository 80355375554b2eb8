package restapi

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// body is the output of a call that answers with v as JSON.
type body[T any] struct {
	Body T
}

// done is the answer of a call that has nothing to tell but that it went well.
type done struct {
	Status string `json:"status"`
}

// fail hands err to the caller as a Problem. What is ours to fix, and only that,
// goes to the log, for the caller learns nothing of it.
func (s *service) fail(ctx context.Context, call string, err error) error {
	p := problemOf(err)
	if p.Status == http.StatusInternalServerError {
		s.Log.ErrorContext(ctx, "call failed", "call", call, "err", err)
	}
	return p
}

// Page learns the address of the request, to build that of the next page.
type Page struct {
	host string
	url  url.URL
}

// Resolve is called by huma before the handler.
func (p *Page) Resolve(ctx huma.Context) []error {
	p.host, p.url = ctx.Host(), ctx.URL()
	return nil
}

// next returns the Link header of the page that begins after row n in the
// direction of param ("before" or "after"). All other parameters stay.
func (p *Page) next(param string, n int64) string {
	q := p.url.Query()
	q.Set(param, strconv.FormatInt(n, 10))
	u := url.URL{Scheme: "http", Host: p.host, Path: p.url.Path, RawQuery: q.Encode()}
	return "<" + u.String() + `>; rel="next"`
}

const stampLayout = "2006-01-02T15:04:05.000Z07:00"

// stamp writes t as RFC 3339 in UTC with milliseconds.
func stamp(t time.Time) string { return t.UTC().Format(stampLayout) }

// instant is stamp for a time that may be missing: null.
func instant(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := stamp(t)
	return &text
}
