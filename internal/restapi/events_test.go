package restapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

func TestEvents_AnEventIsExactlyAsDesigned(t *testing.T) {
	s, h := newStore(t)
	c := change(s, 0, oura.DailySleep)
	c.ObjectID, c.Operation = "obj-1", oura.Update
	c.ReceivedAt = time.Date(2026, 11, 22, 7, 12, 33, 120_000_000, time.FixedZone("", 3600))
	c.Data = json.RawMessage(`{"id":"obj-1","day":"2026-11-22"}`)
	seq := apply(t, s, c)[0].Seq
	want := fmt.Sprintf(`{"seq":%d,"data_type":"daily_sleep","event_type":"update","object_id":"obj-1","user_id":"user-1","day":"2026-11-22",`+
		`"timestamp":"2026-11-22T06:12:31+00:00","received_at":"2026-11-22T06:12:33.120Z","source":"webhook",`+
		`"data":{"id":"obj-1","day":"2026-11-22"}`, seq)
	if got := ask(t, h, http.MethodGet, "/events", nil).Body.String(); got != "["+want+"}]\n" {
		t.Errorf("list\n got %s\nwant %s", got, want)
	}
	if got := ask(t, h, http.MethodGet, fmt.Sprintf("/events/%d", seq), nil).Body.String(); got != want+`,"previous_seq":null}`+"\n" {
		t.Errorf("one\n got %s\nwant %s", got, want)
	}
}

func TestEvents_OurasDocumentIsUntouched(t *testing.T) {
	s, h := newStore(t)
	for i, doc := range []string{
		`{"score":1.0,"e":1e5,"E":1E-7,"big":12345678901234567890123,"neg":-0,"zero":0.10}`,
		`{"unknown":{"deep":[null,true,[],{}]},"z":1,"a":2,"z2":3}`,
		`{"text":"<b>&amp; \u2028 ä \"q\" \\ \/ \ud83d\ude00 😀","":""}`,
	} {
		c := change(s, i, oura.Sleep)
		c.Data = json.RawMessage(doc)
		seq := apply(t, s, c)[0].Seq
		got := ask(t, h, http.MethodGet, fmt.Sprintf("/events/%d", seq), nil).Body.String()
		if !strings.Contains(got, `"data":`+doc+`,"previous_seq"`) {
			t.Errorf("document came out as %s\nwant %s", got, doc)
		}
	}
}

func TestEvents_DeleteHasNoDataAndNamesTheRevisionBefore(t *testing.T) {
	s, h := newStore(t)
	c := change(s, 1, oura.Workout)
	first := apply(t, s, c)[0].Seq
	c.Operation, c.Data, c.Day, c.Ticket = oura.Delete, nil, "", s.Ticket()
	last := apply(t, s, c)[0].Seq
	var got EventDetail
	decode(t, ask(t, h, http.MethodGet, fmt.Sprintf("/events/%d", last), nil).Body.String(), &got)
	if string(got.Data) != "null" || got.PreviousSeq == nil || *got.PreviousSeq != first {
		t.Errorf("delete came out as %+v", got)
	}
	wantProblem(t, ask(t, h, http.MethodGet, "/events/999999", nil), http.StatusNotFound, oura.CodeNotFound)
}

func TestEvents_WithoutAnyTheListIsEmptyNotNull(t *testing.T) {
	_, h := newStore(t)
	w := ask(t, h, http.MethodGet, "/events", nil)
	if w.Body.String() != "[]\n" || w.Header().Get("Link") != "" || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("%v %q", w.Header(), w.Body)
	}
}

// fill stores 257 events of changing type, operation and source.
func fill(t *testing.T, s *sqlite.Store) {
	t.Helper()
	types := []oura.DataType{oura.DailySleep, oura.Workout, oura.Tag}
	sources := []oura.Source{oura.SourceWebhook, oura.SourcePoll}
	changes := make([]sqlite.Change, 257)
	for i := range changes {
		changes[i] = change(s, i, types[i%3])
		changes[i].Operation, changes[i].Source = oura.Operations()[i%2], sources[i%2]
	}
	apply(t, s, changes...)
}

func TestEvents_PagesReachTheEndWithoutGapOrRepeat(t *testing.T) {
	s, h := newStore(t)
	fill(t, s)
	for name, c := range map[string]struct {
		query string
		count int
	}{
		"all":                 {"limit=10", 257},
		"default page":        {"", 257},
		"one page exactly":    {"limit=257", 257},
		"one row each":        {"limit=1&data_type=tag&source=poll", 42},
		"oldest first":        {"order=asc&limit=7", 257},
		"oldest after zero":   {"order=asc&after=0&limit=100", 257},
		"one type":            {"data_type=daily_sleep&limit=9", 86},
		"two types":           {"data_type=daily_sleep&data_type=tag&limit=9", 171},
		"an unknown type":     {"data_type=no_such_type", 0},
		"operation":           {"event_type=create&limit=50", 129},
		"source":              {"source=poll&limit=50&order=asc", 128},
		"since":               {"since=" + url.QueryEscape(testNow.Add(200*time.Minute).Format(time.RFC3339)) + "&limit=10", 57},
		"until":               {"until=" + url.QueryEscape(testNow.Add(200*time.Minute).Format(time.RFC3339)) + "&limit=33", 200},
		"since in other zone": {"since=" + url.QueryEscape("2026-11-22T09:00:00+01:00") + "&limit=33", 197},
	} {
		t.Run(name, func(t *testing.T) { wantPages(t, h, c.query, c.count) })
	}
}

