package ingress

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

const (
	vectorTime = "1767225600"
	vectorBody = `{"event_type":"update","data_type":"daily_sleep","object_id":"3f2a6c1e-0000-4000-8000-000000000001","event_time":"2026-01-01T08:00:00+00:00","user_id":"user-1"}`
	vectorMAC  = "F71756796BD5A0DBAD825CAE61A05C83F1084E576C57BB218E63E62EF9C317E8"

	spacedBody = `{"event_type": "update", "data_type": "daily_sleep", "object_id": "3f2a6c1e-0000-4000-8000-000000000001", "event_time": "2026-01-01T08:00:00+00:00", "user_id": "user-1"}`
	spacedMAC  = "8F77F44149C5DC614172065324DB99A0887BCC921691CE7F734DB9B6EFD11FF4"

	umlautBody = `{"note":"ä","n":1.0}`
	umlautMAC  = "943DE939FFBC941A66C28CBF58497FC29FD2395CE402F72FC744A698AB2F4858"
)

func TestS22_SignatureVectors(t *testing.T) {
	if len(spacedBody) != 169 {
		t.Fatalf("the spaced vector has %d bytes, want 169", len(spacedBody))
	}
	for name, v := range map[string]struct{ body, mac string }{
		"compact JSON": {vectorBody, vectorMAC}, "spaced JSON": {spacedBody, spacedMAC}, "UTF-8": {umlautBody, umlautMAC},
	} {
		for _, mac := range []string{v.mac, strings.ToLower(v.mac)} {
			g := newRig(t, nil)
			wantStatus(t, name, g.do(t, unsigned(vectorTime, v.body, mac)), http.StatusOK)
			if got := g.last(t); got.SignatureForm != FormRaw || string(got.Body) != v.body || got.Timestamp != vectorTime {
				t.Errorf("%s: kept as %q %q", name, got.SignatureForm, got.Body)
			}
		}
	}
	for i := range vectorBody { // one changed byte, anywhere
		changed := []byte(vectorBody)
		changed[i] ^= 1
		g := newRig(t, nil)
		wantStatus(t, "changed body", g.do(t, unsigned(vectorTime, string(changed), vectorMAC)), http.StatusUnauthorized)
	}
	for i := range vectorMAC {
		changed := []byte(vectorMAC)
		changed[i] = "1032547698"[changed[i]%10]
		if g := newRig(t, nil); string(changed) != vectorMAC {
			wantStatus(t, "changed signature", g.do(t, unsigned(vectorTime, vectorBody, string(changed))), http.StatusUnauthorized)
		}
	}
	g := newRig(t, nil)
	wantStatus(t, "changed time", g.do(t, unsigned("1767225601", vectorBody, vectorMAC)), http.StatusUnauthorized)
}

// The worked example of the contract has another secret, time and user.
func TestS22_WorkedExampleOfTheContract(t *testing.T) {
	const example = `{"event_type":"update","data_type":"sleep","object_id":"9fc867f2-b455-4c41-a05a-751c6e764ffa","event_time":"2023-01-01T08:00:00+00:00","user_id":"bd913327d56d-a0adf03b515a1d8ed46082e"}`
	header := http.Header{timestampHeader: {"1672560000"}, signatureHeader: {"8948B115D2C94A2B055BF467B134E4886553BC6F0942403E60630481F940AF93"}}
	s, no := new(keyed).verify(header, []byte(example), []oura.Secret{"example-client-secret"})
	if no != nil || s.form != FormRaw || !s.sentAt.Equal(time.Unix(1672560000, 0)) {
		t.Errorf("verify: %+v, %+v", s, no)
	}
}

func TestS23_CompactForm(t *testing.T) {
	g := newRig(t, nil)
	wantStatus(t, "spaced body, first vector's signature", g.do(t, unsigned(vectorTime, spacedBody, vectorMAC)), http.StatusOK)
	if got := g.last(t); got.SignatureForm != FormCompact || got.Notification.DataType != oura.DailySleep {
		t.Errorf("kept as %+v", got)
	}
	if d := g.Diagnostics(); d.Forms[FormCompact] != 1 || d.Forms[FormRaw] != 0 {
		t.Errorf("forms counted: %v", d.Forms)
	}
	digit := strings.Replace(spacedBody, "000000000001", "000000000002", 1)
	wantStatus(t, "one digit changed", g.do(t, unsigned(vectorTime, digit, vectorMAC)), http.StatusUnauthorized)
	inString := strings.Replace(spacedBody, "daily_sleep", "daily _sleep", 1)
	wantStatus(t, "a blank inside a string", g.do(t, unsigned(vectorTime, inString, vectorMAC)), http.StatusUnauthorized)
}

