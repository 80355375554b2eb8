package storetest

import (
	"database/sql"
	"encoding/json"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

// FillObjects is the number of different documents among the events of Fill.
const FillObjects = 50_000

// Fill adds n events, a minute apart from start on, to the store in the file at
// path, which must be empty and closed. It writes rows only, no documents, and
// does not sync: a million takes seconds where Apply takes minutes. The objects
// are object-00000 and so on, each of one type; 1 event in 500 is imported.
func Fill(t testing.TB, path string, n int, start time.Time) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	must(t, err)
	defer db.Close()
	db.SetMaxOpenConns(1) // the two settings are the connection's own
	types, err := json.Marshal(oura.Fetchable())
	must(t, err)
	for _, step := range []struct {
		query string
		args  []any
	}{
		{"PRAGMA journal_mode = OFF", nil},
		{"PRAGMA synchronous = OFF", nil},
		{fillKinds, []any{string(types)}},
		{fillEvents, []any{n, start.UnixMilli(), len(oura.Fetchable()), FillObjects}},
		{fillCounts, nil},
		{fillBlocks, nil},
	} {
		if _, err := db.ExecContext(t.Context(), step.query, step.args...); err != nil {
			t.Fatalf("%v in %s", err, step.query)
		}
	}
}

const (
	// A kind's number is 1 + type * 8 + operation * 4 + source.
	fillKinds = `
		INSERT INTO event_kind (id, data_type, event_type, source, count)
		SELECT 1 + type.key * 8 + operation.key * 4 + source.key, type.value, operation.value, source.value, 0
		FROM json_each(?) AS type, json_each('["create", "update"]') AS operation,
			json_each('["webhook", "poll", "backfill", "import"]') AS source`

	// mix is a multiplicative hash: numbers without a visible order, the same every time.
	fillEvents = `
		WITH RECURSIVE
			number (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM number WHERE i + 1 < ?1),
			mixed AS (SELECT i, i * 7919 % ?4 AS object, i * 2654435761 >> 9 AS mix FROM number)
		INSERT INTO event (kind_id, received_ms, user_id, data_type, event_type, object_id, day, event_time, source, data)
		SELECT k.id, ?2 + i * 60000, 'user-1', k.data_type, k.event_type, printf('object-%05d', object),
			'2026-11-22', '2026-11-22T06:12:31+00:00', k.source,
			printf('{"id":"object-%05d","contributors":{"deep_sleep":%d,"efficiency":%d,"latency":%d,"rem_sleep":%d},'
				|| '"day":"2026-11-22","score":%d,"timestamp":"2026-11-22T00:00:00+00:00","average_heart_rate":%.3f,"revision":%d}',
				object, mix % 97, mix / 3 % 100, mix / 7 % 100, mix / 11 % 100, mix / 13 % 100, 40 + mix / 17 % 40000 / 1000.0, i)
		FROM mixed CROSS JOIN event_kind AS k
			ON k.id = 1 + object % ?3 * 8 + mix % 2 * 4 + iif(mix % 500 = 0, 3, max(mix / 2 % 4 - 1, 0))`

	fillCounts = `UPDATE event_kind SET count = (SELECT count(*) FROM event WHERE kind_id = event_kind.id)`

	fillBlocks = `
		INSERT INTO event_block (block, min_ms, max_ms)
		SELECT seq / 1024, min(received_ms), max(received_ms) FROM event GROUP BY seq / 1024`
)

// WaitIndexed waits until the open store in the file at path has its first n
// events, all but a rest below 256, in the search index.
func WaitIndexed(t testing.TB, path string, n int) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	must(t, err)
	defer db.Close()
	const q = `SELECT coalesce(sum(256 << 4 * level), 0) FROM search_block WHERE live`
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for covered := 0; covered < n-256; <-look.C {
		must(t, db.QueryRowContext(t.Context(), q).Scan(&covered))
	}
}
