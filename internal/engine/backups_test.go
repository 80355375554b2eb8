package engine

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"oura-streaming/internal/backup"
	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

// again waits for the restart that p has asked for and starts the next engine.
func (p *program) again() *program {
	p.t.Helper()
	select {
	case err := <-p.ended:
		if err != nil {
			p.t.Fatal(err)
		}
	case <-time.After(patience):
		p.t.Fatal("no restart")
	}
	p.cancel()
	p.cancel = nil
	return start(p.t, p.sim, p.opt)
}

// backUp makes a backup by hand.
func (p *program) backUp() BackupInfo {
	p.t.Helper()
	made, err := p.engine.BackUp(p.t.Context(), backup.ByHand)
	if err != nil {
		p.t.Fatal(err)
	}
	return made
}

// old makes a document of a day some time ago. Under the race detector that is
// within the first month, for the history of years takes it minutes.
func old(dt oura.DataType, id string, daysAgo, n int) ourasim.Doc {
	if raceDetector {
		daysAgo /= 15
	}
	return ofDay(dt, id, daysAgo, n)
}

// ofDay makes a document of the day that was so many days ago.
func ofDay(dt oura.DataType, id string, daysAgo, n int) ourasim.Doc {
	day := oura.DayOf(time.Now()).Add(-daysAgo)
	doc := document(dt, id, n)
	doc.JSON = bytes.ReplaceAll(doc.JSON, []byte(documentDay), []byte(day))
	return doc
}

// settled is an installation with documents of many days, of which Oura announced
// some.
func settled(t *testing.T) *program {
	t.Helper()
	sim, port := cloud(t, nil)
	for i := range 60 {
		if _, err := sim.PutQuiet(old(oura.DailySleep, objectID(oura.DailySleep, i), 3*i, 1)); err != nil {
			t.Fatal(err)
		}
	}
	p := start(t, sim, options(t, sim, port))
	p.signIn()
	p.subscribed()
	p.whole()
	return p
}

// whole waits until everything that the cloud holds is stored as it is there.
func (p *program) whole() {
	p.t.Helper()
	p.wait("everything the cloud holds", func() string {
		for _, dt := range oura.Fetchable() {
			for _, held := range p.sim.Ledger().Documents(dt) {
				doc, err := p.engine.store.Document(p.t.Context(), p.engine.connectedUser(), dt, held.ID)
				if err != nil || held.Deleted == doc.DeletedAt.IsZero() || !held.Deleted && !sameJSON(doc.Data, held.JSON) {
					return fmt.Sprintf("%s %s: %.100s, deleted %v, %v", dt, held.ID, doc.Data, doc.DeletedAt, err)
				}
			}
		}
		return ""
	})
}

// quietly changes the cloud without a word to the program: old days and new ones,
// created, revised and deleted.
func (p *program) quietly() {
	p.t.Helper()
	put := func(doc ourasim.Doc) {
		_, err := p.sim.PutQuiet(doc)
		must(p.t, err)
	}
	for i := range 20 {
		put(old(oura.DailySleep, objectID(oura.DailySleep, 3*i), 9*i, 2))
		put(old(oura.DailyReadiness, objectID(oura.DailyReadiness, i), 5*i, 1))
	}
	for i := range 5 {
		p.sim.DeleteQuiet(oura.DailySleep, objectID(oura.DailySleep, 3*i+1))
	}
}

