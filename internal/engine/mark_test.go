package engine

import (
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"oura-streaming/internal/backup"
	"oura-streaming/internal/oura"
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
	p := start(t, sim, opt)
	p.signIn()
	path := p.engine.databasePath()
	checkpoint(t, path)
	must(t, p.engine.renewWord(t.Context()))
	p.put(document(oura.Workout, "first", 1))
	p.whole()
	last := p.lastSeq()
	p.killed()
	must(t, os.Remove(path+"-wal"))
	p = start(t, sim, opt)
	if !p.hasTrouble(status.StoreCut) {
		t.Errorf("%+v", p.engine.Status().Snapshot().Troubles)
	}
	if p.lastSeq() < last {
		t.Errorf("event numbers go on at %d, the last one was %d", p.lastSeq(), last)
	}
}

// checkpoint makes the file take up what the WAL holds while it is open elsewhere.
func checkpoint(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	must(t, err)
	_, err = db.ExecContext(t.Context(), `PRAGMA wal_checkpoint(TRUNCATE)`)
	must(t, firstOf(err, db.Close()))
}
