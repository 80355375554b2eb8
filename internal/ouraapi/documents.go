package ouraapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"

	"oura-streaming/internal/oura"
)

const (
	collectionRoot = "/v2/usercollection/"
	rangeMargin    = 2    // days asked on each side, CONTRACT section 3
	maxPages       = 1000 // of one range; Oura's largest known answer had 37
)

// objectID is what we take for one of Oura's document ids (S-30).
var objectID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

// ValidObjectID reports whether id can be a document's id. Anything else is
// never put into a request.
func ValidObjectID(id string) bool { return objectID.MatchString(id) }

// Document returns the present state of one document as Oura sends it. Codes:
// not_found also while it is not yet visible, scope_missing, membership_lapsed,
// oura_app_outdated, unauthorized, rate_limited, unavailable, invalid.
func (c *Client) Document(ctx context.Context, dt oura.DataType, id string) (json.RawMessage, error) {
	info, err := documentType(dt)
	if err != nil {
		return nil, err
	}
	if !ValidObjectID(id) {
		return nil, invalid("The document has no usable identifier, so Oura was not asked.", dt, "object id malformed")
	}
	ans, err := c.fetch(ctx, call{
		method: http.MethodGet,
		path:   collectionRoot + info.Path + "/" + url.PathEscape(id),
		name:   "GET " + info.Path + "/{id}",
	})
	if err != nil {
		return nil, err
	}
	return ans.object()
}

// object returns the body as one JSON object.
func (a answer) object() (json.RawMessage, error) {
	body := bytes.TrimSpace(a.body)
	if !bytes.HasPrefix(body, []byte("{")) || !json.Valid(body) {
		return nil, a.unparsable(errors.New("not a JSON object"))
	}
	return body, nil
}

// Documents hands the documents of dt whose day lies in [from, to] to each, page
// by page, oldest first. Oura compares a key instant that can lie a day off, so
// two more days are asked on both sides and the day is compared here; a document
// without a readable day is handed on as well. Types without dates come whole.
// When Oura's page mark has expired or repeats, pages may come twice and the
// error is unavailable: what each has received is good, but may not be all.
func (c *Client) Documents(ctx context.Context, dt oura.DataType, from, to oura.Day, each func([]json.RawMessage) error) error {
	return c.DocumentsFrom(ctx, dt, from, to, "", func(docs []json.RawMessage, _ string) error { return each(docs) })
}

// DocumentsFrom is Documents from the page on that mark names, "" for the first.
// each also gets the mark of the page that follows, "" after the last, to go on
// there another time. A mark that Oura no longer takes leads back to the first
// page.
func (c *Client) DocumentsFrom(ctx context.Context, dt oura.DataType, from, to oura.Day, mark string,
	each func(docs []json.RawMessage, next string) error) error {
	info, err := documentType(dt)
	if err != nil {
		return err
	}
	query := url.Values{}
	if info.Dated {
		if !validDay(from) || !validDay(to) || from > to {
			return invalid("The first day must not lie behind the last one.", dt, fmt.Sprintf("range %q to %q", from, to))
		}
		query.Set("start_date", string(from.Add(-rangeMargin)))
		query.Set("end_date", string(to.Add(rangeMargin)))
	}
	keep := func(docs []json.RawMessage, next string) error { return each(within(info, docs, from, to), next) }
	err = c.pages(ctx, info, query, mark, keep)
	if errors.Is(err, errPageExpired) {
		err = c.pages(ctx, info, query, "", keep) // once more from the start; storing is idempotent
	}
	return err
}

func documentType(dt oura.DataType) (oura.TypeInfo, error) {
	info, ok := oura.Lookup(dt)
	if !ok || info.Kind != oura.KindDocument {
		return info, invalid("Oura offers no documents of this type.", dt, "no document collection")
	}
	return info, nil
}

func invalid(message string, dt oura.DataType, fact string) error {
	return &oura.Error{Code: oura.CodeInvalid, Message: message, Err: fmt.Errorf("%.64q: %s", string(dt), fact)}
}

func validDay(d oura.Day) bool {
	_, err := oura.ParseDay(string(d))
	return err == nil
}

func within(info oura.TypeInfo, docs []json.RawMessage, from, to oura.Day) []json.RawMessage {
	if !info.Dated {
		return docs
	}
	kept := docs[:0]
	for _, doc := range docs {
		if day, _ := info.Place(doc); day == "" || from <= day && day <= to {
			kept = append(kept, doc)
		}
	}
	return kept
}
