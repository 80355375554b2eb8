package ourasim

import (
	"compress/gzip"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

func beats(from time.Time, n int, step time.Duration) []Row {
	rows := make([]Row, n)
	for i := range rows {
		at := from.Add(time.Duration(i) * step)
		rows[i] = Row{at.UnixMilli(), fmt.Appendf(nil, `{"id":"%d","bpm":60,"timestamp":"%s"}`, i, at.Format(time.RFC3339))}
	}
	return rows
}

// allPages reads to the end and fails on a repeated token.
func allPages(t *testing.T, s *Sim, token, path string) (ids []string, sizes []int) {
	t.Helper()
	seen, next := map[string]bool{}, ""
	for {
		p := getPage(t, s, token, path+next)
		if len(p.Data) > 0 {
			ids = append(ids, strings.Fields(p.ids())...)
		}
		sizes = append(sizes, len(p.Data))
		if p.Next == nil {
			return ids, sizes
		}
		if seen[*p.Next] {
			t.Fatal("repeated next_token")
		}
		seen[*p.Next] = true
		next = "&next_token=" + url.QueryEscape(*p.Next)
	}
}

func inOrder(t *testing.T, ids []string, n int) {
	t.Helper()
	if len(ids) != n {
		t.Fatalf("%d rows, want %d", len(ids), n)
	}
	for i, id := range ids {
		if id != fmt.Sprint(i) {
			t.Fatalf("row %d is %s", i, id)
		}
	}
}

func TestPaging_HeartRateToTheEnd(t *testing.T) {
	from := testStart().Add(-20 * time.Hour)
	for _, c := range []struct {
		name string
		opt  Options
		n    int
	}{
		{"added rows", Options{Series: map[oura.DataType][]Row{oura.HeartRate: beats(from, 2500, 10*time.Second)}}, 2500},
		{"rows of a source", Options{Sources: map[oura.DataType]RowSource{oura.HeartRate: source(beats(from, 2500, 10*time.Second))}}, 2500},
		{"all at one instant", Options{Series: map[oura.DataType][]Row{oura.HeartRate: beats(from, 2100, 0)}}, 2100},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := startSim(t, c.opt)
			ids, sizes := allPages(t, s, signIn(s).Access, "/v2/usercollection/heartrate?start_datetime=2026-08-19T00:00:00Z")
			inOrder(t, ids, c.n)
			if sizes[0] != 1000 || sizes[1] != 1000 || len(sizes) != 3 {
				t.Errorf("page sizes %v", sizes)
			}
		})
	}
}

func source(rows []Row) RowSource {
	return func(from, to time.Time) iter.Seq[Row] {
		return func(yield func(Row) bool) {
			for _, r := range rows {
				if at := time.UnixMilli(r.TimeMS); !at.Before(from) && at.Before(to) && !yield(r) {
					return
				}
			}
		}
	}
}

func TestPaging_DocumentsWhileTheyChange(t *testing.T) {
	s := startSim(t, Options{})
	s.Change(func(sw *Switches) { sw.DocumentPageSize = 3 })
	token := signIn(s).Access
	for i := range 8 {
		must(t, s, doc("daily_sleep", fmt.Sprintf("d%d", i), fmt.Sprintf("2026-08-%02d", i+2), ""))
	}
	const path = "/v2/usercollection/daily_sleep?start_date=2026-08-01&end_date=2026-08-20"
	first := getPage(t, s, token, path)
	must(t, s, doc("daily_sleep", "early", "2026-08-01", "")) // before the cursor
	s.DeleteQuiet("daily_sleep", "d0")
	s.DeleteQuiet("daily_sleep", "d2") // the cursor's own document
	second := getPage(t, s, token, path+"&next_token="+*first.Next)
	third := getPage(t, s, token, "/v2/usercollection/daily_sleep?next_token="+*second.Next) // token alone
	got := strings.Join([]string{first.ids(), second.ids(), third.ids()}, " | ")
	if want := "d0 d1 d2 | d3 d4 d5 | d6 d7"; got != want || third.Next != nil {
		t.Errorf("got %q, want %q", got, want)
	}
}

func must(t *testing.T, s *Sim, d Doc) {
	t.Helper()
	if _, err := s.PutQuiet(d); err != nil {
		t.Fatal(err)
	}
}

