package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// canary is a value that must not outlive an erasure.
const canary = "canary-4711-nightly-value"

// stored gives the engine so many nights, the newest of today, each its own event.
func stored(t testing.TB, b *backend, nights int) *engine.Engine {
	t.Helper()
	e, err := b.live()
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Store().SaveAccount(t.Context(), sqlite.Account{UserID: "user-1", ConnectedAt: time.Now()}, nil); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for i := range nights {
		ago := nights - 1 - i
		at := now.AddDate(0, 0, -ago)
		change := sqlite.Change{
			UserID: "user-1", DataType: oura.DailySleep, ObjectID: fmt.Sprint("night-", ago), Day: oura.DayOf(at), Key: at, Operation: oura.Create,
			Source: oura.SourcePoll, ReceivedAt: at, Data: json.RawMessage(fmt.Sprintf(`{"score":%d,"note":%q}`, 60+i%40, canary)),
		}
		if _, err := e.Store().Apply(t.Context(), change); err != nil {
			t.Fatal(err)
		}
	}
	return e
}

func (a *DataAPI) view(t *testing.T) DataView {
	t.Helper()
	view, err := a.Get()
	if err != nil {
		t.Fatal(err)
	}
	if view.Backups == nil || view.Tokens == nil || view.OthersFiles == nil {
		t.Fatalf("a list is nil: %+v", view)
	}
	return view
}

// ask calls the local API with a token.
func ask(t *testing.T, method, address, token string) (status int) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }() // nobody reads it
	return answer.StatusCode
}

func TestS07_ATokenIsMadeUsedAndRevokedInTheWindow(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	api := &DataAPI{b}
	view := api.view(t)
	if len(view.Tokens) != 0 || view.EnvironmentToken || view.APIURL == "" {
		t.Errorf("at first: %+v", view)
	}
	made, err := api.MakeToken(" Grafana ", "read")
	if err != nil || len(made.Token) < 40 {
		t.Fatalf("%+v, %v", made, err)
	}
	view = api.view(t)
	if len(view.Tokens) != 1 || view.Tokens[0].Name != "Grafana" || view.Tokens[0].Scope != "read" || view.Tokens[0].MadeAt == "" || view.Tokens[0].UsedAt != "" {
		t.Errorf("%+v", view.Tokens)
	}
	if text, _ := json.Marshal(view); strings.Contains(string(text), made.Token) {
		t.Error("a listed token tells itself")
	}
	if status := ask(t, http.MethodGet, view.APIURL+"/events", made.Token); status != http.StatusOK {
		t.Errorf("with the token: %d", status)
	}
	if status := ask(t, http.MethodDelete, view.APIURL+"/events", made.Token); status != http.StatusForbidden {
		t.Errorf("beyond its scope: %d", status)
	}
	if view = api.view(t); view.Tokens[0].UsedAt == "" {
		t.Error("its use is not told")
	}
	if err := api.RevokeToken(made.ID); err != nil {
		t.Fatal(err)
	}
	if status := ask(t, http.MethodGet, view.APIURL+"/events", made.Token); status != http.StatusUnauthorized {
		t.Errorf("revoked: %d", status)
	}
	if view = api.view(t); len(view.Tokens) != 0 {
		t.Errorf("%+v", view.Tokens)
	}
	for _, bad := range []struct{ name, scope string }{{"", "read"}, {"x", "root"}, {"x", ""}, {strings.Repeat("x", 61), "read"}, {"a\nb", "read"}} {
		if made, err := api.MakeToken(bad.name, bad.scope); oura.CodeOf(err) != oura.CodeInvalid || made.Token != "" {
			t.Errorf("%q: %+v, %v", bad, made, err)
		}
	}
	if err := api.RevokeToken(made.ID); oura.CodeOf(err) != oura.CodeNotFound {
		t.Errorf("revoked twice: %v", err)
	}
}

