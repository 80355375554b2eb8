package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
)

const mutantToken = "token-of-the-mutants-test-0123456789"

// sampleDocuments reads the sample documents of each type.
func sampleDocuments(t *testing.T) map[oura.DataType][]json.RawMessage {
	t.Helper()
	out := map[oura.DataType][]json.RawMessage{}
	for _, dt := range oura.Fetchable() {
		info, _ := oura.Lookup(dt)
		paths, err := filepath.Glob(filepath.Join("..", "..", "shared", "oura", "samples", info.Path, "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		if len(paths) == 0 {
			t.Skip("The sample documents (oura/samples) are not beside this repository, so there is nothing to mutate here.")
		}
		for _, path := range paths {
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var collection struct{ Data []json.RawMessage }
			if err := json.Unmarshal(raw, &collection); err != nil {
				t.Fatal(err)
			}
			if collection.Data == nil {
				collection.Data = []json.RawMessage{raw}
			}
			out[dt] = append(out[dt], collection.Data...)
		}
	}
	return out
}

func openPort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// connected runs a window beside a pretend cloud that announces changes to it.
func connected(t *testing.T) (b *backend, e *engine.Engine, sim *ourasim.Sim) {
	t.Helper()
	home(t)
	opt := engineOptions(t, "", false)
	opt.Port = openPort(t)
	sim, err := ourasim.Start(ourasim.Options{RedirectURIs: []string{fmt.Sprintf("http://localhost:%d/auth/callback", opt.Port)}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	ingress := openPort(t)
	opt.Hosts = sim.Hosts()
	opt.Environ = []string{
		"OURA_CLIENT_ID=sim-client", "OURA_CLIENT_SECRET=sim-secret", "OURA_STREAMING_API_TOKEN=" + mutantToken,
		fmt.Sprintf("OURA_PUBLIC_URL=http://127.0.0.1:%d", ingress), fmt.Sprintf("OURA_INGRESS_PORT=%d", ingress),
	}
	b, _ = begin(t, opt)
	if e, err = b.live(); err != nil {
		t.Fatal(err)
	}
	login, err := e.Auth().BeginLogin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ourasim.Approve(t.Context(), login.AuthorizeURL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "subscriptions", func() bool { return len(sim.Subscriptions()) == 3*len(oura.Fetchable()) && !e.Progress().Running })
	return b, e, sim
}

// shownEvent is what the local API tells of an event.
type shownEvent struct {
	DataType string `json:"data_type"`
	ObjectID string `json:"object_id"`
	Data     json.RawMessage
}

func shownEvents(t *testing.T, e *engine.Engine, query url.Values) (out []shownEvent) {
	t.Helper()
	query.Set("limit", "1000")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, e.APIURL()+"/events?"+query.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+mutantToken)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(body, &out); err != nil {
		t.Fatalf("GET /events: %d, %v: %.300s", res.StatusCode, err, body)
	}
	return out
}

func valueOf(t *testing.T, raw json.RawMessage) (v any) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("%v: %.300s", err, raw)
	}
	return v
}

// rows are the lines of the stream about a type by object, after a look whether
// they can be shown.
func rows(t *testing.T, b *backend, dt oura.DataType) map[string]EventRow {
	t.Helper()
	page, err := (&EventsAPI{b}).List(EventFilterView{DataTypes: []string{string(dt)}, Limit: maxPage})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]EventRow{}
	for _, r := range page.Rows {
		if !utf8.ValidString(r.Summary) || utf8.RuneCountInString(r.Summary) > 300 || strings.Contains(r.Summary, "%!") || strings.Contains(r.Summary, "NaN") {
			t.Errorf("%s %s is summed up as %q", dt, r.ObjectID, r.Summary)
		}
		out[r.ObjectID] = r
	}
	return out
}

