package auth

import (
	"os"
	"path/filepath"
	"testing"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/vault"
)

// plant stores a secret that does not belong to this package.
func (r *rig) plant(t *testing.T, name, text string) {
	t.Helper()
	sealed := must(r.vault.Seal(name, []byte(text)))
	if err := r.store.PutSecrets(t.Context(), map[string][]byte{name: sealed}); err != nil {
		t.Fatal(err)
	}
}

func TestS21_SignOut(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]*ourasim.Fault{"provider up": nil, "provider down": {Drop: true, Times: -1}, "provider refuses": {Status: 500, Times: -1}} {
		t.Run(name, func(t *testing.T) {
			spy := &wire{}
			r := newRig(t, rigOptions{change: spy.into})
			r.plant(t, "client_secret", canarySecret)
			r.signIn(t)
			if err := r.forceRefresh(t); err != nil {
				t.Fatal(err)
			}
			access := r.access(t)
			oldRow, _, _ := r.store.Secret(t.Context(), rowToken)
			oldKey := must(os.ReadFile(r.vault.Where().Path))
			if fault != nil {
				r.sim.AddFaults(*fault)
			}
			must(r.BeginLogin(t.Context())) // a login that waits ends as well
			if err := r.Logout(t.Context()); err != nil {
				t.Fatal(err)
			}
			r.sim.ClearFaults()
			_, err := r.Token(t.Context())
			wantCode(t, err, oura.CodeNotConnected)
			if names := must(r.store.SecretNames(t.Context())); len(names) != 1 || names[0] != "client_secret" {
				t.Errorf("rows left: %q", names)
			}
			if st := must(r.Status(t.Context())); st.Authenticated || st.UserID != "" || r.LastLogin().Pending {
				t.Errorf("status %+v", st)
			}
			if _, err := r.api.profile(t.Context(), access); (oura.CodeOf(err) == oura.CodeUnauthorized) != (fault == nil) {
				t.Errorf("after sign-out Oura says %v", err)
			}
			r.wantKeyChanged(t, oldKey, oldRow)
			r.wantNoCanary(t, spy)
			if r.audits(t, "signed_out") != 1 {
				t.Error("no audit row")
			}
			r.signIn(t)
			if err := r.call(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// wantKeyChanged checks that neither the file nor the vault know the old key.
func (r *rig) wantKeyChanged(t *testing.T, oldKey, oldRow []byte) {
	t.Helper()
	if _, err := r.vault.Unseal(rowToken, oldRow); err == nil {
		t.Error("the old key still opens old rows")
	}
	if now := must(os.ReadFile(r.vault.Where().Path)); string(now) == string(oldKey) {
		t.Error("the key file is unchanged")
	}
	again := must(vault.Open(t.Context(), vault.Options{KeyFile: filepath.Join(r.dir, "keys", "data.key"), HasSealed: true}))
	sealed, _, err := r.store.Secret(t.Context(), "client_secret")
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := again.Unseal("client_secret", sealed); err != nil || string(plain) != canarySecret {
		t.Errorf("the client secret was lost: %v", err)
	}
}

func TestS21_NewProviderGetsAForm(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{sim: func(s *ourasim.Switches) { s.ClassicTokenRefuses = true }})
	r.signIn(t)
	access := r.access(t)
	if err := r.Logout(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r.paths("/oauth/v2/ext/oauth-revoke") != 1 {
		t.Error("the new provider was not asked")
	}
	if _, err := r.api.profile(t.Context(), access); oura.CodeOf(err) != oura.CodeUnauthorized {
		t.Errorf("not revoked: %v", err)
	}
}

func TestS21_InterruptedKeyChangeIsFinishedByServe(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	r.signIn(t)
	err := r.vault.Rotate(t.Context(), func(func(string, []byte) ([]byte, error)) error { return os.ErrClosed })
	if err == nil || !r.vault.Unfinished() {
		t.Fatal("the set-up did not leave a change of key unfinished")
	}
	if err := r.finishKeyChange(t.Context()); err != nil || r.vault.Unfinished() {
		t.Errorf("still unfinished, %v", err)
	}
	if err := r.call(t.Context()); err != nil {
		t.Error(err)
	}
}
