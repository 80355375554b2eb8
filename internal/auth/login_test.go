package auth

import (
	"testing"

	"oura-streaming/internal/oura"
)

func TestSignInFromBeginningToEnd(t *testing.T) {
	r := newRig(t, rigOptions{})
	_, err := r.Token(t.Context())
	wantCode(t, err, oura.CodeNotConnected)
	wake, stop := r.Listen()
	defer stop()
	r.signIn(t)
	<-wake
	st := must(r.Status(t.Context()))
	if !st.Authenticated || st.NeedsSignIn || st.UserID != r.sim.UserID() || st.ExpiresIn <= 0 || len(st.Profile) == 0 {
		t.Errorf("status %+v", st)
	}
	if err := r.call(t.Context()); err != nil {
		t.Error(err)
	}
	if n := r.audits(t, "signed_in"); n != 1 {
		t.Errorf("%d audit rows, want 1", n)
	}
}
