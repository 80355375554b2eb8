package engine

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/backup"
	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/restapi"
	"oura-streaming/internal/retention"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

// problemOf asks the local API for something it refuses.
func (p *program) problemOf(method, path string) restapi.Problem {
	p.t.Helper()
	var out restapi.Problem
	if code := p.call(method, path, &out); code != out.Status {
		p.t.Errorf("%s %s = %d with %+v", method, path, code, out)
	}
	return out
}

// filled is a running program that has some events and is left alone by the cloud.
func filled(t *testing.T) *program {
	t.Helper()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port, "OURA_WEBHOOK_TYPES=daily_sleep"))
	p.signIn()
	p.subscribed()
	for n := range 3 {
		doc := document(oura.DailySleep, "night", n)
		p.put(doc)
		p.wait("the document", func() string {
			return want(sameJSON(p.newestOf(oura.DailySleep, "night").Data, doc.JSON), "not there")
		})
	}
	return p
}

func TestClearEvents_TheStreamGoesOnAndDocumentsStay(t *testing.T) {
	t.Parallel()
	p := filled(t)
	before := p.events("")
	follower := p.follow("")
	<-follower // it has seen everything
	var got struct {
		Status string
		Count  int
	}
	if code := p.call(http.MethodDelete, "/events", &got); code != http.StatusOK || got.Status != "cleared" || got.Count < len(before) {
		t.Errorf("%d %+v, there were %d", code, got, len(before))
	}
	if left := p.events(""); len(left) != 0 {
		t.Errorf("%d events left", len(left))
	}
	if problem := p.problemOf(http.MethodGet, "/events/"+strconv.FormatInt(before[0].Seq, 10)); problem.Status != http.StatusNotFound {
		t.Errorf("a cleared event: %+v", problem)
	}
	var docs []struct{ ID string }
	if p.call(http.MethodGet, "/documents/daily_sleep", &docs); len(docs) != 1 {
		t.Errorf("documents %+v", docs)
	}
	doc := document(oura.DailySleep, "night", 9)
	p.put(doc)
	next := p.arrives(oura.DailySleep, "night", oura.Update, doc.JSON)
	if next.Seq != before[0].Seq+1 {
		t.Errorf("goes on with event %d after %d", next.Seq, before[0].Seq)
	}
	for s := range follower {
		if s.event == "reset" {
			t.Error("who had seen everything was reset")
		}
		if s.event != "" && s.id == strconv.FormatInt(next.Seq, 10) {
			break
		}
	}
	late := p.follow(strconv.FormatInt(before[0].Seq-1, 10))
	if <-late; (<-late).event != "reset" {
		t.Error("who had not seen everything was not reset")
	}
	rows := p.engine.audited(t, "events_cleared")
	if !slices.Equal(rows, []string{strconv.Itoa(got.Count) + " events"}) {
		t.Errorf("audit %q", rows)
	}
	all, err := p.engine.Backups(t.Context())
	if err != nil || len(all) != 1 || all[0].Reason != backup.BeforeDeletion || !all[0].Verified {
		t.Fatalf("backups %+v, %v", all, err)
	}
	inside, err := p.engine.InspectBackup(t.Context(), all[0].Name)
	if err != nil || int(inside.Events) != got.Count || inside.Problem != "" {
		t.Errorf("the backup holds %+v, %v", inside, err)
	}
}

func TestRetention_RefusesToDeleteWithoutABackup(t *testing.T) {
	t.Parallel()
	p := filled(t)
	before := len(p.events(""))
	inTheWay := filepath.Join(p.opt.DataDir, backupFolder)
	if err := os.WriteFile(inTheWay, nil, 0o600); err != nil { // not even a user with all rights can write there
		t.Fatal(err)
	}
	problem := p.problemOf(http.MethodDelete, "/events")
	if problem.Code != oura.CodeStorage || !strings.HasPrefix(problem.Detail, "Nothing was deleted, because no backup could be made before it.") {
		t.Errorf("%+v", problem)
	}
	if left := len(p.events("")); left != before {
		t.Errorf("%d of %d events left", left, before)
	}
	if err := p.engine.Config().Set(t.Context(), config.Backups, "off"); err != nil {
		t.Fatal(err)
	}
	if n, made, err := p.engine.ClearEvents(t.Context()); err != nil || int(n) != before || made.Name != "" {
		t.Errorf("with backups turned off: %d, %+v, %v", n, made, err)
	}
	if err := os.Remove(inTheWay); err != nil {
		t.Fatal(err)
	}
}

func TestRetention_RulesAreKeptCheckedAndApplied(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	opt := options(t, sim, port, "OURA_MODE=polling")
	at := time.Now()
	opt.Now = func() time.Time { return at }
	p := start(t, sim, opt)
	for _, r := range []retention.Rules{{EventDays: -1}, {Events: 5}, {DeliveryDays: 2}, {SampleDays: 44}, {EventDays: 1_000_000_001}} {
		if _, err := p.engine.RetentionPreview(t.Context(), r); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("preview of %+v: %v", r, err)
		}
		if err := p.engine.SetRetention(t.Context(), r); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("%+v: %v", r, err)
		}
	}
	for n := range 150 {
		_, err := p.engine.store.Apply(t.Context(), sqlite.Change{
			UserID: "user-1", DataType: oura.DailySleep, ObjectID: fmt.Sprint(n), Operation: oura.Create, Source: oura.SourceImport,
			ReceivedAt: at.AddDate(0, 0, n-149), Data: []byte(`{}`),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	rules := retention.Rules{EventDays: 20, Events: 100, DeliveryDays: 30, SampleDays: 60}
	wanted, err := p.engine.RetentionPreview(t.Context(), rules)
	if err != nil || wanted.Events != 129 || !wanted.OldestKeptEvent.Equal(at.AddDate(0, 0, -20).Truncate(time.Millisecond)) {
		t.Errorf("preview %+v, %v", wanted, err)
	}
	if err := p.engine.SetRetention(t.Context(), rules); err != nil || p.engine.Retention() != rules {
		t.Fatalf("%+v, %v", p.engine.Retention(), err)
	}
	got, err := p.engine.ApplyRetention(t.Context())
	if err != nil || got.Counts != wanted || got.Backup == "" {
		t.Errorf("%+v, %v, want %+v", got, err, wanted)
	}
	p.wait("the end of the round", func() string {
		n, err := p.engine.store.CountEvents(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return want(n == 21 && !p.engine.RetentionState().Running, fmt.Sprint(n, " events"))
	})
	if p.hasTrouble(status.RetentionWaits) {
		t.Error("it worked and is a trouble")
	}
	if rows := p.engine.audited(t, "old_rows_deleted"); !slices.Equal(rows, []string{"129 events, 0 deliveries, 0 samples"}) {
		t.Errorf("audit %q", rows)
	}
	if rows := p.engine.audited(t, "retention_changed"); len(rows) != 1 || rows[0] != "kept: events 20 days, the newest 100 events, deliveries 30 days, samples 60 days" {
		t.Errorf("audit %q", rows)
	}
	p.stop()
	if p = start(t, sim, opt); p.engine.Retention() != rules {
		t.Errorf("after a restart: %+v", p.engine.Retention())
	}
}
