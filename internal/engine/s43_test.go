package engine

import (
	"net/http"
	"strings"
	"testing"

	"oura-streaming/internal/backup"
	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/restapi"
	"oura-streaming/internal/retention"
	"oura-streaming/internal/sqlite"
)

// TestS43_EachDeedThatConcernsSafetyLeavesOneRow does them all, one after the other.
func TestS43_EachDeedThatConcernsSafetyLeavesOneRow(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port, "OURA_MODE=polling"))
	e, ctx := p.engine, t.Context()
	row := func(action, with string) {
		t.Helper()
		if rows := e.audited(t, action); len(rows) != 1 || !strings.Contains(rows[0], with) {
			t.Errorf("%s: audit %q, want one row with %q", action, rows, with)
		}
	}
	p.signIn()
	row("signed_in", "")
	_, made, err := e.MakeToken(ctx, "Notebook", restapi.ScopeRead)
	must(t, err)
	row("token_made", "Notebook")
	must(t, e.RevokeToken(ctx, made.ID))
	row("token_revoked", "")
	if code := p.call(http.MethodGet, "/export?format=jsonl&kind=events", nil); code != http.StatusOK {
		t.Errorf("export: %d", code)
	}
	row("exported", "over the local API")

	var byAPI struct{ Name string }
	if code := p.call(http.MethodPost, "/backups", &byAPI); code != http.StatusCreated {
		t.Errorf("backup: %d", code)
	}
	row("backup_made", byAPI.Name)
	must(t, e.RemoveBackup(ctx, byAPI.Name))
	row("backup_removed", byAPI.Name)
	if err := e.RemoveBackup(ctx, byAPI.Name); oura.CodeOf(err) != oura.CodeNotFound {
		t.Errorf("removed twice: %v", err)
	}
	row("backup_removed", byAPI.Name)

	_, err = e.store.Apply(ctx, sqlite.Change{
		UserID: e.connectedUser(), DataType: oura.DailySleep, ObjectID: "night", Day: oura.DayOf(e.wall()), Operation: oura.Create,
		Source: oura.SourceImport, ReceivedAt: e.wall(), Ticket: e.store.Ticket(), Data: []byte(`{}`),
	})
	must(t, err)
	must(t, e.SetRetention(ctx, retention.Rules{EventDays: 400}))
	row("retention_changed", "400 days")
	if code := p.call(http.MethodDelete, "/events", nil); code != http.StatusOK {
		t.Errorf("clear: %d", code)
	}
	row("events_cleared", "events")
	row("backup_made", byAPI.Name) // that before a deletion has the deletion's row

	must(t, e.Auth().Logout(ctx))
	row("signed_out", "")
	all, err := e.Backups(ctx)
	if err != nil || len(all) != 1 || all[0].Reason != backup.BeforeDeletion {
		t.Fatalf("%+v, %v", all, err)
	}
	must(t, e.StageRestore(ctx, all[0].Name))
	p = p.again()
	e = p.engine
	row("restore", all[0].Name)
}

// TestBackups_ADailyOneIsMadeWithoutEvents clears them all.
func TestBackups_ADailyOneIsMadeWithoutEvents(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port, "OURA_MODE=polling"))
	e, ctx := p.engine, t.Context()
	daily := func(want int) {
		t.Helper()
		must(t, e.backUpDaily(ctx))
		if all, err := e.Backups(ctx); err != nil || len(all) != want {
			t.Errorf("%+v, %v, want %d", all, err, want)
		}
	}
	daily(0) // nothing would be missed
	_, err := e.store.Apply(ctx, sqlite.Change{
		UserID: "user-1", DataType: oura.DailySleep, ObjectID: "night", Day: oura.DayOf(e.wall()), Operation: oura.Create,
		Source: oura.SourceImport, ReceivedAt: e.wall(), Ticket: e.store.Ticket(), Data: []byte(`{}`),
	})
	must(t, err)
	must(t, e.cfg.Set(ctx, config.Backups, "off"))
	n, _, err := e.ClearEvents(ctx)
	if err != nil || n != 1 {
		t.Fatal(n, err)
	}
	must(t, e.cfg.Set(ctx, config.Backups, "on"))
	daily(1)
}
