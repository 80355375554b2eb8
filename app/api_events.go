package app

import (
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// maxPage is the most rows of one page of the stream.
const maxPage = 500

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
	events, err := e.Store().Events(a.b.ctx, sqlite.EventFilter{
		Types: typed[oura.DataType](f.DataTypes), EventTypes: typed[oura.Operation](f.EventTypes),
		Sources: typed[oura.Source](f.Sources), Query: f.Query, Before: f.Before, After: f.After, Limit: limit + 1,
	})
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

// Revisions returns all stored revisions of a document, newest first.
func (a *EventsAPI) Revisions(dataType, objectID string) ([]RevisionView, error) {
	return []RevisionView{}, notYet()
}

// Count returns how many events match; Before, After and Limit are not looked at.
func (a *EventsAPI) Count(f EventFilterView) (int64, error) {
	return 0, notYet()
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

func eventRow(ev oura.Event) EventRow {
	return EventRow{
		Seq: ev.Seq, DataType: string(ev.DataType), EventType: string(ev.EventType), ObjectID: ev.ObjectID,
		Day: string(ev.Day), Timestamp: ev.Timestamp, ReceivedAt: instant(ev.ReceivedAt), Source: string(ev.Source),
		Summary: summary(ev),
	}
}
