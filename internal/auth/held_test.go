package auth

import (
	"slices"
	"testing"

	"oura-streaming/internal/oura"
)

func TestS42_HeldNamesWhatATextMustNotHold(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	if held := r.Held(t.Context()); len(held) != 0 {
		t.Errorf("before a sign-in: %d", len(held))
	}
	r.signIn(t)
	rec, ok, err := r.stored(t.Context())
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	must(r.BeginLogin(t.Context()))
	held := r.Held(t.Context())
	for name, want := range map[string]oura.Secret{
		"access token": rec.token.Access, "refresh token": rec.token.Refresh,
		"state": oura.Secret(r.desk.waiting.state), "verifier": oura.Secret(r.desk.waiting.verifier),
	} {
		if want == "" || !slices.Contains(held, want) {
			t.Errorf("the %s is not among what is held", name)
		}
	}
}
