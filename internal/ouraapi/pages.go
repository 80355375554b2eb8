package ouraapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"oura-streaming/internal/oura"
)

var (
	errPageExpired = errors.New("page mark no longer taken")
	errPageLoop    = errors.New("page mark repeats")
	errPageCount   = errors.New("too many pages")
)

// page is one answer of a collection. The mark of the next one is opaque: it is
// sent back as a query value and never looked at (S-54).
type page struct {
	Data []json.RawMessage `json:"data"`
	Next *string           `json:"next_token"`
}

// pages walks a collection. A mark seen before, or pages without end, stop the
// walk with an error, since nobody can tell what is missing.
func (c *Client) pages(ctx context.Context, info oura.TypeInfo, query url.Values, each func([]json.RawMessage) error) error {
	k := call{method: http.MethodGet, path: collectionRoot + info.Path, name: "GET " + info.Path}
	seen := map[string]bool{}
	token := ""
	for range maxPages {
		k.query = withToken(query, token)
		p, err := c.page(ctx, k)
		if token != "" && oura.CodeOf(err) == oura.CodeInvalid {
			return unavailable(k.name, errors.Join(errPageExpired, err))
		} else if err != nil {
			return err
		}
		if err := each(p.Data); err != nil {
			return err
		}
		if p.Next == nil || *p.Next == "" {
			return nil
		}
		if token = *p.Next; seen[token] {
			return unavailable(k.name, errPageLoop)
		}
		seen[token] = true
	}
	return unavailable(k.name, errPageCount)
}

func (c *Client) page(ctx context.Context, k call) (page, error) {
	ans, err := c.fetch(ctx, k)
	if err != nil {
		return page{}, err
	}
	var p page
	if err := ans.decode(&p); err != nil {
		return page{}, err
	}
	if p.Data == nil {
		return page{}, ans.unparsable(errors.New("no data field"))
	}
	return p, nil
}

// withToken keeps the other parameters beside the page mark.
func withToken(query url.Values, token string) url.Values {
	out := url.Values{}
	for name, values := range query {
		out[name] = values
	}
	if token != "" {
		out.Set("next_token", token)
	}
	return out
}
