package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"oura-streaming/internal/collect"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/ourasim"
)

// sampleFile is one recorded or constructed answer of Oura.
type sampleFile struct {
	name string // "sleep/collection-2024-03.json"
	info oura.TypeInfo
	docs []json.RawMessage
}

// withoutID is the file of 2024 whose documents have no id. The pretend cloud
// takes none without; internal/collect leads it through (news_test.go).
const withoutID = "daily_cardiovascular_age/collection-2024-03-no-id.json"

// sampleFiles reads all samples but withoutID.
func sampleFiles(t *testing.T) (files []sampleFile) {
	t.Helper()
	root := filepath.Join("..", "..", "..", "shared", "oura", "samples")
	if _, err := os.Stat(root); err != nil {
		t.Skip("The sample documents (oura/samples) are not beside this repository, so they cannot be led through the program here.")
	}
	paths, err := filepath.Glob(filepath.Join(root, "*", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	folders := map[string]bool{}
	for _, path := range paths {
		f := sampleFile{name: filepath.ToSlash(filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path)))}
		if f.name == withoutID {
			continue
		}
		types := oura.Catalogue()
		i := slices.IndexFunc(types, func(info oura.TypeInfo) bool { return info.Path == filepath.Base(filepath.Dir(path)) })
		if i < 0 {
			t.Fatalf("%s: no such collection", f.name)
		}
		f.info = types[i]
		folders[f.info.Path] = true
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var collection struct{ Data []json.RawMessage }
		if err := json.Unmarshal(raw, &collection); err != nil {
			t.Fatalf("%s: %v", f.name, err)
		}
		if f.docs = collection.Data; f.docs == nil {
			f.docs = []json.RawMessage{raw}
		}
		files = append(files, f)
	}
	if len(files) < 35 || len(folders) != 19 {
		t.Fatalf("only %d files of %d collections", len(files), len(folders))
	}
	return files
}

// ofKind picks files.
func ofKind(files []sampleFile, kind oura.Kind) []sampleFile {
	return slices.DeleteFunc(slices.Clone(files), func(f sampleFile) bool { return f.info.Kind != kind })
}

// fields reads a JSON object with its numbers as they are written.
func fields(t *testing.T, doc []byte) (out map[string]any) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	if err := dec.Decode(&out); err != nil {
		t.Fatalf("%v: %.200s", err, doc)
	}
	return out
}

// ownDay is the day that a document itself names, nil without one.
func ownDay(doc map[string]any) any {
	if day := doc["day"]; day != nil {
		return day
	}
	return doc["start_day"]
}

// hasUnchanged compares the documents of a file with the store and the local API.
func (p *program) hasUnchanged(f sampleFile) {
	p.t.Helper()
	events := p.events("data_type=" + string(f.info.Type))
	for _, doc := range f.docs {
		p.hasDocument(f.name, f.info.Type, doc, events)
	}
}

func (p *program) hasDocument(name string, dt oura.DataType, doc json.RawMessage, events []event) {
	p.t.Helper()
	sent := fields(p.t, doc)
	id, _ := sent["id"].(string)
	stored, err := p.engine.store.Document(p.t.Context(), p.engine.connectedUser(), dt, id)
	if err != nil {
		p.t.Errorf("%s: %s is not in the store: %v", name, id, err)
		return
	}
	if got := fields(p.t, stored.Data); !reflect.DeepEqual(got, sent) {
		p.t.Errorf("%s: the store has %s, Oura sent %s", name, stored.Data, doc)
	}
	var shown struct {
		Day  any
		Data json.RawMessage
	}
	p.call(http.MethodGet, "/documents/"+string(dt)+"/"+id, &shown)
	if got := fields(p.t, shown.Data); !reflect.DeepEqual(got, sent) {
		p.t.Errorf("%s: the local API says %s, Oura sent %s", name, shown.Data, doc)
	}
	if day := ownDay(sent); shown.Day != day || day != nil && string(stored.Day) != day || day == nil && stored.Day != "" {
		p.t.Errorf("%s: %s stands on %v, in the store on %q, and says %v itself", name, id, shown.Day, stored.Day, day)
	}
	i := slices.IndexFunc(events, func(ev event) bool { return ev.ObjectID == id })
	if i < 0 {
		p.t.Errorf("%s: no event tells of %s", name, id)
		return
	}
	if ev := events[i]; ev.EventType != oura.Create || !reflect.DeepEqual(fields(p.t, ev.Data), sent) || !reflect.DeepEqual(dayOf(ev), ownDay(sent)) {
		p.t.Errorf("%s: its event is %s on %v: %s", name, ev.EventType, dayOf(ev), ev.Data)
	}
}

