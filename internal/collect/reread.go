package collect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// Reread reads the documents of dt whose day lies in [from, to] and stores what
// is new or changed, with the given source. Documents newly seen make a create
// event, known ones an update; unchanged ones make none. It returns how many
// events it made. Codes as those of ouraapi.
func (f *Fetcher) Reread(ctx context.Context, dt oura.DataType, from, to oura.Day, source oura.Source) (events int, err error) {
	ticket := f.store.Ticket() // before the request: a later single fetch is newer
	err = f.api.Documents(ctx, dt, from, to, func(page []json.RawMessage) error {
		changes, err := f.changes(ctx, dt, page, source, ticket)
		if err != nil || len(changes) == 0 {
			return err
		}
		applied, err := f.store.Apply(ctx, changes...)
		for _, a := range applied {
			if a.Seq != 0 {
				events++
			}
		}
		return err
	})
	return events, err
}

func (f *Fetcher) changes(ctx context.Context, dt oura.DataType, page []json.RawMessage, source oura.Source, ticket int64) ([]sqlite.Change, error) {
	info, _ := oura.Lookup(dt)
	changes := make([]sqlite.Change, 0, len(page))
	for _, doc := range page {
		var head struct{ ID string }
		if err := json.Unmarshal(doc, &head); err != nil {
			return nil, fmt.Errorf("read a document of %s: %w", dt, err)
		}
		if head.ID == "" {
			continue // such a document cannot be told from another
		}
		op, err := f.operation(ctx, dt, head.ID)
		if err != nil {
			return nil, err
		}
		day, key := info.Place(doc)
		now := f.opt.Now()
		changes = append(changes, sqlite.Change{
			UserID: f.opt.UserID(), DataType: dt, ObjectID: head.ID, Day: day, Key: key, Operation: op, Source: source,
			Timestamp: now.UTC().Format(time.RFC3339), ReceivedAt: now, Data: doc, Ticket: ticket,
		})
	}
	return changes, nil
}

// operation is create for a document never seen before, else update.
func (f *Fetcher) operation(ctx context.Context, dt oura.DataType, id string) (oura.Operation, error) {
	_, err := f.store.Document(ctx, f.opt.UserID(), dt, id)
	if e, ok := errors.AsType[*oura.Error](err); ok && e.Code == oura.CodeNotFound {
		return oura.Create, nil
	}
	return oura.Update, err
}