// TestF28_MutantsOfEveryTypeAreKeptAndShown announces documents that are changed in
// each of the known ways, from samples of every type.
func TestF28_MutantsOfEveryTypeAreKeptAndShown(t *testing.T) {
	const seed, each = 28, 2
	samples := sampleDocuments(t)
	b, e, sim := connected(t)
	mutants := map[oura.DataType]map[string]json.RawMessage{}
	names := map[string]string{}
	count := 0
	for _, dt := range oura.Fetchable() {
		mutants[dt] = map[string]json.RawMessage{}
		for _, kind := range slices.Sorted(maps.Keys(mutations)) {
			for range each {
				m := &mutator{dice: rand.New(rand.NewPCG(seed, uint64(count))), kind: kind}
				id := fmt.Sprintf("mutant-%d", count)
				doc, err := m.mutant(samples[dt][m.dice.IntN(len(samples[dt]))], id)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := sim.Put(ourasim.Doc{Type: dt, ID: id, JSON: doc}); err != nil {
					t.Fatal(err)
				}
				mutants[dt][id], names[id] = doc, kind
				count++
			}
		}
	}
	if !t.Run("arrive", func(t *testing.T) {
		eventually(t, "all mutants", func() bool {
			seq, err := e.Store().LastSeq(t.Context())
			return err == nil && seq >= int64(count)
		})
	}) {
		parked, err := e.Store().Deliveries(t.Context(), sqlite.DeliveryFilter{Limit: 1000})
		for _, d := range parked {
			if d.Fetch != sqlite.FetchDone {
				t.Logf("%s %s: %s %q after %d tries (%v)", names[d.Notification.ObjectID], d.Notification.ObjectID, d.Fetch, d.Reason, d.Tries, err)
			}
		}
	}
	for dt, all := range mutants {
		shown := map[string]json.RawMessage{}
		for _, ev := range shownEvents(t, e, url.Values{"data_type": {string(dt)}}) {
			shown[ev.ObjectID] = ev.Data
		}
		inWindow := rows(t, b, dt)
		for id, doc := range all {
			what := fmt.Sprintf("%s (%s)", dt, names[id])
			stored, err := e.Store().Document(t.Context(), sim.UserID(), dt, id)
			if err != nil || string(stored.Data) != string(doc) {
				t.Errorf("%s: stored as %.300s (%v), sent as %.300s", what, stored.Data, err, doc)
				continue
			}
			if shown[id] == nil || !reflect.DeepEqual(valueOf(t, shown[id]), valueOf(t, doc)) {
				t.Errorf("%s: shown as %.300s, sent as %.300s", what, shown[id], doc)
			}
			detail, err := (&EventsAPI{b}).Get(inWindow[id].Seq)
			if err != nil || detail.DataJSON != string(doc) {
				t.Errorf("%s: the window shows %.300s (%v)", what, detail.DataJSON, err)
			}
		}
	}
	t.Logf("seed %d: %d mutants of %d kinds", seed, count, len(mutations))
}

// TestF28_TypesNobodyKnowsAreKeptAndShown announces types of the future.
func TestF28_TypesNobodyKnowsAreKeptAndShown(t *testing.T) {
	b, e, sim := connected(t)
	before := len(shownEvents(t, e, url.Values{}))
	types := []oura.DataType{"daily_dreams", "vO3_max", "a", "DAILY_SLEEP", "tag.v2", "sömn", "../sleep", oura.DataType(strings.Repeat("long_", 40)), oura.Meal}
	for i, dt := range types {
		for _, op := range []oura.Operation{oura.Create, oura.Update, oura.Delete, "merge"} {
			if sim.Announce(oura.Notification{EventType: op, DataType: dt, ObjectID: fmt.Sprintf("%s-%d", op, i)}, map[string]any{"field_of_2031": i}) == 0 {
				t.Fatal("nobody listens")
			}
		}
	}
	want := before + 4*len(types)
	eventually(t, "all announcements", func() bool { return len(shownEvents(t, e, url.Values{})) == want })
	shown := shownEvents(t, e, url.Values{})
	for i, dt := range types {
		id := fmt.Sprintf("merge-%d", i)
		if !slices.ContainsFunc(shown, func(ev shownEvent) bool { return ev.DataType == string(dt) && ev.ObjectID == id }) {
			t.Errorf("%s is not shown", dt)
		}
		if _, ok := rows(t, b, dt)[id]; !ok {
			t.Errorf("the window does not show %s", dt)
		}
	}
	all, err := e.Store().Deliveries(t.Context(), sqlite.DeliveryFilter{Limit: 1000})
	if err != nil || len(all) != 4*len(types) {
		t.Fatalf("%d deliveries (%v)", len(all), err)
	}
	for _, d := range all {
		if !strings.Contains(string(d.Body), "field_of_2031") || d.Fetch != sqlite.FetchDone {
			t.Errorf("%s: %s, kept as %s", d.Notification.DataType, d.Fetch, d.Body)
		}
	}
}

