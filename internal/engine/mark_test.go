package engine

import (
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
	if m := kept(t, opt); m.Seq != before.Seq || m.Ticket != before.Ticket || m.Open {
		t.Errorf("the mark is %+v, was %+v", m, before)
	}
	p = start(t, sim, opt)
	p.unharmed()
	if p.lastSeq() != last {
		t.Errorf("event numbers are at %d, were at %d", p.lastSeq(), last)
	}
}