func TestPaging_LoopAndExpired(t *testing.T) {
	s := startSim(t, Options{Series: map[oura.DataType][]Row{oura.HeartRate: beats(testStart().Add(-time.Hour), 30, time.Minute)}})
	s.Change(func(sw *Switches) { sw.SeriesPageSize, sw.Paging = 10, PagingLoop })
	token := signIn(s).Access
	first := getPage(t, s, token, "/v2/usercollection/heartrate")
	for range 3 {
		again := getPage(t, s, token, "/v2/usercollection/heartrate?next_token="+*first.Next)
		if again.Next == nil || *again.Next != *first.Next {
			t.Fatal("loop: the token changed")
		}
	}
	s.Change(func(sw *Switches) { sw.Paging = PagingExpired })
	if a := get(t, s, token, "/v2/usercollection/heartrate?next_token="+*first.Next); a.StatusCode != 400 {
		t.Errorf("expired token: %s", a.Status)
	}
}

func TestSeries_DefaultsLatestAndEnd(t *testing.T) {
	rows := beats(testStart().Add(-48*time.Hour), 49, time.Hour) // the last one is now
	s := startSim(t, Options{Series: map[oura.DataType][]Row{"heartrate": rows, "ring_battery_level": rows}})
	token := signIn(s).Access
	for _, c := range []struct {
		name, query string
		n           int
		last        string
	}{
		{"no dates: the last 24 hours", "heartrate", 25, "48"},
		{"latest", "heartrate?latest=true", 1, "48"},
		{"latest overrides the dates", "heartrate?latest=true&start_datetime=2026-08-19T00:00:00Z&end_datetime=2026-08-18T00:00:00Z", 1, "48"},
		{"battery too", "ring_battery_level?latest=true", 1, "48"},
		{"end included", "heartrate?start_datetime=2026-08-19T00:00:00Z&end_datetime=2026-08-19T02:00:00Z", 3, "14"},
		{"an offset, encoded", "heartrate?start_datetime=2026-08-19T02:00:00%2B02:00&end_datetime=2026-08-19T02:00:00%2B02:00", 1, "12"},
	} {
		p := getPage(t, s, token, "/v2/usercollection/"+c.query)
		if len(p.Data) != c.n || p.Data[len(p.Data)-1]["id"] != c.last {
			t.Errorf("%s: %d rows: %s", c.name, len(p.Data), p.ids())
		}
	}
	s.Change(func(sw *Switches) { sw.SeriesEndOpen, sw.OmitNullNextToken = true, true })
	a := get(t, s, token, "/v2/usercollection/heartrate?start_datetime=2026-08-19T00:00:00Z&end_datetime=2026-08-19T02:00:00Z")
	if strings.Count(string(a.body), "bpm") != 2 || strings.Contains(string(a.body), "next_token") {
		t.Errorf("open end without next_token: %s", a.body)
	}
}

func TestFields(t *testing.T) {
	s := startSim(t, Options{})
	token := signIn(s).Access
	must(t, s, doc("daily_sleep", "d", "2026-08-20", `,"score":80,"contributors":{}`))
	for _, c := range []struct{ name, query, want string }{
		{"the asked one and those that always come", "?fields=score", `{"day":"2026-08-20","id":"d","score":80}`},
		{"unknown names are ignored", "?fields=score,nonsense", `{"day":"2026-08-20","id":"d","score":80}`},
		{"only unknown names: whole", "?fields=nonsense", `{"id":"d","day":"2026-08-20","score":80,"contributors":{}}`},
		{"none: whole", "?fields=", `{"id":"d","day":"2026-08-20","score":80,"contributors":{}}`},
		{"latest is ignored elsewhere", "?latest=true", `{"id":"d","day":"2026-08-20","score":80,"contributors":{}}`},
	} {
		if a := get(t, s, token, "/v2/usercollection/daily_sleep"+c.query); string(a.body) != `{"data":[`+c.want+`],"next_token":null}` {
			t.Errorf("%s: %s", c.name, a.body)
		}
		if a := get(t, s, token, "/v2/usercollection/daily_sleep/d"+c.query); string(a.body) != c.want {
			t.Errorf("%s, single: %s", c.name, a.body)
		}
	}
}

