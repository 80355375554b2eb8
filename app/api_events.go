package app

import (
	"context"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

const (
	maxPage      = 500    // rows of one page of the stream
	maxOutline   = 10_000 // events of one outline
	maxRevisions = 1000   // of one document, as the local API lists
	maxFound     = 1000   // what is counted of a search

	countTime = 300 * time.Millisecond // for the count of a search
)

// EventsAPI reads the stream.
type EventsAPI struct{ b *backend }

// List returns one page, newest first.
func (a *EventsAPI) List(f EventFilterView) (EventPageView, error) {
	e, err := a.b.live()
	if err != nil {
		return EventPageView{Rows: []EventRow{}}, err
	}
	limit := f.Limit
	if limit < 1 || limit > maxPage {
		limit = 100
	}
	events, err := e.Store().Events(a.b.ctx, f.filter(limit+1))
	if err != nil {
		return EventPageView{Rows: []EventRow{}}, err
	}
	page := EventPageView{Rows: make([]EventRow, 0, len(events)), More: len(events) > limit}
	for _, ev := range events[:min(limit, len(events))] {
		page.Rows = append(page.Rows, eventRow(ev))
	}
	return page, nil
}

// Get returns one event with the revision before it.
func (a *EventsAPI) Get(seq int64) (EventDetail, error) {
	e, err := a.b.live()
	if err != nil {
		return EventDetail{}, err
	}
	ev, previous, err := e.Store().Event(a.b.ctx, seq)
	if err != nil {
		return EventDetail{}, err
	}
	detail := EventDetail{EventRow: eventRow(ev), UserID: ev.UserID, DataJSON: string(ev.Data), PreviousSeq: previous}
	if previous == 0 {
		return detail, nil
	}
	before, _, err := e.Store().Event(a.b.ctx, previous)
	if err != nil {
		return detail, err
	}
	detail.PreviousJSON = string(before.Data)
	return detail, nil
}

// Outline returns of many events what a list needs to lay itself out, newest
// first; at most maxOutline at once, and maxPage where a text is looked for.
func (a *EventsAPI) Outline(f EventFilterView) (OutlineView, error) {
	e, err := a.b.live()
	if err != nil {
		return outlineOf(nil), err
	}
	most := maxOutline
	if f.Query != "" {
		most = maxPage
	}
	limit := f.Limit
	if limit < 1 || limit > most {
		limit = most
	}
	events, err := e.Store().EventHeads(a.b.ctx, f.filter(limit+1))
	if err != nil {
		return outlineOf(nil), err
	}
	view := outlineOf(events[:min(limit, len(events))])
	view.More = len(events) > limit
	return view, nil
}

// Revisions returns the stored revisions of a document, newest first, deletions
// among them: the newest maxRevisions.
func (a *EventsAPI) Revisions(dataType, objectID string) ([]RevisionView, error) {
	e, err := a.b.live()
	if err != nil || objectID == "" || dataType == "" { // without them the store would list every event
		return []RevisionView{}, err
	}
	events, err := e.Store().EventHeads(a.b.ctx, sqlite.EventFilter{
		Types: []oura.DataType{oura.DataType(dataType)}, ObjectID: objectID, Limit: maxRevisions,
	})
	out := make([]RevisionView, 0, len(events))
	for _, ev := range events {
		out = append(out, RevisionView{Seq: ev.Seq, EventType: string(ev.EventType), Source: string(ev.Source), ReceivedAt: instant(ev.ReceivedAt)})
	}
	return out, err
}

// Count returns how many events match; Before, After and Limit are not looked
// at. Those with a text are counted up to maxFound, for countTime at most.
func (a *EventsAPI) Count(f EventFilterView) (CountView, error) {
	e, err := a.b.live()
	if err != nil {
		return CountView{}, err
	}
	f.Before, f.After = 0, 0
	if f.Query != "" {
		return a.countFound(e.Store(), f)
	}
	parts, err := e.Store().EventParts(a.b.ctx, f.filter(0))
	view := CountView{Exact: err == nil}
	for _, p := range parts {
		view.Count += p.Count
	}
	return view, err
}

// countFound counts page by page, so that what was found in time counts.
func (a *EventsAPI) countFound(store *sqlite.Store, f EventFilterView) (view CountView, err error) {
	ctx, cancel := context.WithTimeout(a.b.ctx, countTime)
	defer cancel()
	for view.Count < maxFound {
		events, err := store.EventHeads(ctx, f.filter(maxPage))
		switch {
		case ctx.Err() != nil:
			return view, a.b.ctx.Err() // a search that takes longer is no failure
		case err != nil:
			return view, err
		}
		view.Count += int64(len(events))
		if len(events) < maxPage {
			view.Exact = true
			return view, nil
		}
		f.Before = events[len(events)-1].Seq
	}
	return view, nil
}

// Types returns the data types of the filter.
func (a *EventsAPI) Types() ([]TypeView, error) {
	out := []TypeView{}
	for _, t := range oura.Catalogue() {
		if t.Kind != oura.KindPersonal {
			out = append(out, TypeView{DataType: string(t.Type), Hook: t.Hook, Fetchable: t.Kind == oura.KindDocument})
		}
	}
	return out, nil
}

// filter asks the store for limit events at most.
func (f EventFilterView) filter(limit int) sqlite.EventFilter {
	return sqlite.EventFilter{
		Types: typed[oura.DataType](f.DataTypes), EventTypes: typed[oura.Operation](f.EventTypes),
		Sources: typed[oura.Source](f.Sources), Query: f.Query, Before: f.Before, After: f.After, Limit: limit,
	}
}

func eventRow(ev oura.Event) EventRow {
	return EventRow{
		Seq: ev.Seq, DataType: string(ev.DataType), EventType: string(ev.EventType), ObjectID: ev.ObjectID,
		Day: string(ev.Day), Timestamp: ev.Timestamp, ReceivedAt: instant(ev.ReceivedAt), Source: string(ev.Source),
		Summary: summary(ev),
	}
}
