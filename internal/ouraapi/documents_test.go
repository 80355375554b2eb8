package ouraapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"testing"

	"oura-streaming/internal/oura"
)

func keepNone([]json.RawMessage) error { return nil }

// ids collects the ids of all documents handed on.
func ids(into *[]string) func([]json.RawMessage) error {
	return func(docs []json.RawMessage) error {
		for _, d := range docs {
			var v struct {
				ID string `json:"id"`
			}
			if err := json.Unmarshal(d, &v); err != nil {
				return err
			}
			*into = append(*into, v.ID)
		}
		return nil
	}
}

func TestDocuments_AsksTwoDaysMoreAndKeepsTheDaysWanted(t *testing.T) {
	var query string
	client := offline(func(r *http.Request) (*http.Response, error) {
		query = r.URL.RawQuery
		return respond(200, `{"data":[{"id":"early","day":"2026-03-09"},{"id":"first","day":"2026-03-10"},
			{"id":"last","day":"2026-03-11"},{"id":"late","day":"2026-03-12"},{"id":"odd","day":7}]}`), nil
	})
	var got []string
	if err := client.Documents(t.Context(), oura.Sleep, "2026-03-10", "2026-03-11", ids(&got)); err != nil {
		t.Fatal(err)
	}
	if query != "end_date=2026-03-13&start_date=2026-03-08" {
		t.Errorf("asked %s", query)
	}
	if !slices.Equal(got, []string{"first", "last", "odd"}) {
		t.Errorf("kept %v", got)
	}
}

func TestDocuments_PathsAndUndatedTypes(t *testing.T) {
	var urls []string
	client := offline(func(r *http.Request) (*http.Response, error) {
		urls = append(urls, r.URL.RequestURI())
		if r.URL.Path == "/v2/usercollection/vO2_max/doc_1-x" {
			return respond(200, `{}`), nil
		}
		return respond(200, `{"data":[{"id":"ring"}],"next_token":null}`), nil
	})
	var got []string
	if err := client.Documents(t.Context(), oura.RingConfiguration, "", "", ids(&got)); err != nil || len(got) != 1 {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := client.Document(t.Context(), oura.VO2Max, "doc_1-x"); err != nil {
		t.Error(err)
	}
	if !slices.Equal(urls, []string{"/v2/usercollection/ring_configuration", "/v2/usercollection/vO2_max/doc_1-x"}) {
		t.Errorf("asked %v", urls)
	}
}

func TestDocuments_RangeErrorsAreOurs(t *testing.T) {
	client := offline(func(*http.Request) (*http.Response, error) { return nil, errors.New("asked") })
	for _, r := range [][2]oura.Day{{"2026-01-02", "2026-01-01"}, {"", "2026-01-01"}, {"2026-13-01", "2026-13-02"}} {
		if err := client.Documents(t.Context(), oura.Sleep, r[0], r[1], keepNone); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("%v: %v", r, err)
		}
	}
}

// collection serves n pages of one document each; a page mark is its number.
func collection(n int, next func(page int) string) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		page, _ := strconv.Atoi(r.URL.Query().Get("next_token"))
		if r.URL.Query().Get("start_date") == "" {
			return respond(400, "parameters lost"), nil
		}
		mark := "null"
		if page+1 < n {
			mark = strconv.Quote(next(page))
		}
		return respond(200, `{"data":[{"id":"`+strconv.Itoa(page)+`","day":"2026-01-01"}],"next_token":`+mark+`}`), nil
	}
}

func documents(t *testing.T, f roundTrip) (got []string, err error) {
	t.Helper()
	err = offline(f).Documents(t.Context(), oura.Sleep, "2026-01-01", "2026-01-01", ids(&got))
	return got, err
}

func TestF34_AllPagesAreRead(t *testing.T) {
	got, err := documents(t, collection(37, func(p int) string { return strconv.Itoa(p + 1) }))
	if err != nil || len(got) != 37 {
		t.Errorf("%d pages, %v", len(got), err)
	}
}

func TestF34_LoopingPagesEndAndAreNotCalledComplete(t *testing.T) {
	cases := map[string]func(int) string{
		"the same mark again": func(int) string { return "1" },
		"a circle of three":   func(p int) string { return strconv.Itoa((p + 1) % 4) },
		"new marks for ever":  func(p int) string { return strconv.Itoa(p + 1) },
	}
	for name, next := range cases {
		t.Run(name, func(t *testing.T) {
			requests := 0
			pages := collection(1<<30, next)
			got, err := documents(t, func(r *http.Request) (*http.Response, error) { requests++; return pages(r) })
			if oura.CodeOf(err) != oura.CodeUnavailable || requests > maxPages {
				t.Errorf("%v after %d requests", err, requests)
			}
			if len(got) == 0 {
				t.Error("what was read before the loop is lost")
			}
		})
	}
}

func TestF34_ExpiredPageMarkStartsOverOnce(t *testing.T) {
	for _, heals := range []bool{true, false} {
		refusals := 0
		pages := collection(3, func(p int) string { return strconv.Itoa(p + 1) })
		got, err := documents(t, func(r *http.Request) (*http.Response, error) {
			if r.URL.Query().Get("next_token") == "2" && (!heals || refusals == 0) {
				refusals++
				return respond(422, `{"detail":"next_token expired"}`), nil
			}
			return pages(r)
		})
		want := []string{"0", "1", "0", "1", "2"}
		if heals && (err != nil || !slices.Equal(got, want)) {
			t.Errorf("got %v, %v", got, err)
		}
		if !heals && (oura.CodeOf(err) != oura.CodeUnavailable || refusals != 2) {
			t.Errorf("never healing: %v after %d refusals", err, refusals)
		}
	}
}

func TestF34_PageWithoutDataIsNoEmptyPage(t *testing.T) {
	for _, body := range []string{`{}`, `{"data":null}`, `{"detail":"x"}`, `[]`, `{"data":[`} {
		_, err := documents(t, func(*http.Request) (*http.Response, error) { return respond(200, body), nil })
		if oura.CodeOf(err) != oura.CodeUnavailable {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestDocuments_StopsWithTheCallersError(t *testing.T) {
	enough := errors.New("enough")
	err := offline(collection(5, func(p int) string { return strconv.Itoa(p + 1) })).
		Documents(t.Context(), oura.Sleep, "2026-01-01", "2026-01-01", func([]json.RawMessage) error { return enough })
	if !errors.Is(err, enough) {
		t.Errorf("got %v", err)
	}
}
