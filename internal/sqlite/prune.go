package sqlite

import (
	"context"
	"time"

	"oura-streaming/internal/failpoint"
)

const (
	pruneStep  = 500                   // rows per transaction, so that writers wait little
	pruneSlice = 100                   // events looked at and deleted at a time
	pruneTime  = 15 * time.Millisecond // no further slice joins a step older than this
)

// counterPruned is the highest event number that was ever pruned.
const counterPruned = "pruned"

// PruneEvents deletes the oldest events with numbers below the given one, at most
// 500 of them, and returns how many: call it again until it returns 0. Documents
// stay, and no number comes twice.
func (s *Store) PruneEvents(ctx context.Context, below int64) (n int, err error) {
	err = s.writer.do(ctx, func(t *tx) (err error) {
		n, err = pruneEvents(t, below)
		return err
	})
	if err != nil {
		return 0, err
	}
	s.indexer.poke() // it drops what it knows of them
	return n, nil
}

// PrunedSeq returns the highest event number that was pruned, 0 before the first.
// Every event up to it is gone, every other that was ever stored is there.
func (s *Store) PrunedSeq(ctx context.Context) (seq int64, err error) {
	const q = `SELECT coalesce(max(value), 0) FROM counter WHERE name = '` + counterPruned + `'`
	err = s.readers.one(ctx, q, nil, &seq)
	return seq, storageError("read pruned events", err)
}

// pruneEvents is one step. Sleep takes long to delete and tags do not, so the time
// counts as well as the number.
func pruneEvents(t *tx, below int64) (n int, err error) {
	const (
		noKind  = `DELETE FROM event_kind WHERE count <= 0`
		noBlock = `DELETE FROM event_block WHERE block < coalesce((SELECT min(seq) / 1024 FROM event), 9223372036854775807)`
	)
	for began := time.Now(); n < pruneStep && time.Since(began) < pruneTime; {
		deleted, err := deleteOldest(t, below)
		if err != nil {
			return 0, err
		}
		n += deleted
		if deleted < pruneSlice {
			break
		}
	}
	if n == 0 {
		return 0, nil
	}
	for _, q := range []string{noKind, noBlock} {
		if _, err := t.exec(q); err != nil {
			return 0, err
		}
	}
	failpoint.Hit("prune.step")
	return n, nil
}

// deleteOldest deletes one slice and takes it out of the counts. A block of which
// some events stay keeps its bounds: they are too wide at worst.
func deleteOldest(t *tx, below int64) (n int, err error) {
	const (
		find  = `SELECT count(*), coalesce(max(seq), 0) FROM (SELECT seq FROM event NOT INDEXED WHERE seq < ? ORDER BY seq LIMIT ?)`
		count = `
			UPDATE event_kind SET count = event_kind.count - gone.count
			FROM (SELECT kind_id, count(*) AS count FROM event NOT INDEXED WHERE seq <= ? GROUP BY kind_id) AS gone
			WHERE gone.kind_id = event_kind.id`
		remove = `DELETE FROM event WHERE seq <= ?`
		mark   = `
			INSERT INTO counter (name, value) VALUES ('` + counterPruned + `', ?)
			ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)`
	)
	var last int64
	if err := t.one(find, []any{below, pruneSlice}, &n, &last); err != nil || n == 0 {
		return 0, err
	}
	for _, q := range []string{count, remove, mark} {
		if _, err := t.exec(q, last); err != nil {
			return 0, err
		}
	}
	return n, nil
}
