//go:build unix

package engine

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/diagnose"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/restapi"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

// secretsOf opens every sealed row: what the vault holds, whoever put it there.
func (p *program) secretsOf() (out []string) {
	p.t.Helper()
	for _, secret := range p.engine.auth.Held(p.t.Context()) {
		out = append(out, secret.Reveal())
	}
	for name := range p.sealedRows() {
		sealed, _, err := p.engine.store.Secret(p.t.Context(), name)
		if err != nil {
			p.t.Fatal(err)
		}
		plain, err := p.engine.lock.Unseal(name, sealed)
		if err != nil {
			p.t.Fatal(err)
		}
		if text := string(plain); !strings.HasPrefix(text, "{") && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
			out = append(out, text)
		}
	}
	return out
}

// TestS42_DiagnosticsHoldNoSecretAndNoValue gives the whole program a canary in every
// place that is ours to fill, has each of them said in the log, and looks for it.
func TestS42_DiagnosticsHoldNoSecretAndNoValue(t *testing.T) {
	l := live(t)
	l.subscribed()
	ctx, e := t.Context(), l.engine
	if err := e.Config().SetNgrokAuthtoken(ctx, "canary-ngrok-authtoken"); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "canary-export-folder")
	for name, value := range map[config.Name]string{config.NgrokDomain: "canary-domain.ngrok.app", config.ExportFolder: folder, config.StreamFilters: `[{"name":"canary-filter"}]`} {
		if err := e.Config().Set(ctx, name, value); err != nil {
			t.Fatal(err)
		}
	}
	token, _ := l.makeToken("canary-token-name", restapi.ScopeRead)
	// What only a list keeps out, since no sieve can know it.
	values := []string{canaryHealth, "73519", "98761.5", "canary-tag-text", `"weight"`, "canary-filter", "canary-token-name", "canary-signature", "canary-body"}
	figures := fmt.Sprintf(`{"id":"figures","day":%q,"score":73519,"comment":"canary-tag-text"}`, oura.DayOf(time.Now()))
	l.put(ourasim.Doc{Type: oura.DailySleep, ID: "figures", JSON: []byte(figures)})
	if err := e.SyncNow(); err != nil { // whether or not it is announced so soon after the sign-in
		t.Fatal(err)
	}
	l.wait("the document", func() string { return want(l.newestOf(oura.DailySleep, "figures").Seq > 0, "not there") })
	if _, err := e.Store().PutSamples(ctx, e.connectedUser(), oura.HeartRate, oura.SourcePoll, time.Now(), []sqlite.Sample{{At: time.Now(), Value: 98761.5, Source: "rest"}}); err != nil {
		t.Fatal(err)
	}
	l.knock(strings.NewReader(`{"canary-body":73519}`), map[string]string{"x-oura-signature": "canary-signature", "x-oura-timestamp": "12"})

	account, _, err := e.Store().Account(ctx)
	if err != nil {
		t.Fatal(err)
	}
	home, _ := os.UserHomeDir()
	names := []string{
		account.UserID, "stored-client", "sample@example.com", "canary-domain.ngrok.app", folder, e.DataDir(), l.opt.KeyFile, home + "/", "203.0.113.77", "2001:db8::77", strings.TrimPrefix(e.randomPath(), "/webhooks/"), token.Reveal(),
	}
	secrets := slices.Concat(l.secrets, l.secretsOf(), []string{"canary-ngrok-authtoken"})
	if len(secrets) < 10 {
		t.Fatalf("only %d secrets to look for", len(secrets))
	}
	for _, s := range append(slices.Clone(secrets), names...) {
		e.log.Warn("said in an error", "err", fmt.Errorf("at https://x.example/%s: %w", s, errors.New(s)))
		e.log.Warn("said in a fact", "note", s, "why", s)
	}
	for _, v := range values { // nothing says them above debug; a fact of an unknown name is left out all the same
		e.log.Warn("said in a fact", "value", v, "body", []byte(v))
	}
	e.log.Warn("said in a fact", "score", 73519, "weight", 98761.5)
	e.raiseIf(true, status.ExportFailed, "It cannot be written to "+folder+".")

	now, err := e.Auth().Token(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{now.Reveal(), canaryClient, testToken, "canary-ngrok-authtoken", e.verificationToken().Reveal()} {
		if got := e.sieve(ctx).Clean("known: " + s); got != "known: [redacted]" {
			t.Errorf("a secret that is held becomes %q", got)
		}
	}

	text := e.Diagnostics(ctx)
	for _, s := range secrets {
		if strings.Contains(text, s) {
			t.Errorf("the text holds the secret %q", s)
		}
	}
	for _, s := range slices.Concat(names, values) {
		if strings.Contains(text, s) {
			t.Errorf("the text holds %q", s)
		}
	}
	subscriptions, err := e.Store().Subscriptions(ctx)
	if err != nil || len(subscriptions) == 0 {
		t.Fatal(subscriptions, err)
	}
	for _, row := range subscriptions {
		if strings.Contains(text, row.ID) || strings.Contains(text, row.CallbackURL) {
			t.Errorf("the text holds the subscription %s at %s", row.ID, row.CallbackURL)
		}
	}
	for _, there := range []string{"said in an error", "said in a fact", "[redacted]", "[client id]", "[user id]", "[export folder]", "[data folder]", "[ip]"} {
		if !strings.Contains(text, there) {
			t.Errorf("the text lacks %q, so nothing was sieved:\n%s", there, text)
		}
	}
}