func dayOf(ev event) any {
	if ev.Day == nil {
		return nil
	}
	return *ev.Day
}

// TestSamples_AnnouncedDocumentsComeBackUnchanged lets Oura announce every sample
// document.
func TestSamples_AnnouncedDocumentsComeBackUnchanged(t *testing.T) {
	t.Parallel()
	files := ofKind(sampleFiles(t), oura.KindDocument)
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	p.signIn()
	p.subscribed()
	count := 0
	for _, f := range files {
		for _, doc := range f.docs {
			p.put(ourasim.Doc{Type: f.info.Type, JSON: doc})
			count++
		}
	}
	p.wait("all documents", func() string {
		n, err := p.engine.store.LastSeq(t.Context())
		return want(n >= int64(count), fmt.Sprintf("event %d of %d, %v", n, count, err))
	})
	for _, f := range files {
		p.hasUnchanged(f)
	}
	t.Logf("%d documents of %d files", count, len(files))
}

// signedIn is a token that does not change.
type signedIn oura.Secret

func (s signedIn) Token(context.Context) (oura.Secret, error) { return oura.Secret(s), nil }
func (s signedIn) Worked(oura.Secret)                         {}
func (s signedIn) Refused(context.Context, oura.Secret) error {
	return &oura.Error{Code: oura.CodeUnauthorized, Message: "Sign in again."}
}

// lookAt makes the first round of a poller of its own, whose clock shows now and
// whose requests nobody counts. It reads the last month, but of series for which
// there are newer rows the last day.
func (p *program) lookAt(now time.Time) collect.Round {
	p.t.Helper()
	began, rounds := time.Now(), make(chan collect.Round, 10)
	poller := collect.NewPoller(collect.PollOptions{
		Store: p.engine.store, UserID: p.engine.connectedUser, Types: oura.Fetchable,
		API: ouraapi.New(ouraapi.Options{BaseURL: p.sim.URL(), Tokens: signedIn(p.sim.SignIn()), Budget: rate.NewLimiter(rate.Inf, 1)}),
		Now: func() time.Time { return now.Add(time.Since(began)) }, Done: func(r collect.Round) { rounds <- r },
	})
	ctx, cancel := context.WithCancel(p.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- poller.Serve(ctx) }()
	defer func() { cancel(); <-ended }()
	select {
	case r := <-rounds:
		return r
	case <-time.After(2 * time.Minute):
		p.t.Fatal("no end of the round")
		return collect.Round{}
	}
}

// looks are the instants, the newest first, at which all days lie in the month
// before one of them.
func looks(days []oura.Day) (out []time.Time) {
	const month = 28 * 24 * time.Hour
	slices.Sort(days)
	for _, day := range slices.Backward(days) {
		at, err := time.Parse(time.DateOnly, string(day))
		if err != nil {
			continue // no day
		}
		if n := len(out); n == 0 || out[n-1].Sub(at) > month {
			out = append(out, at.Add(36*time.Hour))
		}
	}
	return out
}

// TestSamples_PolledDocumentsAndRowsComeBackUnchanged lets a poller find them.
func TestSamples_PolledDocumentsAndRowsComeBackUnchanged(t *testing.T) {
	t.Parallel()
	files := sampleFiles(t)
	opt := ourasim.Options{Series: map[oura.DataType][]ourasim.Row{}}
	var days []oura.Day
	count := 0
	for _, f := range files {
		for _, doc := range f.docs {
			count++
			switch f.info.Kind {
			case oura.KindDocument:
				opt.Documents = append(opt.Documents, ourasim.Doc{Type: f.info.Type, JSON: doc})
				day, _ := ownDay(fields(t, doc)).(string)
				days = append(days, oura.Day(day))
			case oura.KindSeries:
				opt.Series[f.info.Type] = append(opt.Series[f.info.Type], ourasim.Row{TimeMS: instantOf(t, fields(t, doc)).UnixMilli(), JSON: doc})
			}
		}
	}
	sim, port := cloud(t, func(o *ourasim.Options) { opt.RedirectURIs = o.RedirectURIs; *o = opt })
	p := start(t, sim, options(t, sim, port, "OURA_MODE=polling"))
	p.signIn()
	heartRates := time.Date(2024, 7, 29, 12, 0, 0, 0, time.UTC) // soon after the older ones
	all := append(looks(days), heartRates)
	slices.SortFunc(all, func(a, b time.Time) int { return b.Compare(a) })
	for _, at := range all {
		if r := p.lookAt(at); len(r.Failed) > 0 {
			t.Fatalf("round %+v", r)
		}
	}
	for _, f := range ofKind(files, oura.KindDocument) {
		p.hasUnchanged(f)
	}
	for _, f := range ofKind(files, oura.KindSeries) {
		p.hasRows(f)
	}
	t.Logf("%d documents and rows of %d files", count, len(files))
}

