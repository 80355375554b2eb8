package ouraapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"oura-streaming/internal/oura"
)

var (
	errPageExpired = fmt.Errorf("page mark no longer taken: %w", ErrUnparsable)
	errPageLoop    = fmt.Errorf("page mark repeats: %w", ErrUnparsable)
	errPageCount   = fmt.Errorf("too many pages: %w", ErrUnparsable)
)

// page is one answer of a collection. The mark of the next one is opaque: it is
// sent back as a query value and never looked at (S-54).
type page struct {
	Data []json.RawMessage `json:"data"`
	Next *string           `json:"next_token"`
}

// pages walks a collection from the page that mark names, "" for the first. each
// gets a page and the mark of the next one, "" after the last. A mark seen
// before, or pages without end, stop the walk with an error, since nobody can
// tell what is missing.
func (c *Client) pages(ctx context.Context, info oura.TypeInfo, query url.Values, mark string, each func([]json.RawMessage, string) error) error {
	k := call{method: http.MethodGet, path: collectionRoot + info.Path, name: "GET " + info.Path}
	seen := map[string]bool{mark: true}
	for range maxPages {
		k.query = withToken(query, mark)
		p, err := c.page(ctx, k)
		if mark != "" && oura.CodeOf(err) == oura.CodeInvalid {
			return unavailable(k.name, errors.Join(errPageExpired, err))
		} else if err != nil {
			return err
		}
		mark = p.next()
		if err := each(p.Data, mark); err != nil || mark == "" {
			return err
		}
		if seen[mark] {
			return unavailable(k.name, errPageLoop)
		}
		seen[mark] = true
	}
	return unavailable(k.name, errPageCount)
}

func (p page) next() string {
	if p.Next == nil {
		return ""
	}
	return *p.Next
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