// TestS42_WhatAnEngineKnewIsKnownOnceItHasEnded ends it by a restart of its own, which
// closes the store before anybody asks.
func TestS42_WhatAnEngineKnewIsKnownOnceItHasEnded(t *testing.T) {
	l := live(t)
	l.subscribed()
	token, err := l.engine.Auth().Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rows, err := l.engine.Store().Subscriptions(t.Context())
	if err != nil || len(rows) == 0 {
		t.Fatal(rows, err)
	}
	ended := l.engine
	ended.askRestart()
	l.program = l.program.again()
	s := ended.Sieve(t.Context())
	if got := s.Clean(token.Reveal() + " for " + rows[0].ID); got != "[redacted] for [subscription]" {
		t.Error(got)
	}
}

// TestS42_DiagnosticsDoNotTellTheZone pauses a program, and has two troubles say when,
// far in the east.
func TestS42_DiagnosticsDoNotTellTheZone(t *testing.T) {
	l := live(t)
	e := l.engine
	until := time.Now().In(time.FixedZone("", 13*60*60)).Add(2 * time.Hour)
	must(t, e.Pause(t.Context(), until))
	l.wait("the pause", func() string {
		return want(strings.HasPrefix(e.Status().Snapshot().NextStep, "Resumes "), "not told")
	})
	e.raiseIf(true, status.RateLimited, "The next try is at "+until.Format("15:04:05")+".")
	e.raiseIf(true, status.KeyInFile, "The backup of "+until.Format("2 January 2006, 15:04")+" was brought back.")
	e.log.Warn("refused", "err", errors.New("Oura Streaming is paused and resumes "+until.Format("at 15:04")+"."))
	resumes := e.Status().Snapshot().NextStep // in the zone of whoever tests
	text := e.Diagnostics(t.Context())
	if !strings.Contains(text, "until "+diagnose.At(until)) {
		t.Error("the pause is not told")
	}
	hour := until.Format("15:04")
	if strings.Contains(text, "at "+hour) || strings.Contains(text, ", "+hour) || strings.Contains(text, resumes) || strings.Contains(text, "next step") {
		t.Errorf("the text tells %s:\n%s", hour, text)
	}
}

func TestU12_DiagnosticsTellHowTheProgramIs(t *testing.T) {
	l := live(t)
	l.subscribed()
	l.wait("Live", func() string { return want(l.engine.Status().Snapshot().Word == "Live", "not yet") })
	desktop := diagnose.Section{Title: "Desktop"}
	desktop.Add("tray", "shown")
	text := l.engine.Diagnostics(t.Context(), desktop)
	for _, part := range []string{
		"Oura Streaming diagnostics, 20", "\nProgram\n", "version     test", "SQLite " + sqlite.Version(), "go1.",
		"\nDesktop\n  tray  shown\n", "\nThis run\n", "the user's own", "another one, outside the home folder", "keyfile",
		"\nStatus\n", "Live, since 20", "key_in_file", "\nStore\n", "accepted, fetch done, changed",
		"\nStored, by type\n", "daily_sleep  1 documents, 2 events, 0 samples", "\nSign-in\n", "connected", "daily, heartrate",
		"\nPublic address\n", "own_url", "\nDeliveries since the start\n", "accepted 2", "raw 2",
		"\nSubscriptions\n", "daily_sleep create", "ours, ends 20", "id …", "\nRounds\n", "\nHistory\n", "\nCoverage of the last 30 days",
		"\nSettings that differ\n", "client_id     set", "public_url    set, from the environment", "\nLocal API and the rest\n", "admin 1",
		"\nLog\n", `"account connected" part=auth`,
	} {
		if !strings.Contains(text, part) {
			t.Errorf("the text lacks %q", part)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

// TestU12_EverySettingIsOnAList fails for a setting of which nobody has said whether
// it may be told.
func TestU12_EverySettingIsOnAList(t *testing.T) {
	never := []config.Name{config.UpdateAsked, config.UpdateFound, config.UpdateTold, config.NotifySlept}
	for _, f := range config.Fields() {
		lists := 0
		for _, list := range [][]config.Name{settingsShown, settingsNamed, never} {
			if slices.Contains(list, f.Name) {
				lists++
			}
		}
		if lists != 1 {
			t.Errorf("setting %s is on %d lists, want 1", f.Name, lists)
		}
		if slices.Contains(settingsShown, f.Name) && f.Check == nil {
			t.Errorf("setting %s is told and can be anything", f.Name)
		}
	}
}

func TestU12_DiagnosticsWithoutAnEngine(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "canary-place")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	ring := &diagnose.Ring{}
	opt := Options{DataDir: dir, Version: "test", Recent: ring, Log: ring.Beside(NewLog(io.Discard, "")), Environ: []string{"OURA_CLIENT_SECRET=" + canaryClient, "OURA_CLIENT_ID=stored-client"}}
	_, err := Open(t.Context(), opt)
	if err == nil {
		t.Fatal("a file is no folder")
	}
	opt.Log.Error("engine not opened", "err", err)
	opt.Log.Error("said", slog.Any("err", errors.New("with "+canaryClient+" for stored-client")))
	text := DiagnosticsWithout(opt, err, diagnose.Sieve{})
	for _, part := range []string{"version     test", "\nNot started\n", "The data folder [data folder] cannot be used.", "storage", "a folder: false", "\nLog\n", "engine not opened", "with [redacted] for [client id]"} {
		if !strings.Contains(text, part) {
			t.Errorf("the text lacks %q:\n%s", part, text)
		}
	}
	if strings.Contains(text, "canary") {
		t.Errorf("the text names the place or the secret:\n%s", text)
	}
}