// wantPages follows rel=next to the end and compares with the whole in one page.
func wantPages(t *testing.T, h http.Handler, query string, count int) {
	t.Helper()
	var got []int64
	target := "/events?" + query
	for target != "" && len(got) <= count {
		w := ask(t, h, http.MethodGet, target, nil)
		var page []Event
		decode(t, w.Body.String(), &page)
		for _, e := range page {
			got = append(got, e.Seq)
		}
		if len(page) == 0 && len(got) > 0 {
			t.Error("the last page is empty")
		}
		target = nextOf(t, w.Header().Values("Link"))
	}
	sorted := slices.Clone(got)
	slices.Sort(sorted)
	if unique := len(slices.Compact(sorted)); unique != count || len(got) != count {
		t.Errorf("%d rows, %d different, want %d", len(got), unique, count)
	}
	if !strings.Contains(query, "order=asc") {
		slices.Reverse(got)
	}
	if !slices.IsSorted(got) {
		t.Error("not in order")
	}
}

// nextOf takes the address of the next page out of the Link header.
func nextOf(t *testing.T, link []string) string {
	t.Helper()
	if len(link) == 0 {
		return ""
	}
	address, ok := strings.CutSuffix(strings.TrimPrefix(link[0], "<"), `>; rel="next"`)
	if !ok || !strings.HasPrefix(address, "http://"+testHost+"/") {
		t.Fatalf("Link is %q", link)
	}
	return strings.TrimPrefix(address, "http://"+testHost)
}

func TestEvents_NewOnesDoNotDisturbPagesUnderWay(t *testing.T) {
	s, h := newStore(t)
	fill(t, s)
	w := ask(t, h, http.MethodGet, "/events?limit=200", nil)
	apply(t, s, change(s, 900, oura.Tag), change(s, 901, oura.Tag))
	var rest []Event
	decode(t, ask(t, h, http.MethodGet, nextOf(t, w.Header().Values("Link")), nil).Body.String(), &rest)
	if len(rest) != 57 || rest[0].ObjectID != "doc-56" {
		t.Errorf("second page has %d rows", len(rest))
	}
}

func TestEvents_BadParametersAreNamedWithWhatIsAllowed(t *testing.T) {
	f := &fake{}
	h := f.handler()
	for query, want := range map[string]string{
		"limit=0":                         "Parameter limit cannot be used as given. It takes: A whole number from 1 to 1000",
		"limit=1001":                      "Parameter limit cannot be used as given. It takes: A whole number from 1 to 1000",
		"limit=ten":                       "Parameter limit",
		"limit=1e2":                       "Parameter limit",
		"limit":                           "Parameter limit",
		"after=-1":                        "Parameter after cannot be used as given. It takes: A whole number from 0",
		"before=0":                        "Parameter before",
		"before=99999999999999999999":     "Parameter before",
		"order=up":                        "Parameter order cannot be used as given. It takes: One of desc (newest first), asc.",
		"event_type=created":              "Parameter event_type cannot be used as given. It takes: One of create, update, delete.",
		"source=mail":                     "Parameter source cannot be used as given. It takes: One of webhook, poll, backfill, catchup, import.",
		"since=yesterday":                 "Parameter since cannot be used as given. It takes: A time such as 2026-11-22T06:12:31Z (write + as %2B)",
		"since=2026-11-22":                "Parameter since",
		"until=2026-11-22T06:12:31+00:00": "Parameter until", // the + arrives as a space
		"since=2026-11-22T07:00:00Z&until=2026-11-22T06:00:00Z": "Parameter until cannot be used as given. It takes: a time that is not before since.",
		"data_type=" + strings.Repeat("x", 65):                  "Parameter data_type cannot be used as given. It takes: A data type such as daily_sleep (letters, digits and _, at most 64).",
		"data_type=tag&data_type=a,b":                           "Parameter data_type",
		"data_type=../x":                                        "Parameter data_type",
		"data_type=%27%20OR%201=1--":                            "Parameter data_type",
		"q=" + strings.Repeat("x", 201):                         "Parameter q cannot be used as given. It takes: A text of at most 200 characters",
		"datatype=tag":                                          "One of the parameters is not known here. This call takes: after, before, data_type, event_type, limit, order, q, since, source, until.",
		"access_token=x":                                        "One of the parameters is not known here.",
	} {
		w := ask(t, h, http.MethodGet, "/events?"+query, nil)
		p := wantProblem(t, w, http.StatusUnprocessableEntity, codeInvalid)
		if !strings.HasPrefix(p.Detail, want) {
			t.Errorf("%s: detail %q, want %q", query, p.Detail, want)
		}
	}
	w := ask(t, h, http.MethodGet, "/events/0", nil)
	if p := wantProblem(t, w, 422, codeInvalid); !strings.HasPrefix(p.Detail, "Parameter seq cannot be used as given. It takes: A whole number from 1") {
		t.Errorf("detail %q", p.Detail)
	}
	w = ask(t, h, http.MethodGet, "/status?verbose=1", nil)
	if p := wantProblem(t, w, 422, codeInvalid); !strings.HasPrefix(p.Detail, "This call takes no parameters.") {
		t.Errorf("detail %q", p.Detail)
	}
	if n := f.calls.Load(); n != 0 {
		t.Errorf("%d bad requests reached the store", n)
	}
}

func decode(t *testing.T, text string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}
