package ingress

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// FuzzDelivery sends a body twice: with the signature it came with, which must
// never be believed unless it is right, and rightly signed, which must be kept
// whatever the body says.
func FuzzDelivery(f *testing.F) {
	f.Add(vectorTime, vectorMAC, vectorBody)
	f.Add(vectorTime, vectorMAC, spacedBody)
	f.Add(vectorTime, spacedMAC, spacedBody)
	f.Add(vectorTime, umlautMAC, umlautBody)
	f.Add(vectorTime[:9], vectorMAC, vectorTime[9:]+vectorBody)
	f.Add("1790138124521", "", body("vo2_max", "../../oauth/token"))
	f.Add("0", strings.Repeat("0", 64), `{"a":"\"`)
	f.Add(vectorTime, vectorMAC, strings.Repeat(`{"a":[`, 40))
	f.Fuzz(func(t *testing.T, timestamp, signature, text string) {
		if len(text) > MaxBody {
			return
		}
		g := newRig(t, nil)
		w := g.do(t, unsigned(timestamp, text, signature))
		right := strings.EqualFold(signature, sign(secret, timestamp, text)) || strings.EqualFold(signature, sign(secret, timestamp, string(compact([]byte(text)))))
		if w.Code != http.StatusUnauthorized && !(w.Code == http.StatusOK && right) {
			t.Fatalf("answered %d", w.Code)
		}
		if (w.Code == http.StatusOK) != (len(g.kept(t)) == 1) {
			t.Fatalf("answered %d with %d rows", w.Code, len(g.kept(t)))
		}
		if g.post(t, text, secret).Code == http.StatusOK {
			checkKept(t, g.last(t))
		} else if strings.HasPrefix(text, "{") {
			t.Fatal("a rightly signed body was refused")
		}
	})
}

func checkKept(t *testing.T, d sqlite.Delivery) {
	t.Helper()
	n := d.Notification
	if n.ObjectID != "" && !isObjectID(n.ObjectID) {
		t.Errorf("object_id %q got through", n.ObjectID)
	}
	if d.Verdict == sqlite.VerdictAccepted {
		if info, ok := oura.Lookup(n.DataType); !ok || !info.Hook || n.UserID != account {
			t.Errorf("accepted: %+v", n)
		}
	}
	var want oura.Notification
	if err := json.Unmarshal(d.Body, &want); (err != nil || want.DataType == "") && d.Verdict != sqlite.VerdictUnparsable {
		t.Errorf("verdict %s for %q", d.Verdict, d.Body)
	}
}

// FuzzParse compares the quick way of reading a body with encoding/json.
func FuzzParse(f *testing.F) {
	for _, s := range []string{vectorBody, spacedBody, umlautBody, `{}`, `{"a":1}`, `{"data_type":"a","data_type":"b"}`, `{"DATA_TYPE":"a"}`,
		`{"data_type":"\u0061"}`, `{"data_type":"a",}`, `{"data_type":"a"} `, `{"data_type":"a"}}`, "{\"data_type\":\"a\nb\"}", "{\"data_type\":\"\xff\"}", `{"data_type":null}`, `{ "data_type" : "a" }`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var want oura.Notification
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			return
		}
		if got, err := parse([]byte(text)); err == nil && got != want {
			t.Errorf("parse(%q) = %+v, encoding/json says %+v", text, got, want)
		}
		var tight bytes.Buffer
		if json.Compact(&tight, []byte(text)) == nil && !bytes.Equal(compact([]byte(text)), tight.Bytes()) {
			t.Errorf("compact(%q) = %q, encoding/json says %q", text, compact([]byte(text)), &tight)
		}
	})
}

// FuzzChallenge asks with any query: only the right token may be answered, and
// only with a challenge that cannot be anything but text.
func FuzzChallenge(f *testing.F) {
	f.Add(query(token.Reveal(), "abc"))
	f.Add(query("wrong", "abc"))
	f.Add(query(token.Reveal(), "<script>"))
	f.Add("verification_token=%zz&&;=")
	f.Fuzz(func(t *testing.T, rawQuery string) {
		g := newRig(t, nil)
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.URL.RawQuery = rawQuery
		w := g.do(t, r)
		values := r.URL.Query()
		switch w.Code {
		case http.StatusOK:
			var answer map[string]string
			if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || answer["challenge"] != values.Get("challenge") || values.Get("verification_token") != token.Reveal() {
				t.Errorf("answered %q", w.Body)
			}
		case http.StatusUnauthorized, http.StatusBadRequest:
			if w.Body.Len() != 0 {
				t.Errorf("a refusal with body %q", w.Body)
			}
		default:
			t.Errorf("answered %d", w.Code)
		}
	})
}
