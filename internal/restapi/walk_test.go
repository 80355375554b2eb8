package restapi

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"pgregory.net/rapid"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// schema is a JSON schema as it stands in the document.
type schema map[string]any

// described is an operation with what the document says it takes.
type described struct {
	method, path string
	Parameters   []struct {
		Name, In string
		Required bool
		Schema   schema
	}
	RequestBody struct {
		Required bool
		Content  map[string]struct{ Schema schema }
	}
}

// walker asks every call of the served document with inputs made from it, and
// compares the answers with it.
type walker struct {
	h       http.Handler
	valid   validator.Validator
	calls   []described
	schemas map[string]schema
	served  map[string]int // calls that were carried out, by method and path
}

func newWalker(t *testing.T, h http.Handler) *walker {
	t.Helper()
	text := ask(t, h, http.MethodGet, "/openapi.json", nil).Body.Bytes()
	parsed, err := libopenapi.NewDocument(text)
	if err != nil {
		t.Fatal(err)
	}
	valid, errs := validator.NewValidator(parsed)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var doc struct {
		Paths      map[string]map[string]described
		Components struct{ Schemas map[string]schema }
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	w := &walker{h: h, valid: valid, schemas: doc.Components.Schemas, served: map[string]int{}}
	for path, methods := range doc.Paths {
		for method, d := range methods {
			d.method, d.path = strings.ToUpper(method), path
			w.calls = append(w.calls, d)
		}
	}
	slices.SortFunc(w.calls, func(a, b described) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return w
}

func TestOpenAPI_IsAValidDocument(t *testing.T) {
	w := newWalker(t, (&fake{}).handler())
	if ok, errs := w.valid.ValidateDocument(); !ok {
		for _, err := range errs {
			t.Error(err)
		}
	}
}

// step asks one call once.
func (w *walker) step(t *testing.T, r *rapid.T, d described) {
	req := w.request(r, d)
	answer := ask(t, w.h, req.Method, req.URL.String(), func(out *http.Request) {
		for name, values := range req.Header {
			out.Header[name] = values
		}
		out.Body, out.ContentLength = req.Body, req.ContentLength
	})
	what := fmt.Sprintf("%s %s", req.Method, req.URL)
	if answer.Code >= http.StatusInternalServerError {
		r.Fatalf("%s: %d %s", what, answer.Code, answer.Body)
	}
	checkHeaders(t, what, answer)
	if answer.Code < http.StatusMultipleChoices {
		w.served[d.method+" "+d.path]++
	}
	if ok, errs := w.valid.ValidateHttpResponse(req, answer.Result()); !ok {
		for _, err := range errs {
			r.Errorf("%s answered %d %s: %v", what, answer.Code, answer.Body, err)
		}
		r.FailNow()
	}
}

// request fills in what d takes: mostly what the document allows, at times anything.
func (w *walker) request(r *rapid.T, d described) *http.Request {
	path, query, header := w.knownPath(r, d), url.Values{}, http.Header{}
	for _, p := range d.Parameters {
		if p.In == "path" && !strings.Contains(path, "{"+p.Name+"}") {
			continue // filled in with what is there
		}
		if !p.Required && !rapid.Bool().Draw(r, "with "+p.Name) {
			continue
		}
		for _, text := range w.texts(r, p.Name, p.Schema) {
			switch p.In {
			case "path":
				path = strings.Replace(path, "{"+p.Name+"}", url.PathEscape(text), 1)
			case "query":
				query.Add(p.Name, text)
			case "header":
				header.Set(p.Name, text)
			}
		}
	}
	target := path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	var body string
	if d.RequestBody.Content != nil && (d.RequestBody.Required || rapid.Bool().Draw(r, "with body")) {
		text, err := json.Marshal(w.value(r, "body", d.RequestBody.Content["application/json"].Schema))
		if err != nil {
			r.Fatal(err)
		}
		body = string(text)
	}
	req := httptest.NewRequest(d.method, target, strings.NewReader(body))
	if body != "" {
		header.Set("Content-Type", "application/json")
	}
	for name, values := range header {
		req.Header[name] = values
	}
	return req
}

// there names things that a walkable store holds, by parameters that belong
// together: drawn one by one they would hardly ever meet.
var there = strings.NewReplacer("{data_type}", string(oura.DailySleep), "{object_id}", "doc-1", "{seq}", "2", "{id}", "1")

// knownPath is the path of d, at every third try filled in with what is there.
func (w *walker) knownPath(r *rapid.T, d described) string {
	if rapid.IntRange(0, 2).Draw(r, "what is there") == 0 {
		return there.Replace(d.path)
	}
	return d.path
}

// texts are the values of a parameter as they are sent.
func (w *walker) texts(r *rapid.T, name string, s schema) []string {
	if rapid.IntRange(0, 5).Draw(r, "odd "+name) == 0 {
		odd := rapid.SampledFrom([]string{"0", "-1", "9223372036854775808", "1e3", "null", "true", "2026-02-30", "'", "%", "ä", "1;2"})
		return []string{odd.Draw(r, name)}
	}
	v := w.value(r, name, s)
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var out []string
	for _, one := range list {
		out = append(out, fmt.Sprint(one))
	}
	return out
}

var (
	someDays  = []string{"2026-11-22", "2026-11-01", "2020-02-29", "1999-12-31", "2100-01-01"}
	someTimes = []string{"2026-11-22T06:12:31Z", "2026-11-22T07:30:00+02:00", "2020-02-29T23:59:59.999Z", "0001-01-01T00:00:00Z"}
	someTexts = []string{"a", "doc-1", "1", "score", "x y", "..%2f", strings.Repeat("ü", 60), "<script>", "\"quoted\""}
)

// value makes one that s allows.
func (w *walker) value(r *rapid.T, label string, s schema) any {
	if ref, ok := s["$ref"].(string); ok {
		return w.value(r, label, w.schemas[strings.TrimPrefix(ref, "#/components/schemas/")])
	}
	if list, ok := s["enum"].([]any); ok {
		return rapid.SampledFrom(list).Draw(r, label)
	}
	kind, _ := s["type"].(string)
	if kinds, ok := s["type"].([]any); ok {
		kind = fmt.Sprint(kinds[0])
	}
	switch kind {
	case "integer":
		return rapid.Int64Range(bound(s, "minimum", 0), bound(s, "maximum", 1<<40)).Draw(r, label)
	case "number":
		return rapid.Float64Range(-1e6, 1e6).Draw(r, label)
	case "boolean":
		return rapid.Bool().Draw(r, label)
	case "array":
		items, _ := s["items"].(map[string]any)
		var out []any
		for i := range rapid.IntRange(1, 3).Draw(r, label+" items") {
			out = append(out, w.value(r, fmt.Sprint(label, i), items))
		}
		return out
	case "object":
		return w.object(r, label, s)
	}
	return w.text(r, label, s)
}

func (w *walker) object(r *rapid.T, label string, s schema) map[string]any {
	out := map[string]any{}
	properties, _ := s["properties"].(map[string]any)
	required, _ := s["required"].([]any)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if slices.Contains(required, any(name)) || rapid.Bool().Draw(r, "with "+name) {
			property, _ := properties[name].(map[string]any)
			out[name] = w.value(r, label+"."+name, property)
		}
	}
	return out
}

func (w *walker) text(r *rapid.T, label string, s schema) string {
	pattern, _ := s["pattern"].(string)
	switch format, _ := s["format"].(string); {
	case format == "date":
		return rapid.SampledFrom(someDays).Draw(r, label)
	case format == "date-time":
		return rapid.SampledFrom(someTimes).Draw(r, label)
	case pattern != "" && rapid.Bool().Draw(r, label+" by pattern"):
		return rapid.StringMatching(pattern).Draw(r, label)
	case pattern != "":
		return rapid.SampledFrom([]string{"daily_sleep", "workout", "sleep", "heartrate", "aura", "meal"}).Draw(r, label)
	}
	return rapid.SampledFrom(someTexts).Draw(r, label)
}

func bound(s schema, name string, otherwise int64) int64 {
	if v, ok := s[name].(float64); ok {
		return int64(v)
	}
	return otherwise
}

// walkable is a store with a little of everything.
func walkable(t *testing.T, folder string) *sqlite.Store {
	t.Helper()
	s := openStore(t, folder)
	for n := range 50 { // fewer than the store would index in the background
		apply(t, s, change(s, n, []oura.DataType{oura.Workout, oura.DailySleep, "aura"}[n%3]))
		insertDelivery(t, s, n)
	}
	return s
}

func TestWalk_EveryCallAnswersAsDescribedWhateverItIsAsked(t *testing.T) {
	s := walkable(t, t.TempDir())
	defer func() { _ = s.Close() }()
	w := newWalker(t, withStore(s))
	fewChecks(t)
	rapid.Check(t, func(r *rapid.T) {
		for _, d := range w.calls {
			w.step(t, r, d)
		}
	})
	for _, d := range w.calls {
		if w.served[d.method+" "+d.path] == 0 {
			t.Errorf("%s %s was refused at every try: it proves nothing", d.method, d.path)
		}
	}
}

// fewChecks bounds the time of a walk, in which each check asks every call.
func fewChecks(t *testing.T) {
	t.Helper()
	before := flag.Lookup("rapid.checks").Value.String()
	if err := flag.Set("rapid.checks", "40"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = flag.Set("rapid.checks", before) }) // it was accepted before
}

func TestS08_ReadingChangesNothingWhateverIsAsked(t *testing.T) {
	folder := t.TempDir()
	before := closeAndHash(t, walkable(t, folder), folder)
	s := openStore(t, folder)
	w := newWalker(t, withStore(s))
	fewChecks(t)
	rapid.Check(t, func(r *rapid.T) {
		for _, d := range w.calls {
			if d.method == http.MethodGet {
				w.step(t, r, d)
				w.step(t, r, d)
			}
		}
	})
	if after := closeAndHash(t, s, folder); after != before {
		t.Error("reading changed the database")
	}
}
