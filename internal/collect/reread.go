package collect

import (
	"context"
	"encoding/json"
	"strings"

	"oura-streaming/internal/oura"
)

// Reread reads the documents of dt whose day lies in [from, to] and stores what
// is new or changed, with the given source. Documents newly seen make a create
// event, known ones an update; unchanged ones make none. It returns how many
// events it made. Codes as those of ouraapi.
func (f *Fetcher) Reread(ctx context.Context, dt oura.DataType, from, to oura.Day, source oura.Source) (events int, err error) {
	defer f.opt.Traffic.Urgent()()
	info, _ := oura.Lookup(dt)
	user := f.opt.UserID()
	c := comparison{
		store: f.store, log: f.log, now: f.opt.Now, user: user, source: source, dt: dt, info: info, from: from, to: to,
		seen: map[string]bool{}, ticket: f.store.Ticket(), // before the request: a later single fetch is newer
	}
	err = f.api.Documents(ctx, dt, from, to, func(page []json.RawMessage) error {
		changes, err := c.news(ctx, page)
		if err != nil || len(changes) == 0 || f.opt.UserID() != user {
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

// RereadOne asks for one known document again, however old it is, and stores what
// Oura says: also that it is gone. One without an id of Oura's is looked for among
// those of its day. Codes as those of ouraapi.
func (f *Fetcher) RereadOne(ctx context.Context, doc oura.Document, source oura.Source) error {
	user := f.opt.UserID()
	if doc.UserID != user {
		return &oura.Error{Code: oura.CodeNotConnected, Message: "This document belongs to an account that is not connected."}
	}
	if strings.HasPrefix(doc.ObjectID, unnamed) {
		_, err := f.Reread(ctx, doc.DataType, doc.Day, doc.Day, source)
		return err
	}
	defer f.opt.Traffic.Urgent()()
	info, _ := oura.Lookup(doc.DataType)
	c := comparison{
		store: f.store, log: f.log, now: f.opt.Now, user: user, source: source, dt: doc.DataType, info: info,
		from: doc.Day, to: doc.Day, seen: map[string]bool{},
	}
	changes, err := c.singly(ctx, f.api, doc)
	if err != nil || len(changes) == 0 || f.opt.UserID() != user {
		return err
	}
	_, err = f.store.Apply(ctx, changes...)
	return err
}