// instantOf is the instant of a row, in whole milliseconds.
func instantOf(t *testing.T, row map[string]any) time.Time {
	t.Helper()
	text, _ := row["timestamp"].(string)
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

// hasRows compares the rows of a file with the local API, as a bag: rows of one
// instant have no order.
func (p *program) hasRows(f sampleFile) {
	p.t.Helper()
	var sent, got []string
	from, to := time.Time{}, time.Time{}
	for _, doc := range f.docs {
		row := fields(p.t, doc)
		at := instantOf(p.t, row)
		if from.IsZero() || at.Before(from) {
			from = at
		}
		if at.After(to) {
			to = at
		}
		if unix, ok := row["timestamp_unix"]; ok && fmt.Sprint(unix) != fmt.Sprint(at.UnixMilli()) {
			p.t.Fatalf("%s: two instants in %s", f.name, doc)
		}
		delete(row, "timestamp_unix") // said by the instant
		row["timestamp"] = at.Format(time.RFC3339Nano)
		sent = append(sent, spelt(p.t, row))
	}
	var samples []struct {
		At     time.Time
		Source *string
		Value  json.Number
		Extra  map[string]any
	}
	q := url.Values{"start": {from.Format(time.RFC3339)}, "end": {to.Add(time.Second).Format(time.RFC3339)}, "limit": {"10000"}}
	res, body := p.exchange(http.MethodGet, p.engine.APIURL()+"/samples/"+string(f.info.Type)+"?"+q.Encode(), nil, allowed())
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if err := dec.Decode(&samples); err != nil {
		p.t.Fatalf("%d %s: %v", res.StatusCode, body, err)
	}
	value := map[oura.DataType]string{oura.HeartRate: "bpm", oura.RingBatteryLevel: "level"}[f.info.Type]
	for _, s := range samples {
		row := map[string]any{"timestamp": s.At.UTC().Format(time.RFC3339Nano), value: s.Value}
		maps.Copy(row, s.Extra)
		if s.Source != nil {
			row["source"] = *s.Source
		}
		got = append(got, spelt(p.t, row))
	}
	slices.Sort(sent)
	slices.Sort(got)
	if !slices.Equal(got, sent) {
		p.t.Errorf("%s: %d rows here, %d at Oura\n%s\n%s", f.name, len(got), len(sent), strings.Join(got, "\n"), strings.Join(sent, "\n"))
	}
}

// spelt writes an object with sorted keys.
func spelt(t *testing.T, row map[string]any) string {
	t.Helper()
	text, err := json.Marshal(row)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestSamples_ProfilesAreKeptUnchanged signs in as each sample person.
func TestSamples_ProfilesAreKeptUnchanged(t *testing.T) {
	t.Parallel()
	for _, f := range ofKind(sampleFiles(t), oura.KindPersonal) {
		t.Run(f.name, func(t *testing.T) {
			sim, port := cloud(t, func(o *ourasim.Options) { o.Profile = f.docs[0] })
			p := start(t, sim, options(t, sim, port))
			p.signIn()
			account, ok, err := p.engine.store.Account(t.Context())
			if err != nil || !ok {
				t.Fatalf("no account: %v", err)
			}
			sent := fields(t, f.docs[0])
			delete(sent, "email") // its permission is not asked for, so Oura does not send it
			if !reflect.DeepEqual(fields(t, account.Profile), sent) || account.UserID != sent["id"] {
				t.Errorf("kept as %s of %s, Oura sent %s", account.Profile, account.UserID, f.docs[0])
			}
		})
	}
}