func TestF16_TheWindowBringsABackupBack(t *testing.T) {
	home(t)
	b, window := begin(t, engineOptions(t, "", false))
	api := &DataAPI{b}
	e := stored(t, b, 5)
	made, err := api.MakeToken("Notebook", "read")
	if err != nil {
		t.Fatal(err)
	}
	if err := api.BackUp(); err != nil {
		t.Fatal(err)
	}
	view := api.view(t)
	if len(view.Backups) != 1 || view.Backups[0].Reason != "by_hand" || !view.Backups[0].Verified || view.Backups[0].SizeBytes == 0 ||
		view.BackupsBytes < view.Backups[0].SizeBytes || view.DatabaseBytes == 0 || view.Events != 5 || view.Documents != 5 || view.SetAsideBytes != 0 || view.Work.Kind != "" {
		t.Errorf("%+v", view)
	}
	name := view.Backups[0].Name
	inside, err := api.InspectBackup(name)
	if err != nil || inside.Problem != "" || inside.Events != 5 || inside.Documents != 5 || inside.SizeBytes != view.Backups[0].SizeBytes || inside.LastDay != string(oura.DayOf(time.Now())) {
		t.Errorf("%+v, %v", inside, err)
	}
	stored(t, b, 8)
	if v := api.view(t); v.Documents != 8 {
		t.Errorf("before: %+v", v)
	}
	if err := api.Restore(name); err != nil {
		t.Fatal(err)
	}
	next, err := b.live()
	if err != nil || next == e {
		t.Fatalf("no engine began anew: %v", err)
	}
	after := api.view(t)
	if after.Events != 5 || after.Documents != 5 || after.SetAsideBytes == 0 || after.APIURL != view.APIURL || len(after.Tokens) != 1 {
		t.Errorf("after: %+v", after)
	}
	if status := ask(t, http.MethodGet, after.APIURL+"/events", made.Token); status != http.StatusOK {
		t.Errorf("the token of before: %d", status)
	}
	window.mu.Lock()
	if !slices.Contains(window.messages, msgData) {
		t.Error("the window was not told")
	}
	window.mu.Unlock()
	if err := api.RemoveBackup(name); err != nil || len(api.view(t).Backups) != 0 {
		t.Errorf("removed: %v", err)
	}
	for _, call := range []func(string) error{api.Restore, api.RemoveBackup, func(n string) error { _, err := api.InspectBackup(n); return err }} {
		for _, bad := range []string{"", name, "../oura_streaming.db", "/etc/passwd", "oura_streaming.db"} {
			if err := call(bad); oura.CodeOf(err) != oura.CodeNotFound {
				t.Errorf("%q: %v", bad, err)
			}
		}
	}
	if err := api.SetBackups(false); err != nil || api.view(t).BackupsOn || api.view(t).Undoable {
		t.Errorf("turned off: %v", err)
	}
}

func TestS58_ABrokenBackupIsToldAndNotRestored(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	api := &DataAPI{b}
	e := stored(t, b, 3)
	if err := api.BackUp(); err != nil {
		t.Fatal(err)
	}
	name := api.view(t).Backups[0].Name
	if err := os.WriteFile(filepath.Join(e.DataDir(), "backups", name), []byte(strings.Repeat("no database ", 999)), 0o600); err != nil {
		t.Fatal(err)
	}
	inside, err := api.InspectBackup(name)
	if err != nil || inside.Problem == "" || inside.Events != 0 {
		t.Errorf("%+v, %v", inside, err)
	}
	if err := api.Restore(name); oura.CodeOf(err) != oura.CodeStorage || oura.MessageOf(err) != inside.Problem {
		t.Errorf("restored: %v", err)
	}
	if now, err := b.live(); err != nil || now != e {
		t.Errorf("it began anew all the same: %v", err)
	}
	if v := api.view(t); v.Backups[0].Verified {
		t.Error("it still counts as checked")
	}
}

func TestS58_ABackupDamagedBeforeTheRestartIsToldAsNotRestored(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	api := &DataAPI{b}
	e := stored(t, b, 3)
	if err := api.BackUp(); err != nil {
		t.Fatal(err)
	}
	name := api.view(t).Backups[0].Name
	stored(t, b, 5)
	before := api.view(t)
	b.swap.Lock() // the next engine waits for it
	restored := make(chan error)
	go func() { restored <- api.Restore(name) }()
	<-e.RestartAsked()
	err := os.WriteFile(filepath.Join(e.DataDir(), "backups", name), []byte(strings.Repeat("no database ", 999)), 0o600)
	b.swap.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	err = <-restored
	if oura.CodeOf(err) != oura.CodeStorage || !strings.HasPrefix(oura.MessageOf(err), "The backup was not brought back, and everything is as it was before. ") {
		t.Errorf("restored: %v", err)
	}
	if v := api.view(t); v.Events != before.Events || v.Documents != 5 {
		t.Errorf("afterwards: %+v", v)
	}
	if err := api.BackUp(); err != nil {
		t.Fatal(err)
	}
	if err := api.Restore(api.view(t).Backups[0].Name); err != nil {
		t.Errorf("a good one after it: %v", err)
	}
}

