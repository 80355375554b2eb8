package sqlite

import (
	"context"
	"crypto/sha256"
	"strconv"
	"time"

	"oura-streaming/internal/oura"
)

// Verdict is what the ingress made of a delivery.
type Verdict string

// The verdicts of the inspector.
const (
	VerdictAccepted    Verdict = "accepted"
	VerdictLate        Verdict = "late"         // older than the limit; kept all the same
	VerdictSetAside    Verdict = "set_aside"    // for an account that is not ours
	VerdictUnknownType Verdict = "unknown_type" // a data type this program does not know
	VerdictUnparsable  Verdict = "unparsable"   // signed, but not a notification
)

// FetchState tells how far the fetch of the announced document has come.
type FetchState string

// The fetch states. Parked deliveries wait for the user or a new grant.
const (
	FetchNone    FetchState = "none"
	FetchPending FetchState = "pending"
	FetchDone    FetchState = "done"
	FetchParked  FetchState = "parked"
)

// The outcomes of a delivery or change. OutcomeGone is for a document that Oura
// no longer has.
const (
	OutcomeNew       = "new"
	OutcomeChanged   = "changed"
	OutcomeUnchanged = "unchanged"
	OutcomeStale     = "stale"
	OutcomeDeleted   = "deleted"
	OutcomeGone      = "gone"
	OutcomeNotice    = "notice"
)

// Delivery is one webhook delivery whose signature was right.
type Delivery struct {
	ID            int64
	ReceivedAt    time.Time
	Body          []byte // as received
	Timestamp     string // header as sent
	SignatureForm string // raw | compact
	Late          bool
	LagMS         int64 // received - timestamp
	Notification  oura.Notification
	Verdict       Verdict
	Fetch         FetchState
	Tries         int
	NextTry       time.Time // zero: not waiting
	Reason        string
	Outcome       string
	Seq           int64 // the event it led to, 0: none
}

// InsertDelivery stores d and returns once it is synced to disk. A delivery with
// the same timestamp and body as an earlier one is not stored again: isNew is
// false and id that of the first, 0 if it was pruned. An answer takes at most
// five seconds; an error after that long does not exclude that d was stored, and
// trying again is safe.
func (s *Store) InsertDelivery(ctx context.Context, d Delivery) (id int64, isNew bool, err error) {
	key := keyOf(d)
	if d.Fetch == "" {
		d.Fetch = FetchNone
	}
	if d.Fetch == FetchPending && d.NextTry.IsZero() {
		d.NextTry = d.ReceivedAt
	}
	var r inserted // read only after a nil error: until then the writer may be at it
	err = s.writer.doWithin(ctx, totalLimit, func(t *tx) (err error) {
		r, err = insertDelivery(t, d, key)
		return err
	})
	if err != nil {
		return 0, false, err
	}
	return r.id, r.isNew, nil
}

type inserted struct {
	id    int64
	isNew bool
}

// replayKey is what a delivery is known by: Oura signs exactly these bytes.
type replayKey struct {
	sent int64 // the timestamp as a number, 0 when it is none
	sum  [sha256.Size]byte
}

func keyOf(d Delivery) (k replayKey) {
	h := sha256.New()
	h.Write([]byte(d.Timestamp)) // a hash takes all it is given
	h.Write(d.Body)
	h.Sum(k.sum[:0])
	k.sent, _ = strconv.ParseInt(d.Timestamp, 10, 64) // out of range is as good as any: the sum decides
	return k
}

// insertDelivery claims the replay key first: one look-up tells new from seen.
func insertDelivery(t *tx, d Delivery, key replayKey) (inserted, error) {
	const claim = `INSERT INTO replay (sent, key, delivery_id, received_ms) VALUES (?, ?, ?, ?) ON CONFLICT (sent, key) DO NOTHING`
	id, err := t.nextDelivery()
	if err != nil {
		return inserted{}, err
	}
	res, err := t.exec(claim, key.sent, key.sum[:], id, ms(d.ReceivedAt))
	if err != nil {
		return inserted{}, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		t.lastDelivery-- // not used
		return firstDelivery(t, key, err)
	}
	return inserted{id, true}, addDelivery(t, id, d)
}

func firstDelivery(t *tx, key replayKey, err error) (inserted, error) {
	const q = `
		SELECT coalesce(d.id, 0) FROM replay r LEFT JOIN delivery d ON d.id = r.delivery_id
		WHERE r.sent = ? AND r.key = ?`
	if err != nil {
		return inserted{}, err
	}
	var first inserted
	err = t.one(q, []any{key.sent, key.sum[:]}, &first.id)
	return first, err
}

func addDelivery(t *tx, id int64, d Delivery) error {
	const q = `
		INSERT INTO delivery (id, received_ms, body, timestamp, signature_form, late, lag_ms,
			user_id, data_type, event_type, object_id, event_time,
			verdict, fetch, tries, next_try_ms, reason, outcome, seq)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	n, body := d.Notification, d.Body
	if body == nil {
		body = []byte{}
	}
	_, err := t.exec(q, id, ms(d.ReceivedAt), body, d.Timestamp, d.SignatureForm, d.Late, d.LagMS,
		n.UserID, string(n.DataType), string(n.EventType), n.ObjectID, n.EventTime,
		string(d.Verdict), string(d.Fetch), d.Tries, ms(d.NextTry), d.Reason, d.Outcome, d.Seq)
	return err
}