func TestRoutes_NineteenAndSixteen(t *testing.T) {
	s := startSim(t, Options{})
	token := signIn(s).Access
	single := 0
	for _, c := range collections() {
		if a := get(t, s, token, "/v2/usercollection/"+c.path); a.StatusCode != 200 || a.Header.Get("X-Trace-Id") == "" {
			t.Errorf("%s: %s", c.path, a.Status)
		}
		if get(t, s, token, "/v2/usercollection/"+c.path+"/x").body[2] == 'd' && !c.series && c.path != "personal_info" {
			must(t, s, Doc{Type: c.typ, ID: "x", JSON: []byte(`{"id":"x","day":"2026-08-20"}`)})
			if a := get(t, s, token, "/v2/usercollection/"+c.path+"/x"); a.StatusCode == 200 {
				single++
			}
		}
	}
	if n := len(collections()); n != 19 || single != 16 || len(hookTypes()) != 17 {
		t.Errorf("%d collections, %d single routes, %d hooks", n, single, len(hookTypes()))
	}
}

// The simulator's table was written from the contract, the client's too. They
// must agree.
func TestCollections_AgreeWithClientsTable(t *testing.T) {
	for _, c := range collections() {
		info, ok := oura.Lookup(c.typ)
		if !ok || info.Path != c.path || info.Hook != c.hook || info.Dated != c.dated || info.Key != c.key {
			t.Errorf("%s: %+v and %+v", c.path, c, info)
		}
		for _, scope := range c.scopes {
			if !oura.Opens([]oura.Scope{scope}, c.typ) {
				t.Errorf("%s: the client does not know that %s opens it", c.path, scope)
			}
		}
	}
}

func TestAccess(t *testing.T) {
	s := startSim(t, Options{})
	all, few := signIn(s).Access, signIn(s, "daily", "spo2").Access
	for _, c := range []struct {
		name, token, path string
		status            int
		body              string
	}{
		{"no token", "", "sleep", 401, "Authorization header is missing"},
		{"an unknown token", "nope", "sleep", 401, "expired, malformed or revoked"},
		{"the scope sentence", few, "daily_resilience", 401, `{"status":401,"title":"Unauthorized","detail":"Token is not authorized access stress scope."}`},
		{"single documents too", few, "workout/1", 401, "access workout scope."},
		{"spo2 granted", few, "daily_spo2", 200, ""},
		{"daily opens daily_stress", few, "daily_stress", 200, ""},
		{"personal_info without its scopes", few, "personal_info", 200, `{"id":"` + s.UserID() + `"}`},
		{"personal_info with them", all, "personal_info", 200, `"email":"sample@example.com"`},
	} {
		a := get(t, s, c.token, "/v2/usercollection/"+c.path)
		if a.StatusCode != c.status || !strings.Contains(string(a.body), c.body) {
			t.Errorf("%s: %d %s", c.name, a.StatusCode, a.body)
		}
	}
	if a := send(t, http.MethodGet, s.URL()+"/v2/usercollection/sleep?access_token="+all, nil, nil); a.StatusCode != 401 {
		t.Errorf("token in the query: %s", a.Status)
	}
	s.Change(func(sw *Switches) {
		sw.StressNeedsStress, sw.MissingPaths = true, []string{"tag"}
	})
	if a := get(t, s, few, "/v2/usercollection/daily_stress"); !strings.Contains(string(a.body), "access stress scope") {
		t.Errorf("stress switch: %s", a.body)
	}
	if a := get(t, s, all, "/v2/usercollection/tag"); a.StatusCode != 404 {
		t.Errorf("missing path: %s", a.Status)
	}
	s.Change(func(sw *Switches) { sw.MembershipLapsed = true })
	if a := get(t, s, all, "/v2/usercollection/sleep"); a.StatusCode != 403 || string(a.body) != `{"detail":"Forbidden"}` {
		t.Errorf("lapsed: %d %s", a.StatusCode, a.body)
	}
	s.ExpireAccess()
	if a := get(t, s, all, "/v2/usercollection/sleep"); a.StatusCode != 401 || strings.Contains(string(a.body), "scope") {
		t.Errorf("expired: %d %s", a.StatusCode, a.body)
	}
}

