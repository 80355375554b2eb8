package engine

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/restapi"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/vault"
)

// makeToken returns a new token that works.
func (p *program) makeToken(name string, scope restapi.Scope) (oura.Secret, TokenInfo) {
	p.t.Helper()
	token, info, err := p.engine.MakeToken(p.t.Context(), name, scope)
	if err != nil {
		p.t.Fatal(err)
	}
	return token, info
}

// with asks the local API with another token than the environment's.
func (p *program) with(token oura.Secret, method, path string) (int, string) {
	p.t.Helper()
	res, body := p.exchange(method, p.engine.APIURL()+path, nil, map[string]string{"Authorization": "Bearer " + token.Reveal()})
	return res.StatusCode, string(body)
}

func TestS07_TokensAreMadeListedAndRevoked(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	reader, first := p.makeToken("  Grafana ", restapi.ScopeRead)
	writer, second := p.makeToken("notebook", restapi.ScopeWrite)
	if first.Name != "Grafana" || first.Scope != restapi.ScopeRead || first.MadeAt.IsZero() || !first.UsedAt.IsZero() {
		t.Errorf("made %+v", first)
	}
	for _, c := range []struct {
		token        oura.Secret
		method, path string
		status       int
	}{
		{reader, http.MethodGet, "/events", 200}, {reader, http.MethodPost, "/pause", 403}, {reader, http.MethodPost, "/auth/logout", 403},
		{writer, http.MethodGet, "/events", 200}, {writer, http.MethodPost, "/pause", 200}, {writer, http.MethodPost, "/auth/logout", 403},
	} {
		if status, body := p.with(c.token, c.method, c.path); status != c.status {
			t.Errorf("%s %s: %d %s, want %d", c.method, c.path, status, body, c.status)
		}
	}
	list, err := p.engine.Tokens(t.Context())
	if err != nil || len(list) != 2 || list[0].ID != second.ID || list[1].ID != first.ID || list[1].UsedAt.IsZero() {
		t.Fatalf("list %+v, %v", list, err)
	}
	if text := fmt.Sprintf("%+v", list); strings.Contains(text, reader.Reveal()) {
		t.Error("the list shows a token")
	}
	if err := p.engine.RevokeToken(t.Context(), first.ID); err != nil {
		t.Fatal(err)
	}
	if status, _ := p.with(reader, http.MethodGet, "/events"); status != http.StatusUnauthorized {
		t.Errorf("a revoked token: %d", status)
	}
	if status, _ := p.with(writer, http.MethodGet, "/events"); status != http.StatusOK {
		t.Errorf("the other token: %d", status)
	}
	if err := p.engine.RevokeToken(t.Context(), first.ID); oura.CodeOf(err) != oura.CodeNotFound {
		t.Errorf("revoked twice: %v", err)
	}
	p.stop()
	wantAudit(t, p.opt.DataDir, []string{
		`token_made: 1 "Grafana", scope read`, `token_made: 2 "notebook", scope write`, `token_revoked: 1`,
	})
}

