package app

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

// TestF43_AWindowWithLockedSecretsShowsWhatIsStored takes the key away: the window
// opens as ever and says why nothing new comes.
func TestF43_AWindowWithLockedSecretsShowsWhatIsStored(t *testing.T) {
	dir := home(t) + "/oura-streaming"
	opt := engineOptions(t, "", false)
	opt.KeyFile = filepath.Join(t.TempDir(), "key")
	before, _ := begin(t, opt)
	e := before.side(t, dir, false)
	account := sqlite.Account{UserID: "user-1", Scopes: []oura.Scope{"daily"}, ScopesKnown: true, ConnectedAt: time.Unix(1_760_000_000, 0)}
	if err := e.Store().SaveAccount(t.Context(), account, map[string][]byte{"token": []byte("sealed with a key that is gone")}); err != nil {
		t.Fatal(err)
	}
	if err := before.stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(opt.KeyFile); err != nil {
		t.Fatal(err)
	}
	b, _ := begin(t, opt)
	e = b.side(t, dir, false)
	if !slices.ContainsFunc(e.Status().Snapshot().Troubles, func(tr status.Trouble) bool { return tr.Code == status.SecretsLocked }) {
		t.Fatal("the secrets are not locked")
	}
	if view, err := (&SetupAPI{b}).Get(); err != nil || view.Step != wizardDone || view.SignIn.UserID != "user-1" {
		t.Errorf("setup %+v, %v", view, err)
	}
	if view, err := (&ConnectionAPI{b}).Get(); err != nil || !view.Account.Connected {
		t.Errorf("connection %+v, %v", view.Account, err)
	}
	if _, err := (&SyncAPI{b}).Get(); err != nil {
		t.Error(err)
	}
}
