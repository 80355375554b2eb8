package storetest

import (
	"reflect"
	"slices"
	"testing"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

func testSecrets(t *testing.T, s Store) {
	ctx := t.Context()
	must(t, s.PutSecrets(ctx, map[string][]byte{"token": {1, 2}, "client_secret": {3}, "empty": {}}))
	must(t, s.PutSecrets(ctx, map[string][]byte{"token": {4}, "client_secret": nil}))
	names, err := s.SecretNames(ctx)
	if err != nil || !slices.Equal(names, []string{"empty", "token"}) {
		t.Errorf("names %v, %v", names, err)
	}
	if got, ok, err := s.Secret(ctx, "token"); err != nil || !ok || !slices.Equal(got, []byte{4}) {
		t.Errorf("token %v, %v, %v", got, ok, err)
	}
	if _, ok, err := s.Secret(ctx, "client_secret"); err != nil || ok {
		t.Errorf("deleted secret is there: %v", err)
	}
}

func testSettings(t *testing.T, s Store) {
	ctx := t.Context()
	must(t, s.PutSettings(ctx, map[string]string{"theme": `"dark"`, "port": "8000"}))
	must(t, s.PutSettings(ctx, map[string]string{"theme": "", "port": "8001"}))
	err := s.PutSettings(ctx, map[string]string{"port": "8002", "broken": "{"})
	if oura.CodeOf(err) != oura.CodeInvalid {
		t.Errorf("text that is no JSON: %v", err)
	}
	got, err := s.Settings(ctx)
	if want := map[string]string{"port": "8001"}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("settings %v, %v", got, err)
	}
}

func testAccount(t *testing.T, s Store) {
	ctx := t.Context()
	if _, ok, err := s.Account(ctx); err != nil || ok {
		t.Fatalf("fresh store has an account: %v", err)
	}
	a := sqlite.Account{
		UserID: "user-1", Scopes: []oura.Scope{oura.ScopeDaily, oura.ScopeEmail}, ScopesKnown: true,
		TokenURL: "https://api.ouraring.com/oauth/token", Profile: []byte(`{"id":"user-1"}`), ConnectedAt: day0,
	}
	must(t, s.SaveAccount(ctx, sqlite.Account{UserID: "other", ConnectedAt: day0.AddDate(1, 0, 0)}, nil))
	must(t, s.SaveAccount(ctx, a, map[string][]byte{"token": {7}}))
	if got, ok, err := s.Account(ctx); err != nil || !ok || !reflect.DeepEqual(got, a) {
		t.Errorf("account %+v, %v, %v", got, ok, err)
	}
	must(t, s.RemoveAccount(ctx, []string{"token"}))
	_, okAccount, err1 := s.Account(ctx)
	_, okSecret, err2 := s.Secret(ctx, "token")
	if okAccount || okSecret || err1 != nil || err2 != nil {
		t.Errorf("after removal: account %v, secret %v, %v, %v", okAccount, okSecret, err1, err2)
	}
}

func testSubscriptions(t *testing.T, s Store) {
	ctx := t.Context()
	row := func(id string, ours bool) sqlite.SubscriptionRow {
		return sqlite.SubscriptionRow{
			Subscription: oura.Subscription{
				ID: id, CallbackURL: "https://x.example/h", EventType: oura.Update, DataType: oura.Sleep, ExpiresAt: day0,
			},
			Ours: ours, State: "ours", Reason: "r", ReadAt: day0,
		}
	}
	must(t, s.ReplaceSubscriptions(ctx, []sqlite.SubscriptionRow{row("a", true), row("b", false)}))
	want := []sqlite.SubscriptionRow{row("b", true), row("c", false)}
	must(t, s.ReplaceSubscriptions(ctx, want))
	got, err := s.Subscriptions(ctx)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("subscriptions %+v, %v", got, err)
	}
}