// A second click must not bring the backup back once more over what has come since.
func TestRestore_ASecondClickIsRefused(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	api := &DataAPI{b}
	e := stored(t, b, 3)
	if err := api.BackUp(); err != nil {
		t.Fatal(err)
	}
	name := api.view(t).Backups[0].Name
	b.swap.Lock() // the next engine waits for it
	restored := make(chan error)
	go func() { restored <- api.Restore(name) }()
	<-e.RestartAsked()
	for _, again := range []func() error{func() error { return api.Restore(name) }, func() error { return api.DeleteAll(eraseWord) }} {
		if err := again(); oura.CodeOf(err) != oura.CodeInvalid || !strings.Contains(oura.MessageOf(err), "already") {
			t.Errorf("a second click: %v", err)
		}
	}
	b.swap.Unlock()
	if err := <-restored; err != nil {
		t.Fatal(err)
	}
	aside, err := os.ReadDir(filepath.Join(e.DataDir(), "set-aside"))
	if err != nil || len(aside) != 1 || api.view(t).Documents != 3 {
		t.Errorf("set aside: %v, %v", aside, err)
	}
	if err := api.Restore(name); err != nil {
		t.Errorf("later: %v", err)
	}
}

func TestData_RulesAreCountedThenSavedThenCarriedOut(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	api := &DataAPI{b}
	stored(t, b, 40)
	rules := RetentionRules{EventsDays: 30}
	counts, err := api.PreviewRetention(rules)
	if err != nil || counts.Events < 9 || counts.Events > 10 || counts.OldestKept == "" || counts.Deliveries+counts.Samples != 0 {
		t.Fatalf("%+v, %v", counts, err)
	}
	if v := api.view(t); v.Rules != (RetentionRules{}) || v.Events != 40 || len(v.Backups) != 0 || !v.Undoable {
		t.Errorf("counting changed something: %+v", v)
	}
	gone, err := api.SaveRetention(rules)
	if err != nil || gone.Count != counts.Events || gone.Backup == "" {
		t.Fatalf("%+v, %v", gone, err)
	}
	eventually(t, "the deletion", func() bool { return api.view(t).Events == 40-counts.Events })
	v := api.view(t)
	if v.Rules != rules || v.Documents != 40 || len(v.Backups) != 1 || v.Backups[0].Name != gone.Backup || v.Backups[0].Reason != "before_deletion" {
		t.Errorf("%+v", v)
	}
	if again, err := api.SaveRetention(RetentionRules{}); err != nil || again != (Deletion{}) {
		t.Errorf("keeping all: %+v, %v", again, err)
	}
	if err := api.Restore(gone.Backup); err != nil {
		t.Fatal(err)
	}
	if v := api.view(t); v.Events != 40 || v.Rules != (RetentionRules{}) {
		t.Errorf("undone: %+v", v)
	}
	for _, bad := range []RetentionRules{{EventsDays: -1}, {SamplesDays: 3}, {EventsCount: 1}, {DeliveriesDays: 1 << 40}} {
		if _, err := api.PreviewRetention(bad); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("%+v counted: %v", bad, err)
		}
		if _, err := api.SaveRetention(bad); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("%+v saved: %v", bad, err)
		}
	}
}

