package ourasim

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Approve does what a user in a browser does: opens authorizeURL, leaves only
// the given scopes switched on (none given: all), presses Allow and follows the
// redirect to the client's callback. It returns that redirect. A redirect with a
// scheme of its own is returned without being followed.
func Approve(ctx context.Context, authorizeURL string, scopes ...string) (redirect string, err error) {
	return walkConsent(ctx, authorizeURL, "allow", scopes)
}

// Deny opens authorizeURL, presses Deny and follows the redirect.
func Deny(ctx context.Context, authorizeURL string) (redirect string, err error) {
	return walkConsent(ctx, authorizeURL, "deny", nil)
}

func walkConsent(ctx context.Context, authorizeURL, decision string, scopes []string) (string, error) {
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	b := browser{&http.Client{
		Transport:     transport,
		Timeout:       time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	page, err := b.openPage(ctx, authorizeURL)
	if err != nil {
		return "", err
	}
	back := page.redirect
	if back == "" {
		if back, err = b.press(ctx, page, decision, scopes); err != nil {
			return "", err
		}
	}
	return back, b.visit(ctx, back)
}

type browser struct{ http *http.Client }

// openPage follows redirects until a page with a form comes. A redirect that
// carries the outcome already (an OAuth error) is returned in form.redirect.
func (b browser) openPage(ctx context.Context, address string) (form, error) {
	for range 5 {
		res, err := b.send(ctx, http.MethodGet, address, nil)
		if err != nil {
			return form{}, err
		}
		if next := location(res); next != nil {
			_ = res.Body.Close() // a redirect's body is of no interest
			if next.Query().Has("error") {
				return form{redirect: next.String()}, nil
			}
			address = next.String()
			continue
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusOK {
			return form{}, fmt.Errorf("consent page answered %s", res.Status)
		}
		return readForm(res.Body, res.Request.URL)
	}
	return form{}, errors.New("consent page redirects without end")
}

// press submits the form with one of its buttons and returns the redirect.
func (b browser) press(ctx context.Context, f form, decision string, scopes []string) (string, error) {
	values := url.Values{}
	for _, field := range f.fields {
		if field.box && len(scopes) > 0 && !slices.Contains(scopes, field.value) {
			continue
		}
		values.Add(field.name, field.value)
	}
	if !slices.Contains(f.buttons, decision) {
		return "", fmt.Errorf("consent page has no button %q", decision)
	}
	values.Set("decision", decision)
	res, err := b.send(ctx, http.MethodPost, f.action, strings.NewReader(values.Encode()))
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	if to := location(res); to != nil {
		return to.String(), nil
	}
	return "", fmt.Errorf("consent form answered %s", res.Status)
}

// visit opens the client's callback, following its redirects.
func (b browser) visit(ctx context.Context, address string) error {
	for range 5 {
		if !strings.HasPrefix(address, "http") {
			return nil
		}
		res, err := b.send(ctx, http.MethodGet, address, nil)
		if err != nil {
			return fmt.Errorf("open callback: %w", err)
		}
		_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<20)) // only the status matters
		_ = res.Body.Close()
		next := location(res)
		if next == nil {
			if res.StatusCode >= http.StatusBadRequest {
				return fmt.Errorf("callback answered %s", res.Status)
			}
			return nil
		}
		address = next.String()
	}
	return errors.New("callback redirects without end")
}

func (b browser) send(ctx context.Context, method, address string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "text/html")
	if body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return b.http.Do(req)
}

func location(res *http.Response) *url.URL {
	if res.StatusCode < 300 || res.StatusCode > 399 {
		return nil
	}
	to, err := res.Location()
	if err != nil {
		return nil
	}
	return to
}

// form is what a browser would submit from the page.
type form struct {
	action   string
	fields   []formField
	buttons  []string
	redirect string
}

type formField struct {
	name, value string
	box         bool
}

// readForm takes the first form of a page that is well-formed enough for
// encoding/xml in its lenient mode.
func readForm(r io.Reader, page *url.URL) (form, error) {
	dec := xml.NewDecoder(r)
	dec.Strict, dec.AutoClose, dec.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	var f form
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return f, errors.New("consent page holds no form")
		} else if err != nil {
			return f, fmt.Errorf("read consent page: %w", err)
		}
		switch el := tok.(type) {
		case xml.StartElement:
			if err := f.take(el, page); err != nil {
				return f, err
			}
		case xml.EndElement:
			if el.Name.Local == "form" {
				return f, nil
			}
		}
	}
}

func (f *form) take(el xml.StartElement, page *url.URL) error {
	attr := map[string]string{}
	for _, a := range el.Attr {
		attr[a.Name.Local] = a.Value
	}
	switch el.Name.Local {
	case "form":
		to, err := page.Parse(attr["action"])
		if err != nil {
			return fmt.Errorf("consent form: %w", err)
		}
		f.action = to.String()
	case "input":
		_, checked := attr["checked"]
		box := attr["type"] == "checkbox"
		if checked || !box {
			f.fields = append(f.fields, formField{attr["name"], attr["value"], box})
		}
	case "button":
		f.buttons = append(f.buttons, attr["value"])
	}
	return nil
}
