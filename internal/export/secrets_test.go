package export

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"testing"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

const canary = "canary-9f3b"

// plant puts the canary wherever the store keeps what is not data.
func (r *rig) plant() {
	r.Helper()
	ctx := r.Context()
	note := oura.Notification{EventType: oura.Update, DataType: oura.Tag, ObjectID: canary, UserID: canary}
	_, _, err := r.store.InsertDelivery(ctx, sqlite.Delivery{
		ReceivedAt: testNow, Body: []byte(canary), Timestamp: canary, SignatureForm: "raw", Notification: note, Verdict: sqlite.VerdictAccepted, Fetch: sqlite.FetchPending,
	})
	for _, err := range []error{
		err,
		r.store.SaveAccount(ctx, sqlite.Account{
			UserID: "user-1", TokenURL: "https://" + canary, Profile: json.RawMessage(`{"email":"` + canary + `"}`), ConnectedAt: testNow, Scopes: []oura.Scope{canary},
		}, map[string][]byte{"token": []byte(canary)}),
		r.store.PutSecrets(ctx, map[string][]byte{canary: []byte(canary)}),
		r.store.PutSettings(ctx, map[string]string{canary: `"` + canary + `"`}),
		r.store.Audit(ctx, canary, canary),
		r.store.ReplaceSubscriptions(ctx, []sqlite.SubscriptionRow{{Subscription: oura.Subscription{ID: canary, CallbackURL: "https://" + canary}, ReadAt: testNow}}),
	} {
		if err != nil {
			r.Fatal(err)
		}
	}
}

func TestS56_NoExportHoldsASecret(t *testing.T) {
	r := newRig(t)
	r.fill(10)
	r.plant()
	for _, q := range all {
		for name, text := range unpack(t, q, r.stream(q)) {
			if bytes.Contains(text, []byte(canary)) {
				t.Errorf("%+v tells a secret in %s", q, name)
			}
			if len(text) < 100 {
				t.Errorf("%+v: %s is empty", q, name)
			}
		}
	}
	r.put(oura.Tag, canary, "2026-11-22", `{}`)
	for _, q := range []Request{all[0], {Format: SQLite}} {
		if !bytes.Contains(r.stream(q), []byte(canary)) {
			t.Errorf("%+v: this test does not see what it looks for", q)
		}
	}
}

// unpack returns the files of an output by name, without packing.
func unpack(t *testing.T, q Request, text []byte) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	read := func(name string, in io.Reader, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if out[name], err = io.ReadAll(in); err != nil {
			t.Fatal(err)
		}
	}
	switch {
	case q.Gzip:
		in, err := gzip.NewReader(bytes.NewReader(text))
		read("packed", in, err)
	case q.zipped():
		files, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files.File {
			in, err := file.Open()
			read(file.Name, in, err)
		}
	default:
		out["plain"] = text
	}
	return out
}
