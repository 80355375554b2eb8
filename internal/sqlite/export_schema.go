package sqlite

import (
	"fmt"
	"strings"

	"oura-streaming/internal/oura"
)

// exportTables are all tables of an export. Whatever else the store keeps
// (account, secrets, settings, deliveries, audit) has no table to go to.
const exportTables = `
-- Each change of a document. Instants are RFC 3339 text, data is Oura's JSON.
CREATE TABLE event (
  seq INTEGER PRIMARY KEY, data_type TEXT NOT NULL, event_type TEXT NOT NULL, object_id TEXT NOT NULL, user_id TEXT NOT NULL,
  day TEXT, timestamp TEXT NOT NULL, received_at TEXT NOT NULL, source TEXT NOT NULL, data TEXT
) STRICT;
-- The newest known state of each document.
CREATE TABLE document (
  user_id TEXT NOT NULL, data_type TEXT NOT NULL, object_id TEXT NOT NULL, day TEXT, revisions INTEGER NOT NULL,
  first_seen_at TEXT, last_seen_at TEXT, deleted_at TEXT, data TEXT, PRIMARY KEY (user_id, data_type, object_id)
) STRICT;
-- One row per measurement. at_ms is milliseconds since 1970, UTC; extra holds the fields that have no column.
CREATE TABLE sample (
  user_id TEXT NOT NULL, series TEXT NOT NULL, at_ms INTEGER NOT NULL, source TEXT, value REAL NOT NULL, extra TEXT
) STRICT;
-- What is known of each type on each day.
CREATE TABLE coverage (
  user_id TEXT NOT NULL, data_type TEXT NOT NULL, day TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,
  asked_at TEXT, count INTEGER NOT NULL, PRIMARY KEY (user_id, data_type, day)
) STRICT;`

// exportIndexes are made last: that is quicker than to keep them along the way.
const exportIndexes = `
CREATE INDEX event_object ON event (object_id, seq);
CREATE INDEX event_type ON event (data_type, seq);
CREATE INDEX document_day ON document (data_type, day);
CREATE INDEX sample_at ON sample (series, at_ms);`

// ExportView is a view over the rows of one type, named after it, that shows the
// fields of its JSON as columns.
type ExportView struct {
	Type   oura.DataType
	Value  string   // for a series: what its value is called; "" for documents
	Fields []string // paths with dots; a dot becomes _ in the column's name
}

const (
	documentView = `CREATE VIEW %s AS SELECT user_id, object_id, day, revisions, first_seen_at, last_seen_at%s
FROM document WHERE data_type = %s AND deleted_at IS NULL`
	seriesView = `CREATE VIEW %s AS SELECT user_id, at_ms, strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', at_ms / 1000.0, 'unixepoch') AS at, source, value AS %s%s
FROM sample WHERE series = %s`
)

func (v ExportView) statement() string {
	var columns strings.Builder
	json := "data"
	if v.Value != "" {
		json = "extra"
	}
	for _, path := range v.Fields {
		fmt.Fprintf(&columns, ",\n  json_extract(%s, %s) AS %s", json, quoted("$."+path, '\''), quoted(strings.ReplaceAll(path, ".", "_"), '"'))
	}
	name, dt := quoted(string(v.Type), '"'), quoted(string(v.Type), '\'')
	if v.Value != "" {
		return fmt.Sprintf(seriesView, name, quoted(v.Value, '"'), columns.String(), dt)
	}
	return fmt.Sprintf(documentView, name, columns.String(), dt)
}

// quoted writes text between q's, as SQL does it.
func quoted(text string, q rune) string {
	return string(q) + strings.ReplaceAll(text, string(q), string(q)+string(q)) + string(q)
}