// White space is not covered by the compact form, so it must not make a new
// delivery out of one that was captured.
func TestS26_WhiteSpaceMakesNoNewDelivery(t *testing.T) {
	g := newRig(t, nil)
	wantStatus(t, "as sent", g.do(t, unsigned(vectorTime, vectorBody, vectorMAC)), http.StatusOK)
	for n := range 20 {
		padded := strings.ReplaceAll(vectorBody, ",", ","+strings.Repeat(" ", n+1))
		wantStatus(t, "padded", g.do(t, unsigned(vectorTime, padded, vectorMAC)), http.StatusOK)
	}
	if rows := g.kept(t); len(rows) != 1 {
		t.Errorf("%d rows, want 1", len(rows))
	}
}

func TestS24_TimestampAndBodyShape(t *testing.T) {
	g := newRig(t, nil)
	moved := vectorTime[9:] + vectorBody // the bytes under the MAC are the same
	if sign(secret, vectorTime[:9], moved) != vectorMAC {
		t.Fatal("the MAC was meant to be equal")
	}
	wantStatus(t, "a digit moved into the body", g.do(t, unsigned(vectorTime[:9], moved, vectorMAC)), http.StatusUnauthorized)
	for _, stamp := range []string{"", "0", "176722560", "17672256000", "176722560000", "17672256000000", " 1767225600", "+767225600", "-767225600", "176722560a", "1767225600.0", "１７６７２２５６００"} {
		wantStatus(t, "timestamp "+stamp, g.do(t, unsigned(stamp, vectorBody, sign(secret, stamp, vectorBody))), http.StatusUnauthorized)
	}
	for _, b := range []string{"", " {}", "[]", "\n{}", `"{}"`, "0", "null", "\ufeff{}"} {
		wantStatus(t, "body "+b, g.do(t, unsigned(vectorTime, b, sign(secret, vectorTime, b))), http.StatusUnauthorized)
	}
	twice := unsigned(vectorTime, vectorBody, vectorMAC)
	twice.Header.Add("x-oura-timestamp", "1767225601")
	wantStatus(t, "two timestamps", g.do(t, twice), http.StatusUnauthorized)
	if rows := g.kept(t); len(rows) != 0 {
		t.Fatalf("%d rows kept", len(rows))
	}
	const millis = "1767225600123"
	wantStatus(t, "13 digits", g.do(t, unsigned(millis, vectorBody, sign(secret, millis, vectorBody))), http.StatusOK)
	if got := g.last(t); got.LagMS != -123 || got.Late {
		t.Errorf("milliseconds read as a lag of %d ms, late %v", got.LagMS, got.Late)
	}
}

func TestS25_Freshness(t *testing.T) {
	const min, hour = time.Minute, time.Hour
	cases := []struct {
		name   string
		age    time.Duration
		status int
		late   bool
	}{
		{"4:59 old", 5*min - time.Second, 200, false},
		{"5:00 old", 5 * min, 200, false},
		{"5:01 old", 5*min + time.Second, 200, true},
		{"71 h old", 71 * hour, 200, true},
		{"72 h old", 72 * hour, 200, true},
		{"72 h and a second old", 72*hour + time.Second, 401, false},
		{"73 h old", 73 * hour, 401, false},
		{"now", 0, 200, false},
		{"4:59 ahead", -5*min + time.Second, 200, false},
		{"5:00 ahead", -5 * min, 200, false},
		{"5:01 ahead", -5*min - time.Second, 401, false},
		{"a day ahead", -24 * hour, 401, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := newRig(t, nil)
			wantStatus(t, c.name, g.do(t, delivery(begin.Add(-c.age), vectorBody, secret)), c.status)
			if c.status == 401 {
				if len(g.kept(t)) != 0 || len(g.reconciled) != 1 || g.reconciled[0] != oura.DailySleep {
					t.Errorf("kept %d, reconciles queued: %v; want none and daily_sleep", len(g.kept(t)), g.reconciled)
				}
				if d := g.Diagnostics(); d.Rejected[RejectedTime] != 1 || d.LastLag != c.age {
					t.Errorf("diagnostics %+v", d)
				}
				return
			}
			want := sqlite.VerdictAccepted
			if c.late {
				want = sqlite.VerdictLate
			}
			d := g.last(t)
			if d.Late != c.late || d.Verdict != want || d.Fetch != sqlite.FetchPending || d.LagMS != c.age.Milliseconds() {
				t.Errorf("kept as late %v, verdict %s, fetch %s, lag %d", d.Late, d.Verdict, d.Fetch, d.LagMS)
			}
			if len(g.reconciled) != 0 {
				t.Errorf("a reconcile was queued: %v", g.reconciled)
			}
		})
	}
}

