package restapi

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
)

// secretNames are the slots of CONTRACT: what is in them must never come out.
var secretNames = []string{
	"client_secret", "client_secret_previous", "token", "verification_token", "ingress_path", "api_token", "ngrok_authtoken",
}

func TestS09_NoAnswerHoldsASecret(t *testing.T) {
	s, h := newStore(t)
	planted := map[string][]byte{}
	for _, name := range secretNames {
		planted[name] = []byte("canary-" + name)
	}
	if err := s.PutSecrets(t.Context(), planted); err != nil {
		t.Fatal(err)
	}
	fill(t, s)
	insertDelivery(t, s, 1)
	for _, op := range operations(t, h) {
		for name, edit := range with(refusals(), "nothing wrong", nil) {
			w := ask(t, h, op.method, op.path, edit)
			if text := fmt.Sprint(w.Header(), w.Body); strings.Contains(text, "canary") || strings.Contains(text, testToken.Reveal()) {
				t.Errorf("%s, %s, tells a secret: %s", op.id, name, text)
			}
		}
	}
}

func with(m map[string]func(*http.Request), name string, edit func(*http.Request)) map[string]func(*http.Request) {
	m[name] = edit
	return m
}

func TestS08_ReadingChangesNothing(t *testing.T) {
	folder := t.TempDir()
	s := openStore(t, folder)
	for n := range 50 { // fewer than the store would index in the background: it alone must not change the file
		apply(t, s, change(s, n, oura.Workout))
	}
	insertDelivery(t, s, 1)
	before := closeAndHash(t, s, folder)
	s = openStore(t, folder)
	h := withStore(s)
	for _, op := range operations(t, h) {
		if op.method != http.MethodGet {
			continue
		}
		for _, method := range []string{http.MethodGet, http.MethodGet, http.MethodHead} {
			if w := ask(t, h, method, op.path, nil); w.Code != http.StatusOK && op.id != "getHealth" {
				t.Errorf("%s: %d", op.id, w.Code)
			}
		}
	}
	if after := closeAndHash(t, s, folder); after != before {
		t.Error("reading changed the database")
	}
	s = openStore(t, folder)
	ask(t, withStore(s), http.MethodPost, "/deliveries/1/refetch", nil)
	if after := closeAndHash(t, s, folder); after == before {
		t.Error("the hash does not see a change")
	}
}

// closeAndHash closes s first: files of a live database are not to be touched.
func closeAndHash(t *testing.T, s interface{ Close() error }, folder string) [sha256.Size]byte {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(folder, "oura_streaming.db"))
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(content)
}

func TestS08_EveryChangeNeedsAnotherMethodThanGet(t *testing.T) {
	f := &fake{}
	h := f.handler()
	ops := operations(t, h)
	for _, op := range ops {
		read := func(o call) bool { return o.method == http.MethodGet && o.path == op.path }
		if slices.ContainsFunc(ops, read) {
			continue // a call of its own, which changes nothing
		}
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			w := ask(t, h, method, op.path, nil)
			wantProblem(t, w, http.StatusMethodNotAllowed, oura.Code("method_not_allowed"))
		}
	}
	if n := f.calls.Load(); n != 0 {
		t.Errorf("%d changes by GET", n)
	}
}
