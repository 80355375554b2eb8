package engine

import (
	"database/sql"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/backup"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/restapi"
	"oura-streaming/internal/status"
)

// lossTroubles say that the store may lack something.
var lossTroubles = []string{status.StoreDamaged, status.StoreMissing, status.StoreCut, status.StoreReplaced, status.StoreRestored}

// unharmed fails where p takes a sound database for a lost, cut or replaced one.
func (p *program) unharmed() {
	p.t.Helper()
	for _, tr := range p.engine.Status().Snapshot().Troubles {
		if slices.Contains(lossTroubles, tr.Code) {
			p.t.Errorf("%s: %s", tr.Code, tr.Text)
		}
	}
	if p.engine.revived.Why != "" {
		p.t.Errorf("a note %+v", p.engine.revived)
	}
}

// kept is the mark of a data folder.
func kept(t *testing.T, opt Options) backup.Mark {
	t.Helper()
	m, ok, err := backup.ReadMark(opt.DataDir)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	return m
}

func TestMark_AProgramThatNeverHadAnEventIsNoOlderOne(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	for range 3 {
		p := start(t, sim, opt)
		p.unharmed()
		p.stop()
		if m := kept(t, opt); m.Seq != 0 || m.Open {
			t.Errorf("the mark is %+v", m)
		}
	}
}

func TestMark_AStartThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	p := start(t, sim, opt)
	p.signIn()
	p.put(document(oura.Workout, "first", 1))
	p.whole()
	last := p.lastSeq()
	p.stop()
	before := kept(t, opt)
	if before.Seq != last || before.Open {
		t.Fatalf("the mark is %+v after event %d", before, last)
	}
	short := opt
	short.Environ = append(slices.Clone(opt.Environ), envAPIToken+"=short")
	if e, err := Open(t.Context(), short); err == nil {
		t.Error("a short token is fine", e.Close())
	}
	if m := kept(t, opt); m.Seq != before.Seq || m.Open {
		t.Errorf("the mark is %+v, was %+v", m, before)
	}
	p = start(t, sim, opt)
	p.unharmed()
	if p.lastSeq() != last {
		t.Errorf("event numbers are at %d, were at %d", p.lastSeq(), last)
	}
}

// TestF10_AKillWhileNothingIsWritten kills a program again and again that has only
// been opened: what lies beside its database says little, and nothing was lost.
func TestF10_AKillWhileNothingIsWritten(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	p := start(t, sim, opt)
	p.signIn()
	p.put(document(oura.Workout, "first", 1))
	p.whole()
	last, path := p.lastSeq(), p.engine.databasePath()
	p.stop()
	for _, do := range []func(){
		func() {},
		func() { rootOf(t, path, "event") }, // a shell closes it last
		func() { wantSound(t, path) },       // the look at the start does
	} {
		killedIdle(t, opt)
		do()
		e, err := Open(t.Context(), opt)
		must(t, err)
		(&program{t: t, engine: e}).unharmed()
		must(t, e.Close())
	}
	killedIdle(t, opt)
	p = start(t, sim, opt)
	p.unharmed()
	p.equalsLedger()
	if p.lastSeq() != last || exists(filepath.Join(opt.DataDir, asideFolder)) {
		t.Errorf("event numbers are at %d, were at %d", p.lastSeq(), last)
	}
}

// killedIdle opens the program and leaves its files as a kill at that moment does.
func killedIdle(t *testing.T, opt Options) {
	t.Helper()
	e, err := Open(t.Context(), opt)
	must(t, err)
	p := &program{t: t, opt: opt, engine: e, cancel: func() {}, ended: make(chan error, 1)}
	p.cancel = func() { p.ended <- e.Close() }
	p.killed()
}