// wantAudit compares the rows about tokens of a database nobody has open.
func wantAudit(t *testing.T, folder string, want []string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(folder, databaseFile))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), `SELECT action || ': ' || detail FROM audit WHERE action LIKE 'token!_%' ESCAPE '!' ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		got = append(got, line)
	}
	if rows.Err() != nil || !slices.Equal(got, want) {
		t.Errorf("audit rows %q, want %q", got, want)
	}
}

func TestS07_OpenStreamsOfARevokedTokenEndWithinASecond(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	token, info := p.makeToken("stream", restapi.ScopeRead)
	var bodies []io.ReadCloser
	for range 5 {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.engine.APIURL()+"/events/stream", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token.Reveal())
		res, err := asIs.Do(req)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%v, %v", res, err)
		}
		defer res.Body.Close()
		bodies = append(bodies, res.Body)
	}
	other := p.follow("")
	p.nextOf(other)
	began := time.Now()
	if err := p.engine.RevokeToken(t.Context(), info.ID); err != nil {
		t.Fatal(err)
	}
	for _, body := range bodies {
		if _, err := io.Copy(io.Discard, body); err != nil {
			t.Errorf("a stream ended with %v", err)
		}
	}
	took := time.Since(began)
	t.Logf("five streams ended %v after their token was revoked", took.Round(time.Microsecond))
	if took > time.Second {
		t.Error("that is more than a second")
	}
	select {
	case s, open := <-other:
		if !open {
			t.Errorf("the stream of another token ended with %+v", s)
		}
	default:
	}
}

func TestS21_TokensOutliveAChangeOfTheKey(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	p := start(t, sim, opt)
	token, info := p.makeToken("notebook", restapi.ScopeRead)
	p.signIn()
	name := sqlite.TokenSecret(info.ID)
	before, key := p.sealedRows()[name], read(t, opt.KeyFile)
	if status := p.call(http.MethodPost, "/auth/logout", nil); status != http.StatusOK {
		t.Fatalf("sign-out: %d", status)
	}
	if after := p.sealedRows()[name]; after == "" || after == before || read(t, opt.KeyFile) == key {
		t.Error("the token was not sealed with a new key")
	}
	for range 2 {
		if status, body := p.with(token, http.MethodGet, "/events"); status != http.StatusOK {
			t.Errorf("after the sign-out: %d %s", status, body)
		}
		p.stop()
		p = start(t, sim, opt)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestS21_ATokenMadeDuringAChangeOfTheKeyIsNotLost(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	p := start(t, sim, opt)
	stop, ended := make(chan struct{}), make(chan int)
	go func() {
		defer close(ended)
		for n := 0; ; n++ {
			select {
			case <-stop:
				ended <- n
				return
			default:
			}
			if err := p.engine.auth.Logout(context.Background()); err != nil {
				t.Errorf("sign-out: %v", err)
			}
		}
	}()
	made := map[int64]oura.Secret{}
	for n := range 30 {
		token, info := p.makeToken(fmt.Sprint(n), restapi.ScopeRead)
		if n%3 == 0 {
			if err := p.engine.RevokeToken(t.Context(), info.ID); err != nil {
				t.Fatal(err)
			}
			continue
		}
		made[info.ID] = token
	}
	close(stop)
	t.Logf("%d changes of the key beside it", <-ended)
	p.stop()
	p = start(t, sim, opt)
	for id, token := range made {
		if status, _ := p.with(token, http.MethodGet, "/jobs"); status != http.StatusOK {
			t.Errorf("token %d: %d after the restart", id, status)
		}
	}
	sealed := 0
	for name := range p.sealedRows() {
		if strings.HasPrefix(name, "api_token.") {
			sealed++
		}
	}
	if sealed != len(made) {
		t.Errorf("%d sealed rows for %d tokens: a revoked one came back", sealed, len(made))
	}
}

func TestS36_NoTokenOfTheAPILiesInAnyFile(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	token, _ := p.makeToken("notebook", restapi.ScopeAdmin)
	p.with(token, http.MethodGet, "/status")
	digest := restapi.Digest(token)
	p.stop()
	err := filepath.WalkDir(p.opt.DataDir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text := read(t, path)
		if strings.Contains(text, token.Reveal()) || strings.Contains(text, string(digest[:])) {
			t.Errorf("%s holds the token or its digest", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestF43_WhileTheKeyIsLockedOnlyTheEnvironmentsTokenOpens(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	keys := &chain{}
	opt := options(t, sim, port)
	opt.Keychain = func(string) vault.Keychain { return keys }
	p := start(t, sim, opt)
	token, info := p.makeToken("notebook", restapi.ScopeRead)
	p.stop()
	keys.lock(true)
	p = start(t, sim, opt)
	if status, body := p.with(token, http.MethodGet, "/events"); status != http.StatusUnauthorized || !strings.Contains(body, "locked") {
		t.Errorf("a stored token: %d %s", status, body)
	}
	if status := p.call(http.MethodGet, "/events", nil); status != http.StatusOK {
		t.Errorf("the environment's token: %d", status)
	}
	if _, _, err := p.engine.MakeToken(t.Context(), "another", restapi.ScopeRead); oura.CodeOf(err) != oura.CodeLocked {
		t.Errorf("made one: %v", err)
	}
	keys.lock(false)
	p.engine.Retry(t.Context())
	p.wait("the token to open again", func() string {
		status, _ := p.with(token, http.MethodGet, "/events")
		return want(status == http.StatusOK, fmt.Sprint(status))
	})
	if list, err := p.engine.Tokens(t.Context()); err != nil || len(list) != 1 || list[0].ID != info.ID {
		t.Errorf("list %+v, %v", list, err)
	}
}

func TestTokens_UseIsStoredAtTheEnd(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	p := start(t, sim, opt)
	token, _ := p.makeToken("notebook", restapi.ScopeRead)
	before, err := p.engine.store.Tokens(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.with(token, http.MethodGet, "/events")
	if after, err := p.engine.store.Tokens(t.Context()); err != nil || !after[0].UsedAt.Equal(before[0].UsedAt) {
		t.Errorf("a call that reads wrote %+v, %v", after, err) // S-08
	}
	p.stop()
	p = start(t, sim, opt)
	if list, err := p.engine.Tokens(t.Context()); err != nil || len(list) != 1 || time.Since(list[0].UsedAt) > time.Hour {
		t.Errorf("list %+v, %v", list, err)
	}
}

func TestTokens_WhatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	for name, scope := range map[string]restapi.Scope{
		"": "read", "   ": "read", "two\nlines": "read", strings.Repeat("ä", longestTokenName+1): "read", "\xff": "read", "ok": "all", "fine": "",
	} {
		if _, _, err := p.engine.MakeToken(t.Context(), name, scope); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("%q of scope %q: %v", name, scope, err)
		}
	}
	for n := range mostTokens {
		p.makeToken(fmt.Sprint(n), restapi.ScopeRead)
	}
	if _, _, err := p.engine.MakeToken(t.Context(), "one more", restapi.ScopeRead); oura.CodeOf(err) != oura.CodeInvalid {
		t.Errorf("token %d: %v", mostTokens+1, err)
	}
}