func TestRateLimit_FiveHeaders(t *testing.T) {
	s := startSim(t, Options{})
	s.Change(func(sw *Switches) { sw.TokenLimit, sw.LimitWindow = 3, 300*time.Second })
	token, other := signIn(s).Access, signIn(s).Access
	for range 3 {
		if a := get(t, s, token, "/v2/usercollection/sleep"); a.StatusCode != 200 || a.Header.Get("X-RateLimit-Limit") != "" {
			t.Fatalf("within the limit: %s %v", a.Status, a.Header)
		}
	}
	s.Advance(100 * time.Second)
	a := get(t, s, token, "/v2/usercollection/sleep")
	got := []string{a.Header.Get("Retry-After"), a.Header.Get("X-RateLimit-Limit"), a.Header.Get("X-RateLimit-Window"),
		a.Header.Get("X-RateLimit-Reset"), a.Header.Get("X-RateLimit-Tier")}
	want := []string{"200", "3", "300", fmt.Sprint(s.Now().Unix() + 200), "user"}
	if a.StatusCode != 429 || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%d %v, want %v", a.StatusCode, got, want)
	}
	if a := get(t, s, other, "/v2/usercollection/sleep"); a.StatusCode != 200 {
		t.Errorf("another token: %s", a.Status)
	}
	s.Advance(200 * time.Second)
	if a := get(t, s, token, "/v2/usercollection/sleep"); a.StatusCode != 200 {
		t.Errorf("after the window: %s", a.Status)
	}
	s.Change(func(sw *Switches) { sw.AppLimit = 1 })
	get(t, s, other, "/v2/usercollection/sleep")
	if a := get(t, s, other, "/v2/usercollection/sleep"); a.StatusCode != 429 || a.Header.Get("X-RateLimit-Tier") != "application" {
		t.Errorf("application layer: %s %v", a.Status, a.Header)
	}
}

func TestSandbox(t *testing.T) {
	s := startSim(t, Options{})
	p := getPage(t, s, "anything", "/v2/sandbox/usercollection/daily_sleep?start_date=2026-07-31&end_date=2026-08-03&fields=score")
	if want := "daily_sleep-1-2026-7-31 daily_sleep-1-2026-8-1 daily_sleep-1-2026-8-2"; p.ids() != want || p.Data[0]["contributors"] == nil {
		t.Errorf("got %q, want %q, whole documents", p.ids(), want)
	}
	for _, c := range collections() {
		status := 200
		if c.path == "personal_info" {
			status = 404
		}
		a := get(t, s, "x", "/v2/sandbox/usercollection/"+c.path+"?start_date=2026-08-01&end_date=2026-08-03")
		if a.StatusCode != status {
			t.Errorf("%s: %s", c.path, a.Status)
			continue
		} else if status == 404 {
			continue
		}
		var p page
		a.decode(t, &p)
		if len(p.Data) != 2 || p.Next != nil {
			t.Errorf("%s: %d documents", c.path, len(p.Data))
		}
	}
	for path, status := range map[string]int{
		"daily_sleep/daily_sleep-1-2026-8-1": 200, "daily_sleep/sleep-1-2026-8-1": 404, "vO2_max/vO2_max-1-2026-12-31": 200,
		"heartrate/heartrate-1-2026-8-1": 404, "daily_sleep/daily_sleep-1-2026-13-1": 404,
	} {
		if a := get(t, s, "x", "/v2/sandbox/usercollection/"+path); a.StatusCode != status {
			t.Errorf("%s: %s, want %d", path, a.Status, status)
		}
	}
	if a := send(t, http.MethodGet, s.URL()+"/v2/sandbox/usercollection/sleep", nil, nil); a.StatusCode != 401 {
		t.Errorf("no bearer: %s", a.Status)
	}
}

func TestGzip_OnlyWhenAsked(t *testing.T) {
	s := startSim(t, Options{})
	must(t, s, doc("daily_sleep", "d", "2026-08-20", `,"pad":"`+strings.Repeat("x", 2000)+`"`))
	auth := "Bearer " + signIn(s).Access
	packed := send(t, http.MethodGet, s.URL()+"/v2/usercollection/daily_sleep/d",
		map[string]string{"Authorization": auth, "Accept-Encoding": "gzip"}, nil)
	if packed.Header.Get("Content-Encoding") != "gzip" || len(packed.body) > 500 {
		t.Fatalf("%v, %d bytes", packed.Header, len(packed.body))
	}
	zip, err := gzip.NewReader(strings.NewReader(string(packed.body)))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(zip); err != nil || len(b) < 2000 {
		t.Errorf("%d bytes: %v", len(b), err)
	}
	plain := send(t, http.MethodGet, s.URL()+"/v2/usercollection/daily_sleep/d",
		map[string]string{"Authorization": auth, "Accept-Encoding": "identity"}, nil)
	if plain.Header.Get("Content-Encoding") != "" || len(plain.body) < 2000 {
		t.Errorf("%v, %d bytes", plain.Header, len(plain.body))
	}
}