// TestF10_AKillAfterTheBackupCameBack kills the program between bringing a backup
// in and opening it: that is no database without its WAL.
func TestF10_AKillAfterTheBackupCameBack(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*program){"after a good end": (*program).stop, "after a kill": (*program).killed} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim, port := cloud(t, nil)
			opt := options(t, sim, port)
			p := start(t, sim, opt)
			p.signIn()
			p.put(document(oura.Workout, "first", 1))
			p.whole()
			made, path := p.backUp(), p.engine.databasePath()
			end(p)
			must(t, os.Truncate(path, 0))
			full, err := withDefaults(opt)
			must(t, err)
			e := &Engine{opt: full, log: full.Log, status: status.New(full.Now)}
			e.place, e.backups = e.newPlace(), e.newKeeper()
			must(t, e.prepareStore(t.Context()))
			p = start(t, sim, opt)
			if p.hasTrouble(status.StoreCut) || !p.hasTrouble(status.StoreMissing) || p.engine.revived.Backup != made.Name {
				t.Errorf("%+v, note %+v", p.engine.Status().Snapshot().Troubles, p.engine.revived)
			}
		})
	}
}

// TestF10_TheWALIsGoneAfterTheFileTookTheWordUp loses what came after a checkpoint.
func TestF10_TheWALIsGoneAfterTheFileTookTheWordUp(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	e, err := Open(t.Context(), opt)
	must(t, err)
	path := e.databasePath()
	db, err := sql.Open("sqlite", path)
	must(t, err)
	_, err = db.ExecContext(t.Context(), `PRAGMA wal_checkpoint(TRUNCATE)`)
	must(t, firstOf(err, db.Close()))
	must(t, e.renewWord(t.Context()))
	must(t, e.store.Audit(t.Context(), "lost", "with the WAL"))
	p := &program{t: t, opt: opt, engine: e, ended: make(chan error, 1)}
	p.cancel = func() { p.ended <- e.Close() }
	p.killed()
	must(t, os.Remove(path+"-wal"))
	p = start(t, sim, opt)
	if !p.hasTrouble(status.StoreCut) {
		t.Errorf("%+v", p.engine.Status().Snapshot().Troubles)
	}
}

func TestF07_TheNextBackupWhereTheNewestIsDamaged(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil int
		says  string
	}{
		"one of two": {1, "The backup of "},
		"both":       {2, "None of the backups could be used"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim, port := cloud(t, nil)
			p := start(t, sim, options(t, sim, port))
			p.signIn()
			p.put(document(oura.Workout, "first", 1))
			p.whole()
			older, newer := p.backUp(), p.backUp()
			path, folder := p.engine.databasePath(), p.engine.backups.Dir()
			p.stop()
			for _, b := range []BackupInfo{newer, older}[:c.spoil] {
				must(t, os.Truncate(filepath.Join(folder, b.Name), b.SizeBytes/2))
			}
			must(t, os.Remove(path))
			p = start(t, sim, p.opt)
			if got := p.troubleText(status.StoreMissing); !strings.Contains(got, c.says) {
				t.Errorf("it says %q", got)
			}
			if !exists(filepath.Join(folder, newer.Name)) {
				t.Error("a backup is gone")
			}
		})
	}
}

func (p *program) troubleText(code string) string {
	for _, tr := range p.engine.Status().Snapshot().Troubles {
		if tr.Code == code {
			return tr.Text
		}
	}
	return ""
}

// A revoked token must not open the API again because the database was lost.
func TestF08_NoTokenComesBackWithABackup(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	p.put(document(oura.Workout, "first", 1))
	p.signIn()
	p.whole()
	token, info := p.makeToken("notebook", restapi.ScopeAdmin)
	p.makeToken("another", restapi.ScopeRead)
	p.backUp()
	must(t, p.engine.RevokeToken(t.Context(), info.ID))
	path := p.engine.databasePath()
	p.stop()
	must(t, os.Remove(path))
	p = start(t, sim, p.opt)
	if known, err := p.engine.Tokens(t.Context()); err != nil || len(known) != 0 {
		t.Errorf("tokens %+v, %v", known, err)
	}
	if code, _ := p.with(token, http.MethodGet, "/status"); code != http.StatusUnauthorized {
		t.Errorf("the revoked token gets %d", code)
	}
	for name := range p.sealedRows() {
		if strings.HasPrefix(name, "api_token.") {
			t.Errorf("%s came back", name)
		}
	}
	if got := p.troubleText(status.StoreMissing); !strings.Contains(got, "make new ones in Settings") {
		t.Errorf("it says %q", got)
	}
	if p.call(http.MethodGet, "/status", nil) != http.StatusOK {
		t.Error("the token of the environment is shut out too")
	}
}

