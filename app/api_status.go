package app

import (
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

// StatusAPI tells the window how the program is doing.
type StatusAPI struct{ b *backend }

// Snapshot returns the status as it is now. It works without an engine too: then
// it says why there is none.
func (a *StatusAPI) Snapshot() (StatusView, error) {
	e, err := a.b.live()
	if err != nil {
		return a.withoutEngine(err), nil
	}
	snap := e.Status().Snapshot()
	view := StatusView{
		State: string(snap.State), Word: snap.Word, Since: instant(snap.Since), NextStep: snap.NextStep,
		Demo: e.IsDemo(), Version: e.Version(), LastSeq: e.Hub().Seq(), LastDeliveryAt: instant(e.LastDelivery()),
		Troubles: troubleViews(snap.Troubles), APIURL: e.APIURL(), DataDir: e.DataDir(),
		KeyWhere: e.KeyWhere().Kind, KeyPath: e.KeyWhere().Path,
	}
	if view.EventCount, err = e.Store().CountEvents(a.b.ctx); err != nil {
		return view, err
	}
	newest, err := e.Store().EventHeads(a.b.ctx, sqlite.EventFilter{Limit: 1})
	if err == nil && len(newest) == 1 {
		view.LastEventAt = instant(newest[0].ReceivedAt)
	}
	return view, err
}

// Retry tries at once what would be tried again later: locked secrets, the
// public address, waiting documents. Without an engine it opens one.
func (a *StatusAPI) Retry() error {
	if e, err := a.b.live(); err == nil {
		e.Retry(a.b.ctx)
		return nil
	}
	return a.b.reopen()
}

func (a *StatusAPI) withoutEngine(why error) StatusView {
	opt := a.b.options()
	view := StatusView{
		State: string(status.NeedsYou), Word: status.NeedsYou.Word(), Version: opt.Version,
		DataDir: opt.DataDir, Demo: opt.Demo, Troubles: []TroubleView{},
	}
	if oura.CodeOf(why) == oura.CodeUnavailable { // still starting
		view.State, view.Word = string(status.CatchingUp), "Starting"
		return view
	}
	view.NextStep = "Try again"
	view.Troubles = []TroubleView{{
		Code: string(oura.CodeOf(why)), Title: "Oura Streaming could not start", Text: oura.MessageOf(why),
		Severity: string(status.Error), RemedyLabel: "Try again", RemedyAction: string(status.Retry),
	}}
	return view
}

func troubleViews(in []status.Trouble) []TroubleView {
	out := make([]TroubleView, len(in))
	for i, t := range in {
		out[i] = TroubleView{
			Code: t.Code, Title: t.Title, Text: t.Text, Severity: string(t.Severity), Since: instant(t.Since),
			RemedyLabel: t.Remedy.Label, RemedyAction: string(t.Remedy.Action),
		}
	}
	return out
}
