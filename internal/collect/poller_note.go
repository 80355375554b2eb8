package collect

import (
	"context"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// note keeps how Oura answered for some days, for the coverage and for the next
// start. A small round writes it down once at its end, a large one after each
// type, so that a kill costs no more than the types under way.
func (r *run) note(ctx context.Context, a sqlite.Asked) {
	if info, _ := oura.Lookup(a.DataType); info.Kind == oura.KindDocument && !info.Dated {
		a.From, a.To = "", ""
	}
	a.UserID = r.p.user
	r.mu.Lock()
	r.asked = append(r.asked, a)
	r.mu.Unlock()
	if r.kind == KindCatchUp || r.kind == KindDaily {
		r.flush(ctx)
	}
}

// flush writes down what was noted. What cannot be written is asked again after
// the next start.
func (r *run) flush(ctx context.Context) {
	r.mu.Lock()
	asked := r.asked
	r.asked = nil
	r.mu.Unlock()
	if len(asked) == 0 {
		return
	}
	if err := r.p.store.NoteAsked(ctx, asked...); err != nil {
		r.p.log.WarnContext(ctx, "coverage not noted", "round", r.kind, "err", err)
	}
}

func outcomeOf(err error) sqlite.AskOutcome {
	switch oura.CodeOf(err) {
	case oura.CodeScope:
		return sqlite.AskNotAllowed
	case oura.CodeMembership, oura.CodeAppOutdated:
		return sqlite.AskLapsed
	}
	return sqlite.AskFailed
}
