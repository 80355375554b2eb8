package collect

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"strings"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/sqlite"
)

const pageOfOurs = 1000

// comparison tells what is news among the documents of one type and some days.
type comparison struct {
	store  documentStore
	log    *slog.Logger
	now    func() time.Time
	user   string
	source oura.Source

	dt       oura.DataType
	info     oura.TypeInfo
	from, to oura.Day
	ticket   int64                    // taken before the request
	known    map[string]oura.Document // what the store had then
	seen     map[string]bool          // what the answers hold
}

// documentStore is where the documents are that are compared.
type documentStore interface {
	Document(ctx context.Context, userID string, dt oura.DataType, id string) (oura.Document, error)
	Documents(ctx context.Context, f sqlite.DocumentFilter) ([]oura.Document, error)
	Ticket() int64
}

// begin looks at what the store knows of the days, before Oura is asked.
func (c *comparison) begin(ctx context.Context) error {
	c.known, c.seen = map[string]oura.Document{}, map[string]bool{}
	f := sqlite.DocumentFilter{
		UserID: c.user, Type: c.dt, StartDay: c.from, EndDay: c.to, IncludeDeleted: true, Limit: pageOfOurs,
	}
	if !c.info.Dated {
		f.StartDay, f.EndDay = "", ""
	}
	for {
		docs, err := c.store.Documents(ctx, f)
		if err != nil {
			return err
		}
		for _, doc := range docs {
			c.known[doc.ObjectID] = doc
		}
		if len(docs) < pageOfOurs {
			break
		}
		f.After = docs[len(docs)-1].ObjectID
	}
	c.ticket = c.store.Ticket()
	return nil
}

// news returns the changes that a page of documents makes. Those that came as
// they are stored make none: most of every round are, and need no write.
func (c *comparison) news(ctx context.Context, page []json.RawMessage) (changes []sqlite.Change, err error) {
	for _, data := range page {
		id, ok := c.idOf(data)
		if !ok {
			c.log.WarnContext(ctx, "document without usable id left out", "data_type", c.dt)
			continue // it cannot be told from another
		}
		c.seen[id] = true
		change, news, err := c.change(ctx, id, data)
		if err != nil {
			return nil, err
		}
		if news {
			changes = append(changes, change)
		}
	}
	return changes, nil
}

// unnamed begins the id that we give to a document without one. In 2024 Oura's
// daily_cardiovascular_age had none (CONTRACT section 5).
const unnamed = "day-"

// idOf returns what a document is known by: its id, or where it has none its day,
// and its content as well where a day may have several.
func (c *comparison) idOf(data json.RawMessage) (id string, ok bool) {
	var head struct{ ID json.RawMessage }
	if err := json.Unmarshal(data, &head); err != nil {
		return "", false
	}
	if id = strings.Trim(string(head.ID), `"`); id != "" && id != "null" {
		return id, ouraapi.ValidObjectID(id)
	}
	day, _ := c.info.Place(data)
	if id = unnamed + string(day); c.info.Key == c.info.Day && day != "" {
		return id, true
	}
	sum, err := oura.ContentHash(data)
	return id + "-" + hex.EncodeToString(sum[:6]), err == nil
}

// change makes the change that data would be; news is false when the store has
// the same bytes.
func (c *comparison) change(ctx context.Context, id string, data json.RawMessage) (out sqlite.Change, news bool, err error) {
	old, known := c.known[id]
	if !known { // new, or it came from another day
		old, err = c.store.Document(ctx, c.user, c.dt, id)
		if known = err == nil; oura.CodeOf(err) == oura.CodeNotFound {
			err = nil
		}
		if err != nil {
			return out, false, err
		}
	}
	if known && old.DeletedAt.IsZero() && string(old.Data) == string(data) {
		return out, false, nil
	}
	op := oura.Update
	if !known {
		op = oura.Create
	}
	out = c.blank(id, op)
	out.Day, out.Key = c.info.Place(data)
	out.Data = data
	return out, true, nil
}

func (c *comparison) blank(id string, op oura.Operation) sqlite.Change {
	now := c.now()
	return sqlite.Change{
		UserID: c.user, DataType: c.dt, ObjectID: id, Operation: op, Source: c.source,
		Timestamp: now.UTC().Format(time.RFC3339), ReceivedAt: now, Ticket: c.ticket,
	}
}

// vanished lists the living documents of the days that the answers lack: they are
// gone, or stand on another day now, or a list lags behind.
func (c *comparison) vanished() (out []oura.Document) {
	for id, doc := range c.known {
		if !c.seen[id] && doc.DeletedAt.IsZero() && doc.Data != nil {
			out = append(out, doc)
		}
	}
	return out
}

// singly returns the change that a look at one document makes which no list
// shows: it is gone, or has other content, or there is none.
func (c *comparison) singly(ctx context.Context, api API, doc oura.Document) ([]sqlite.Change, error) {
	c.ticket = c.store.Ticket()
	var data json.RawMessage
	err := error(&oura.Error{Code: oura.CodeNotFound}) // without an id only the list can tell
	if !strings.HasPrefix(doc.ObjectID, unnamed) {
		data, err = api.Document(ctx, c.dt, doc.ObjectID)
	}
	if oura.CodeOf(err) == oura.CodeNotFound {
		gone := c.blank(doc.ObjectID, oura.Delete)
		gone.Day = doc.Day
		return []sqlite.Change{gone}, nil
	}
	if err != nil {
		return nil, err
	}
	return c.news(ctx, []json.RawMessage{data})
}