func TestU8_ClearedEventsComeBack(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	api := &DataAPI{b}
	stored(t, b, 12)
	for _, word := range []string{"", "yes", "deleted", "erase"} {
		if gone, err := api.ClearEvents(word); oura.CodeOf(err) != oura.CodeInvalid || gone != (Deletion{}) || api.view(t).Events != 12 {
			t.Errorf("%q: %+v, %v", word, gone, err)
		}
	}
	gone, err := api.ClearEvents(" Delete ")
	if err != nil || gone.Count != 12 || gone.Backup == "" {
		t.Fatalf("%+v, %v", gone, err)
	}
	if v := api.view(t); v.Events != 0 || v.Documents != 12 {
		t.Errorf("cleared: %+v", v)
	}
	if err := api.Restore(gone.Backup); err != nil {
		t.Fatal(err)
	}
	if v := api.view(t); v.Events != 12 || v.Documents != 12 {
		t.Errorf("undone: %+v", v)
	}
}

func TestS59_AllDataGoesForTheRightWordAlone(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	api := &DataAPI{b}
	e := stored(t, b, 6)
	if err := api.BackUp(); err != nil {
		t.Fatal(err)
	}
	if _, err := api.MakeToken("Grafana", "admin"); err != nil {
		t.Fatal(err)
	}
	mine := filepath.Join(e.DataDir(), "mine.txt")
	if err := os.WriteFile(mine, []byte("of somebody else"), 0o600); err != nil {
		t.Fatal(err)
	}
	if v := api.view(t); !slices.Equal(v.OthersFiles, []string{"mine.txt"}) {
		t.Errorf("others' files: %q", v.OthersFiles)
	}
	for _, word := range []string{"", "delete", "erased"} {
		if err := api.DeleteAll(word); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("%q: %v", word, err)
		}
	}
	if now, err := b.live(); err != nil || now != e || api.view(t).Documents != 6 {
		t.Fatalf("a wrong word deleted: %v", err)
	}
	if err := api.DeleteAll("erase"); err != nil {
		t.Fatal(err)
	}
	v := api.view(t)
	if v.Events+v.Documents != 0 || len(v.Backups)+len(v.Tokens) != 0 || v.SetAsideBytes != 0 {
		t.Errorf("left: %+v", v)
	}
	if setup, err := (&SetupAPI{b}).Get(); err != nil || setup.Step == wizardDone || setup.SignIn.UserID != "" {
		t.Errorf("no first run: %+v, %v", setup, err)
	}
	if text, err := os.ReadFile(mine); err != nil || string(text) != "of somebody else" {
		t.Errorf("another's file: %q, %v", text, err)
	}
	for path, text := range contentsBelow(t, e.DataDir()) {
		if strings.Contains(text, canary) || strings.Contains(text, "Grafana") {
			t.Errorf("%s still holds what was deleted", path)
		}
	}
}

func contentsBelow(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		out[path] = string(text)
		return err
	})
	if err != nil || len(out) == 0 {
		t.Fatalf("%d files, %v", len(out), err)
	}
	return out
}

func TestData_SampleDataAreLeftNotErased(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", true))
	api := &DataAPI{b}
	e, err := b.live()
	if err != nil {
		t.Fatal(err)
	}
	if err := api.DeleteAll("erase"); oura.CodeOf(err) != oura.CodeInvalid || !strings.Contains(oura.MessageOf(err), "sample data") {
		t.Errorf("%v", err)
	}
	if now, err := b.live(); err != nil || now != e || api.view(t).Undoable {
		t.Errorf("%v", err)
	}
}

func TestData_OnlyItsOwnFolderAndPageAreOpened(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	var shown, opened []string
	b.reveal = func(_ context.Context, path string) error {
		shown = append(shown, path)
		return nil
	}
	b.browse = func(_ context.Context, address string) error {
		opened = append(opened, address)
		return nil
	}
	api := &DataAPI{b}
	view := api.view(t)
	if err := api.OpenFolder(); err != nil || len(shown) != 1 || filepath.Dir(shown[0]) != view.DataDir {
		t.Errorf("shown %q, %v", shown, err)
	}
	if err := api.OpenDocs(); err != nil || !slices.Equal(opened, []string{view.APIURL + "/docs"}) {
		t.Errorf("opened %q, %v", opened, err)
	}
	b.browse = func(context.Context, string) error { return os.ErrNotExist }
	if err := api.OpenDocs(); oura.CodeOf(err) != oura.CodeNoBrowser || !strings.Contains(oura.MessageOf(err), opened[0]) {
		t.Errorf("without a browser: %v", err)
	}
}