func (p *program) lastSeq() int64 {
	p.t.Helper()
	seq, err := p.engine.store.LastSeq(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	return seq
}

func TestRestore_BringsABackupBackAndKeepsTheRest(t *testing.T) {
	t.Parallel()
	p := settled(t)
	made := p.backUp()
	p.put(document(oura.Workout, "later", 1))
	p.arrives(oura.Workout, "later", oura.Create, document(oura.Workout, "later", 1).JSON)
	must(t, p.engine.Config().Set(t.Context(), config.Theme, "dark"))
	last, api := p.lastSeq(), p.engine.APIURL()
	c, err := p.engine.InspectBackup(t.Context(), made.Name)
	if err != nil || c.Problem != "" || c.Documents != 60 || c.LastSeq >= last || !c.MadeAt.Equal(made.MadeAt) {
		t.Errorf("%+v, %v", c, err)
	}
	if err := p.engine.StageRestore(t.Context(), made.Name); err != nil {
		t.Fatal(err)
	}
	p = p.again()
	if got := p.engine.Config().Get(config.Theme); got != "dark" || p.engine.APIURL() != api {
		t.Errorf("theme %q, API at %s, before at %s", got, p.engine.APIURL(), api)
	}
	if st, err := p.engine.Auth().Status(t.Context()); err != nil || !st.Authenticated {
		t.Errorf("signed out: %+v, %v", st, err)
	}
	if !p.hasTrouble(status.StoreRestored) {
		t.Error("nothing says that a backup was brought back")
	}
	p.whole()
	if ev := p.newestOf(oura.Workout, "later"); ev.Seq <= last {
		t.Errorf("the event came again as number %d, the last one was %d", ev.Seq, last)
	}
	if !raceDetector { // the whole history takes it minutes
		p.wait("the note to go", func() string { return want(!p.hasTrouble(status.StoreRestored), "still there") })
	}
	aside, err := filepath.Glob(filepath.Join(p.opt.DataDir, asideFolder, "*", databaseFile))
	if err != nil || len(aside) != 1 {
		t.Errorf("set aside: %q, %v", aside, err)
	}
}

func TestRestore_WhatCannotComeBackChangesNothing(t *testing.T) {
	t.Parallel()
	p := settled(t)
	made := p.backUp()
	path := filepath.Join(p.opt.DataDir, backupFolder, made.Name)
	if err := p.engine.StageRestore(t.Context(), "../"+databaseFile); oura.CodeOf(err) != oura.CodeNotFound {
		t.Errorf("a name from elsewhere: %v", err)
	}
	if err := os.Truncate(path, made.SizeBytes/2); err != nil {
		t.Fatal(err)
	}
	if err := p.engine.StageRestore(t.Context(), made.Name); oura.CodeOf(err) != oura.CodeStorage || p.engine.restarts() {
		t.Errorf("a damaged one: %v, restart %v", err, p.engine.restarts())
	}
	if c, err := p.engine.InspectBackup(t.Context(), made.Name); err != nil || c.Problem == "" {
		t.Errorf("%+v, %v", c, err)
	}
	if err := p.engine.stage(intent{Do: doRestore, Backup: made.Name}); err != nil { // damaged after it was checked
		t.Fatal(err)
	}
	p = p.again()
	if !p.hasTrouble(status.RestoreFailed) || exists(p.engine.intentPath()) {
		t.Error("nothing says that it could not come back, or it will be tried for ever")
	}
	p.whole()
	if err := p.engine.RemoveBackup(t.Context(), made.Name); err != nil || exists(path) {
		t.Error(err)
	}
}

// clocked is a clock that a test sets forward.
type clocked struct{ ahead atomic.Int64 }

func (c *clocked) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// TestF16_ABackupOfSevenDaysAgo brings one back after a week in which documents of
// old and new days came, changed and went.
func TestF16_ABackupOfSevenDaysAgo(t *testing.T) {
	t.Parallel()
	c := &clocked{}
	c.ahead.Store(int64(-7 * 24 * time.Hour))
	sim, port := cloud(t, func(o *ourasim.Options) { o.Now = c.now })
	apart := 3
	if raceDetector { // as old
		apart = 0
	}
	for i := range 60 {
		if _, err := sim.PutQuiet(ofDay(oura.DailySleep, objectID(oura.DailySleep, i), 10+apart*i, 1)); err != nil {
			t.Fatal(err)
		}
	}
	opt := options(t, sim, port)
	opt.Now = c.now
	p := start(t, sim, opt)
	p.signIn()
	p.whole()
	made := p.backUp()
	c.ahead.Store(0)
	p.quietly()
	for _, dt := range []oura.DataType{oura.DailySleep, oura.Workout} {
		p.put(old(dt, objectID(dt, 1000), 2, 1))
	}
	if age := c.now().Sub(made.MadeAt); age < 7*24*time.Hour-time.Minute {
		t.Fatalf("the backup is only %v old", age)
	}
	if err := p.engine.StageRestore(t.Context(), made.Name); err != nil {
		t.Fatal(err)
	}
	p = p.again()
	began := time.Now()
	p.whole()
	t.Logf("whole again after %v", time.Since(began))
	p.equalsLedger()
}

// damagesHere are ways to lose a database.
var damagesHere = map[string]struct {
	trouble string
	do      func(t *testing.T, path string)
}{
	"missing":             {status.StoreMissing, func(t *testing.T, path string) { must(t, os.Remove(path)) }},
	"of 0 bytes":          {status.StoreMissing, func(t *testing.T, path string) { must(t, os.Truncate(path, 0)) }},
	"cut":                 {status.StoreDamaged, func(t *testing.T, path string) { must(t, os.Truncate(path, 40_960)) }},
	"without a header":    {status.StoreDamaged, func(t *testing.T, path string) { overwrite(t, path, 0, 100) }},
	"with a damaged page": {status.StoreDamaged, func(t *testing.T, path string) { overwrite(t, path, 12*4096, 4096) }},
}

// slow leaves out what the race detector makes slow, where another case goes the
// same way through the program.
func slow(t *testing.T, alike bool) {
	t.Helper()
	if raceDetector && alike {
		t.Skip("another case goes the same way, and the race detector takes its time")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func overwrite(t *testing.T, path string, at int64, n int) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	must(t, err)
	_, err = file.WriteAt(bytes.Repeat([]byte{0xA5}, n), at)
	must(t, err)
	must(t, file.Close())
}

func TestF07F08_ALostDatabaseIsBroughtBackFromTheBackup(t *testing.T) {
	t.Parallel()
	for name, d := range damagesHere {
		t.Run(name, func(t *testing.T) {
			slow(t, name != "missing" && name != "with a damaged page")
			t.Parallel()
			p := settled(t)
			p.backUp()
			p.quietly()
			last, path := p.lastSeq(), p.engine.databasePath()
			p.stop()
			d.do(t, path)
			p = start(t, p.sim, p.opt)
			if !p.hasTrouble(d.trouble) {
				t.Errorf("no trouble %s", d.trouble)
			}
			p.whole()
			events := p.events("")
			if lowest := events[len(events)-1].Seq; lowest > last || p.lastSeq() <= last {
				t.Errorf("events from %d to %d, before the loss the last was %d", lowest, p.lastSeq(), last)
			}
			if !raceDetector { // the whole history takes it minutes
				p.wait("the note to go", func() string { return want(!p.hasTrouble(d.trouble), "still there") })
			}
		})
	}
}

func TestF08_WithoutABackupItIsSaid(t *testing.T) {
	t.Parallel()
	p := settled(t)
	last, path := p.lastSeq(), p.engine.databasePath()
	p.stop()
	must(t, os.Remove(path))
	p = start(t, p.sim, p.opt)
	var text string
	for _, tr := range p.engine.Status().Snapshot().Troubles {
		if tr.Code == status.StoreMissing {
			text = tr.Text
		}
	}
	if !strings.Contains(text, "There was no backup") {
		t.Errorf("it says %q", text)
	}
	p.signIn() // its tokens are gone with the database
	p.whole()
	if first := p.events("")[0].Seq; first <= last {
		t.Errorf("event %d was given out again: the last one was %d", first, last)
	}
}

// Without a backup a damaged file still gives the sign-in and the settings.
func TestF07_WithoutABackupTheSignInStays(t *testing.T) {
	t.Parallel()
	p := settled(t)
	last, path := p.lastSeq(), p.engine.databasePath()
	p.stop()
	root := rootOf(t, path, "event_by_kind")
	overwrite(t, path, (root-1)*4096, 4096)
	p = start(t, p.sim, p.opt)
	if !p.hasTrouble(status.StoreDamaged) {
		t.Error("nothing is said")
	}
	p.whole()
	if first := p.events("")[0].Seq; first <= last {
		t.Errorf("event %d was given out again: the last one was %d", first, last)
	}
}

// TestF07_FoundWhileItRuns damages a page that the look at the start had no time for.
func TestF07_FoundWhileItRuns(t *testing.T) {
	t.Parallel()
	p := settled(t)
	made := p.backUp()
	path := p.engine.databasePath()
	p.stop()
	root := rootOf(t, path, "document_day")
	p = start(t, p.sim, p.opt, func(e *Engine) {
		overwrite(t, path, (root-1)*4096, 4096)
		e.look.unchecked = true
	})
	p = p.again()
	if !p.hasTrouble(status.StoreDamaged) {
		t.Error("nothing is said")
	}
	if got := p.engine.revived.Backup; got != made.Name {
		t.Errorf("brought back %q, want %q", got, made.Name)
	}
	p.whole()
}

// killed leaves the data folder as a killed process does: with WAL and index.
func (p *program) killed() {
	p.t.Helper()
	path := p.engine.databasePath()
	mark := filepath.Join(p.opt.DataDir, "store.mark")
	kept := map[string][]byte{}
	for _, name := range []string{path, path + "-wal", path + "-shm", mark} {
		text, err := os.ReadFile(name)
		must(p.t, err)
		kept[name] = text
	}
	p.stop()
	for name, text := range kept {
		must(p.t, os.WriteFile(name, text, 0o600))
	}
}

func TestF10_WALAndIndexAfterAKill(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		trouble string
		do      func(t *testing.T, path string)
	}{
		"both there":          {"", func(*testing.T, string) {}},
		"the index is gone":   {"", func(t *testing.T, path string) { must(t, os.Remove(path+"-shm")) }},
		"the WAL is gone":     {status.StoreCut, func(t *testing.T, path string) { must(t, os.Remove(path+"-wal")) }},
		"both are gone":       {status.StoreCut, func(t *testing.T, path string) { must(t, os.Remove(path+"-wal")); must(t, os.Remove(path+"-shm")) }},
		"the WAL has 0 bytes": {status.StoreCut, func(t *testing.T, path string) { must(t, os.Truncate(path+"-wal", 0)) }},
	} {
		t.Run(name, func(t *testing.T) {
			slow(t, name != "the WAL is gone")
			t.Parallel()
			p := settled(t)
			last, path := p.lastSeq(), p.engine.databasePath()
			p.killed()
			c.do(t, path)
			p = start(t, p.sim, p.opt)
			if c.trouble != "" && !p.hasTrouble(c.trouble) {
				t.Errorf("no trouble %s: %+v", c.trouble, p.engine.Status().Snapshot().Troubles)
			}
			if c.trouble == "" {
				p.equalsLedger() // nothing was lost
			} else if _, ok, err := p.engine.store.Account(t.Context()); err != nil || !ok {
				p.signIn() // the sign-in was in the WAL alone
			}
			p.put(document(oura.Workout, "later", 1))
			p.wait("a round", func() string {
				err := p.engine.SyncNow()
				return want(err == nil, fmt.Sprint(err))
			})
			p.whole()
			if ev := p.newestOf(oura.Workout, "later"); ev.Seq <= last {
				t.Errorf("a later event is number %d, the last one was %d", ev.Seq, last)
			}
		})
	}
}

// TestF10_ABackupCopiedOverTheFile is a restore by hand that forgets the WAL.
func TestF10_ABackupCopiedOverTheFile(t *testing.T) {
	t.Parallel()
	p := settled(t)
	made := p.backUp()
	p.put(document(oura.Workout, "later", 1))
	p.arrives(oura.Workout, "later", oura.Create, document(oura.Workout, "later", 1).JSON)
	path := p.engine.databasePath()
	p.killed()
	text, err := os.ReadFile(filepath.Join(p.opt.DataDir, backupFolder, made.Name))
	must(t, err)
	must(t, os.WriteFile(path, text, 0o600))
	p = start(t, p.sim, p.opt)
	p.whole()
	if err := p.engine.store.Audit(t.Context(), "still", "sound"); err != nil {
		t.Error(err)
	}
	p.stop()
	wantSound(t, path)
}

// TestS37_NoNewKeyOverSealedRowsThatCameBack loses database and key: what the
// backup brings back is sealed with the lost one.
func TestS37_NoNewKeyOverSealedRowsThatCameBack(t *testing.T) {
	t.Parallel()
	p := settled(t)
	p.backUp()
	path := p.engine.databasePath()
	p.stop()
	must(t, os.Remove(path))
	key, err := os.ReadFile(p.opt.KeyFile)
	must(t, err)
	must(t, os.Remove(p.opt.KeyFile))
	p = start(t, p.sim, p.opt)
	if !p.hasTrouble(status.SecretsLocked) || exists(p.opt.KeyFile) {
		t.Error("it did not wait for the key")
	}
	p.stop()
	must(t, os.WriteFile(p.opt.KeyFile, key, 0o600))
	p = start(t, p.sim, p.opt)
	if p.hasTrouble(status.SecretsLocked) {
		t.Error("still locked with the key")
	}
	p.whole()
}

// TestRestart_InPlace restores a backup of a program without a window: it keeps
// its folder and its port.
func TestRestart_InPlace(t *testing.T) {
	t.Parallel()
	p := settled(t)
	made := p.backUp()
	p.stop()
	opt := p.opt
	opt.Port = 0
	e, err := Open(t.Context(), opt)
	must(t, err)
	api := e.APIURL()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- serveAgain(ctx, e, opt, io.Discard) }()
	must(t, e.StageRestore(t.Context(), made.Name))
	p.wait("the next engine at the same address", func() string {
		text, err := askStatus(t, api)
		return want(strings.Contains(text, status.StoreRestored), fmt.Sprintf("%.200s, %v", text, err))
	})
	cancel()
	must(t, <-ended)
}