// TestF28_RowsWithSurprisesAreKept puts rows of a time series into the cloud that
// say more, or say it otherwise, than the API document. A row that says no number
// is none: see ouraapi.
func TestF28_RowsWithSurprisesAreKept(t *testing.T) {
	_, e, sim := connected(t)
	at := time.Now().UTC().Truncate(time.Minute).Add(-time.Hour)
	words := []string{`"awake"`, `"word_of_the_future"`, `null`, `7`, `["rest"]`, `{"of":"the future"}`, `"\ud83d"`, `"\u0000 \u202e"`, `"` + strings.Repeat("long_", 2000) + `"`}
	values := []string{"61", "61.25", "-1", "0", "1e2", "255"}
	var sent []string
	for i, word := range words {
		for j, value := range values {
			deep := strings.Repeat(`[`, 25) + strings.Repeat(`]`, 25)
			row := fmt.Sprintf(`{"timestamp":%q,"bpm":%s,"source":%s,"n":%d,"":null,"ünï":"\ufeff","deep":%s}`,
				at.Format(time.RFC3339Nano), value, word, i*len(values)+j, deep)
			sim.AddRows(oura.HeartRate, ourasim.Row{TimeMS: at.UnixMilli(), JSON: json.RawMessage(row)})
			sent = append(sent, row)
		}
		at = at.Add(time.Second) // some share an instant
	}
	if err := e.SyncNow(); err != nil {
		t.Fatal(err)
	}
	var kept []sqlite.Sample
	eventually(t, "all rows", func() bool {
		var err error
		if kept, err = e.Store().Samples(t.Context(), sim.UserID(), oura.HeartRate, time.Time{}, time.Time{}, nil, 1000); err != nil {
			t.Fatal(err)
		}
		return len(kept) == len(sent)
	})
	byNumber := map[string]sqlite.Sample{}
	for _, s := range kept {
		extra, _ := valueOf(t, s.Extra).(map[string]any)
		byNumber[fmt.Sprint(extra["n"])] = s
	}
	for n, row := range sent {
		want, _ := valueOf(t, json.RawMessage(row)).(map[string]any)
		s, ok := byNumber[fmt.Sprint(n)]
		if !ok {
			t.Errorf("lost: %.200s", row)
			continue
		}
		got, _ := valueOf(t, s.Extra).(map[string]any)
		got["timestamp"] = s.At.UTC().Format(time.RFC3339Nano)
		if s.Source != "" {
			got["source"] = s.Source
		}
		bpm, err := want["bpm"].(json.Number).Float64()
		delete(want, "bpm")
		if err != nil || s.Value != bpm || !reflect.DeepEqual(got, want) {
			t.Errorf("kept as %v %.300v, sent as %.300s", s.Value, got, row)
		}
	}
	ev := shownEvents(t, e, url.Values{"data_type": {string(oura.HeartRate)}})
	if len(ev) == 0 {
		t.Error("no event tells of the rows")
	}
}
