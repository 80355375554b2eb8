package sqlite

// putDocument stores the newest revision. A deleted document lives again.
func (s *Store) putDocument(t *tx, c Change, hash []byte) error {
	const q = `
		INSERT INTO document (user_id, data_type, object_id, day, key_ms, sha256, revisions,
			first_seen_ms, last_seen_ms, deleted_ms, ticket, data, text_sha256)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7, ?7, 0, ?8, ?9, ?10)
		ON CONFLICT (user_id, data_type, object_id) DO UPDATE SET
			day = excluded.day, key_ms = excluded.key_ms, sha256 = excluded.sha256,
			revisions = revisions + 1, last_seen_ms = excluded.last_seen_ms,
			deleted_ms = 0, ticket = excluded.ticket, data = excluded.data, text_sha256 = excluded.text_sha256`
	_, err := t.exec(q, c.UserID, string(c.DataType), c.ObjectID, string(c.Day), ms(c.Key), hash,
		ms(s.now()), c.Ticket, string(c.Data), textHash(c.Data))
	return err
}

// bury marks a document deleted and keeps its last known data.
func (s *Store) bury(t *tx, c Change) error {
	const q = `
		INSERT INTO document (user_id, data_type, object_id, day, key_ms, revisions,
			first_seen_ms, last_seen_ms, deleted_ms, ticket)
		VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?6, ?6, ?7)
		ON CONFLICT (user_id, data_type, object_id) DO UPDATE SET
			deleted_ms = excluded.deleted_ms, last_seen_ms = excluded.last_seen_ms,
			ticket = max(ticket, excluded.ticket)`
	_, err := t.exec(q, c.UserID, string(c.DataType), c.ObjectID, string(c.Day), ms(c.Key), ms(s.now()), c.Ticket)
	return err
}

// touch notes that a document was seen unchanged.
func (s *Store) touch(t *tx, c Change) error {
	const q = `
		UPDATE document SET last_seen_ms = ?, ticket = max(ticket, ?)
		WHERE user_id = ? AND data_type = ? AND object_id = ?`
	_, err := t.exec(q, ms(s.now()), c.Ticket, c.UserID, string(c.DataType), c.ObjectID)
	return err
}

// confirm is touch for a document that came again. Its text is written again too:
// it may have been spoilt on the disk.
func (s *Store) confirm(t *tx, c Change) error {
	const q = `
		UPDATE document SET last_seen_ms = ?, ticket = max(ticket, ?), data = ?, text_sha256 = ?
		WHERE user_id = ? AND data_type = ? AND object_id = ?`
	_, err := t.exec(q, ms(s.now()), c.Ticket, string(c.Data), textHash(c.Data), c.UserID, string(c.DataType), c.ObjectID)
	return err
}

// insertEvent appends the event of c. Counts and the blocks' time bounds are kept
// in the same transaction.
func insertEvent(t *tx, c Change, outcome string) (seq int64, err error) {
	const kind = `
		INSERT INTO event_kind (data_type, event_type, source, count) VALUES (?, ?, ?, 1)
		ON CONFLICT (data_type, event_type, source) DO UPDATE SET count = count + 1
		RETURNING id`
	const add = `
		INSERT INTO event (kind_id, received_ms, user_id, data_type, event_type, object_id, day,
			event_time, source, notification, data)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ` + rawNotification + `, ?)`
	const block = `
		INSERT INTO event_block (block, min_ms, max_ms) VALUES (?1 / 1024, ?2, ?2)
		ON CONFLICT (block) DO UPDATE SET
			min_ms = min(min_ms, excluded.min_ms), max_ms = max(max_ms, excluded.max_ms)`
	var kindID int64
	err = t.one(kind, []any{string(c.DataType), string(c.Operation), string(c.Source)}, &kindID)
	if err != nil {
		return 0, err
	}
	data := c.Data
	if outcome == OutcomeDeleted {
		data = nil
	}
	received := ms(c.ReceivedAt)
	res, err := t.exec(add, kindID, received, c.UserID, string(c.DataType), string(c.Operation), c.ObjectID,
		string(c.Day), c.Timestamp, string(c.Source), outcome == OutcomeNotice, c.DeliveryID, jsonText(data))
	if err != nil {
		return 0, err
	}
	if seq, err = res.LastInsertId(); err != nil {
		return 0, err
	}
	t.lastSeq = seq
	_, err = t.exec(block, seq, received)
	return seq, err
}

// rawNotification takes the body over from the delivery, for notices only.
const rawNotification = `(SELECT CAST(body AS TEXT) FROM delivery WHERE ? AND id = ?)`

func closeDelivery(t *tx, id int64, a Applied) error {
	const q = `
		UPDATE delivery SET fetch = 'done', next_try_ms = 0, reason = '', outcome = ?, seq = ?
		WHERE id = ?`
	_, err := t.exec(q, a.Outcome, a.Seq, id)
	return err
}

// saveTicket keeps the highest ticket, so that the next start counts on from it.
func saveTicket(t *tx, changes []Change) error {
	const q = `
		INSERT INTO counter (name, value) VALUES ('ticket', ?)
		ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)`
	var highest int64
	for _, c := range changes {
		highest = max(highest, c.Ticket)
	}
	if highest == 0 {
		return nil
	}
	_, err := t.exec(q, highest)
	return err
}