func askStatus(t *testing.T, api string) (string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, api+"/status", nil)
	must(t, err)
	req.Header.Set("Authorization", "Bearer "+testToken)
	res, err := asIs.Do(req)
	if err != nil {
		return "", err // it is just being opened again
	}
	text, err := io.ReadAll(res.Body)
	return string(text), firstOf(err, res.Body.Close())
}

// rootOf finds the page where a table or index begins.
func rootOf(t *testing.T, path, name string) (page int64) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	must(t, err)
	must(t, db.QueryRowContext(t.Context(), `SELECT rootpage FROM sqlite_schema WHERE name = ?`, name).Scan(&page))
	must(t, db.Close())
	return page
}

func wantSound(t *testing.T, path string) {
	t.Helper()
	if err := sqlite.Check(t.Context(), path); err != nil {
		t.Error(err)
	}
	db, err := sql.Open("sqlite", path)
	must(t, err)
	var verdict string
	must(t, db.QueryRowContext(t.Context(), `PRAGMA integrity_check(1)`).Scan(&verdict))
	must(t, db.Close())
	if verdict != "ok" {
		t.Error(verdict)
	}
}

// TestRestore_AskedForTwiceIsDoneOnce asks again while the first wish is looked
// into, before the restart, and after the end.
func TestRestore_AskedForTwiceIsDoneOnce(t *testing.T) {
	t.Parallel()
	p := filled(t)
	good, bad := p.backUp(), p.backUp()
	must(t, os.Truncate(filepath.Join(p.engine.backups.Dir(), bad.Name), 4096))
	p.engine.restart.once.Do(func() {}) // it must not end before the second wish
	for _, name := range []string{bad.Name, "none"} {
		if err := p.engine.StageRestore(t.Context(), name); err == nil || oura.CodeOf(err) == oura.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	refused, errs := 0, make(chan error)
	for range 5 {
		go func() { errs <- p.engine.StageRestore(t.Context(), good.Name) }()
	}
	for range 5 {
		if err := <-errs; oura.CodeOf(err) == oura.CodeInvalid && strings.Contains(oura.MessageOf(err), "already") {
			refused++
		} else if err != nil {
			t.Error(err)
		}
	}
	if refused != 4 {
		t.Errorf("%d of 5 wishes were refused, want 4", refused)
	}
	must(t, p.engine.stage(intent{Do: doHeal})) // damage found meanwhile changes nothing
	p.stop()
	if err := p.engine.stage(intent{Do: doRestore, Backup: good.Name}); oura.CodeOf(err) != oura.CodeUnavailable {
		t.Errorf("after the end: %v", err)
	}
	for range 2 {
		p = start(t, p.sim, p.opt)
		if aside, err := os.ReadDir(filepath.Join(p.opt.DataDir, asideFolder)); err != nil || len(aside) != 1 || exists(p.engine.intentPath()) {
			t.Errorf("set aside %v, %v; an intent is left: %v", aside, err, exists(p.engine.intentPath()))
		}
		p.stop()
	}
}

// TestRestore_NothingOfSampleDataComesIn puts a backup of sample data by hand among
// a person's own.
func TestRestore_NothingOfSampleDataComesIn(t *testing.T) {
	t.Parallel()
	demo, err := Open(t.Context(), Options{DataDir: t.TempDir(), KeyFile: t.TempDir() + "/key", Demo: true, Version: "test"})
	must(t, err)
	made, err := demo.BackUp(t.Context(), backup.ByHand)
	must(t, err)
	c, err := demo.InspectBackup(t.Context(), made.Name)
	if err != nil || c.Problem != "" {
		t.Errorf("among sample data: %+v, %v", c, err)
	}
	text, err := os.ReadFile(filepath.Join(demo.backups.Dir(), made.Name))
	must(t, errors.Join(err, demo.Close()))
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	e, err := Open(t.Context(), opt)
	must(t, err)
	must(t, os.Mkdir(e.backups.Dir(), 0o700))
	must(t, os.WriteFile(filepath.Join(e.backups.Dir(), made.Name), text, 0o600))
	c, err = e.InspectBackup(t.Context(), made.Name)
	if err != nil || !strings.Contains(c.Problem, "sample data") {
		t.Errorf("%+v, %v", c, err)
	}
	if err := e.StageRestore(t.Context(), made.Name); oura.CodeOf(err) != oura.CodeStorage || oura.MessageOf(err) != c.Problem {
		t.Errorf("asked for: %v", err)
	}
	must(t, e.Close())
	must(t, os.Remove(e.databasePath())) // then not by itself either
	if e, err = Open(t.Context(), opt); err != nil {
		t.Fatal(err)
	}
	if rows, err := e.store.Settings(t.Context()); err != nil || rows[sqlite.SampleData] != "" || e.revived.Backup != "" || e.revived.Refused != 1 {
		t.Errorf("%+v, %v, %v", e.revived, rows, err)
	}
	must(t, e.Close())
}