// A type the program cannot poll by itself leads to a look at all of them.
func TestS25_ReconcilesEverythingWhenTheTypeIsUnknown(t *testing.T) {
	for _, b := range []string{body("brand_new", "x"), `{"half":`} {
		g := newRig(t, nil)
		wantStatus(t, b, g.do(t, delivery(begin.Add(-100*time.Hour), b, secret)), http.StatusUnauthorized)
		if len(g.reconciled) != 1 || g.reconciled[0] != "" {
			t.Errorf("%s: reconciles queued: %q", b, g.reconciled)
		}
	}
}

func TestS28_SecretChange(t *testing.T) {
	const current, previous = oura.Secret("the-new-secret"), oura.Secret("the-old-secret")
	var g *rig
	g = newRig(t, nil, func(o *Options) {
		o.Secrets = func() []oura.Secret { return AcceptedSecrets(current, previous, begin, g.clock()) }
	})
	steps := []struct {
		name   string
		after  time.Duration
		key    oura.Secret
		status int
	}{
		{"the new one at once", 0, current, 200},
		{"the old one at once", 0, previous, 200},
		{"the old one after 23:59:59", 24*time.Hour - time.Second, previous, 200},
		{"the old one after 24:00:01", 2 * time.Second, previous, 401},
		{"the new one then", 0, current, 200},
		{"a third one", 0, "someone-elses", 401},
	}
	for i, s := range steps {
		g.forward(s.after)
		wantStatus(t, s.name, g.post(t, body(oura.Sleep, string(rune('a'+i))), s.key), s.status)
	}
	if d := g.Diagnostics(); d.PreviousSecret != 2 {
		t.Errorf("%d deliveries counted for the previous secret, want 2", d.PreviousSecret)
	}
}

func TestS27_NoSecretMeansTryLater(t *testing.T) {
	for name, secrets := range map[string][]oura.Secret{"none": nil, "an empty one": AcceptedSecrets("", "", begin, begin)} {
		g := newRig(t, nil, func(o *Options) { o.Secrets = func() []oura.Secret { return secrets } })
		w := g.do(t, unsigned(vectorTime, vectorBody, sign("", vectorTime, vectorBody)))
		wantStatus(t, name, w, http.StatusServiceUnavailable)
		if w.Header().Get("Retry-After") == "" {
			t.Errorf("%s: no Retry-After", name)
		}
	}
	g := newRig(t, nil, func(o *Options) { o.Secrets = func() []oura.Secret { return []oura.Secret{""} } })
	wantStatus(t, "signed with nothing", g.do(t, unsigned(vectorTime, vectorBody, sign("", vectorTime, vectorBody))), http.StatusUnauthorized)
}

// compact must agree with encoding/json wherever that accepts the body.
func TestCompact_AgreesWithTheJSONPackage(t *testing.T) {
	for _, s := range []string{vectorBody, spacedBody, umlautBody, "{}", " { } ", `{"a":"\" , \\"  ,"b" : [ 1 , 2 ]}`, "{\"a\":\r\n\t1}"} {
		var want bytes.Buffer
		if err := json.Compact(&want, []byte(s)); err != nil {
			t.Fatal(err)
		}
		if got := compact([]byte(s)); string(got) != want.String() {
			t.Errorf("compact(%q) = %q, want %q", s, got, want.String())
		}
	}
}
