package storetest

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// sealing is a seal that can be looked through.
func sealing(id int64) ([]byte, error) { return []byte("sealed for " + sqlite.TokenSecret(id)), nil }

func testTokens(t *testing.T, s Store) {
	ctx := t.Context()
	var made []sqlite.Token
	for _, scope := range []string{"read", "write", "admin"} {
		tok, err := s.AddToken(ctx, sqlite.Token{Name: "for " + scope, Scope: scope, MadeAt: day0}, sealing)
		must(t, err)
		if sealed, _, err := s.Secret(ctx, sqlite.TokenSecret(tok.ID)); err != nil || !strings.HasPrefix(string(sealed), "sealed for api_token.") {
			t.Errorf("token %d has the secret %q, %v", tok.ID, sealed, err)
		}
		made = append([]sqlite.Token{tok}, made...)
	}
	must(t, s.TouchToken(ctx, made[0].ID, day0.Add(2*time.Hour)))
	must(t, s.TouchToken(ctx, made[0].ID, day0.Add(time.Hour))) // an older use takes nothing back
	must(t, s.TouchToken(ctx, 4711, day0))
	made[0].UsedAt = day0.Add(2 * time.Hour)
	if got, err := s.Tokens(ctx); err != nil || !reflect.DeepEqual(got, made) {
		t.Errorf("tokens %+v, %v\nwant %+v", got, err, made)
	}
	must(t, s.RemoveToken(ctx, made[0].ID))
	if err := s.RemoveToken(ctx, made[0].ID); oura.CodeOf(err) != oura.CodeNotFound {
		t.Errorf("removing it twice: %v", err)
	}
	later, err := s.AddToken(ctx, sqlite.Token{Name: "later", Scope: "read"}, sealing)
	if err != nil || later.ID <= made[0].ID || later.MadeAt.IsZero() {
		t.Errorf("after the newest was removed: %+v, %v; numbers never come twice", later, err)
	}
	names, err := s.SecretNames(ctx)
	if err != nil || len(names) != 3 || slices.Contains(names, sqlite.TokenSecret(made[0].ID)) {
		t.Errorf("secrets %q, %v", names, err)
	}
}

func testBadTokens(t *testing.T, s Store) {
	ctx := t.Context()
	if _, err := s.AddToken(ctx, sqlite.Token{Scope: "all"}, sealing); oura.CodeOf(err) != oura.CodeInvalid {
		t.Errorf("unknown scope: %v", err)
	}
	locked := errors.New("locked")
	if _, err := s.AddToken(ctx, sqlite.Token{Scope: "read"}, func(int64) ([]byte, error) { return nil, locked }); !errors.Is(err, locked) {
		t.Errorf("a seal that fails: %v", err)
	}
	tokens, err1 := s.Tokens(ctx)
	names, err2 := s.SecretNames(ctx)
	if len(tokens)+len(names) != 0 || err1 != nil || err2 != nil {
		t.Errorf("left behind: %v, %v, %v, %v", tokens, names, err1, err2)
	}
}