// Neither a text nor a database of somebody else's is touched through a link.
func TestS41_APlantedLinkIsRefusedBeforeAnythingReadsIt(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	other := options(t, sim, port)
	p := start(t, sim, other)
	p.stop()
	text := filepath.Join(t.TempDir(), "letter.txt")
	must(t, os.WriteFile(text, []byte("mine\n"), 0o644)) //nolint:gosec // its rights must stay too
	for name, target := range map[string]string{"a text": text, "a database": filepath.Join(other.DataDir, databaseFile)} {
		for _, end := range []string{"", "-wal"} {
			for _, do := range []string{"", doHeal} {
				opt := options(t, sim, port)
				must(t, os.MkdirAll(opt.DataDir, 0o700))
				must(t, backup.Mark{Seq: 5, Open: true}.Write(opt.DataDir))
				if do != "" {
					must(t, os.WriteFile(filepath.Join(opt.DataDir, intentFile), []byte(`{"do":"`+do+`"}`), 0o600))
				}
				link := filepath.Join(opt.DataDir, databaseFile) + end
				must(t, os.Symlink(target, link))
				before, beside := snapshot(t, target), len(namesIn(t, filepath.Dir(target)))
				e, err := Open(t.Context(), opt)
				if err == nil {
					must(t, e.Close())
				}
				if oura.CodeOf(err) != oura.CodeStorage || !strings.Contains(oura.MessageOf(err), "not a plain file") {
					t.Errorf("%s%s %s: %v", name, end, do, err)
				}
				if got, err := os.Readlink(link); err != nil || got != target {
					t.Errorf("%s%s %s: the link was moved, %v", name, end, do, err)
				}
				if after := snapshot(t, target); after != before || len(namesIn(t, filepath.Dir(target))) != beside {
					t.Errorf("%s%s %s: it was touched: %+v, was %+v", name, end, do, after, before)
				}
			}
		}
	}
}

// snapshot is what may not change of a file.
func snapshot(t *testing.T, path string) (is struct{ text, mode, at string }) {
	t.Helper()
	info, err := os.Stat(path)
	must(t, err)
	is.text, is.mode, is.at = read(t, path), info.Mode().String(), info.ModTime().String()
	return is
}

func namesIn(t *testing.T, dir string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	for _, entry := range entries {
		out = append(out, entry.Name())
	}
	return out
}

// A large database is read through once a day as long as it is closed well.
func TestF07_ALargeDatabaseIsReadOnceADay(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	c := &clocked{}
	opt := options(t, sim, port)
	opt.Now, opt.checkLimit = c.now, time.Nanosecond // no start has the time
	open := func() *Engine {
		t.Helper()
		e, err := Open(t.Context(), opt)
		must(t, err)
		return e
	}
	must(t, open().Close())
	e := open()
	if !e.look.unchecked {
		t.Error("it was never read and need not be")
	}
	must(t, e.readThrough(t.Context()))
	must(t, e.Close())
	if e = open(); e.look.unchecked {
		t.Error("it is read again at the next start")
	}
	must(t, e.Close())
	killedIdle(t, opt)
	if e = open(); !e.look.unchecked {
		t.Error("it is not read after a kill")
	}
	must(t, e.Close())
	c.ahead.Store(int64(25 * time.Hour))
	if e = open(); !e.look.unchecked {
		t.Error("it is not read on the next day")
	}
	must(t, e.Close())
}
