-- The first schema. Instants are *_ms: milliseconds since 1970, UTC. Days are
-- TEXT like 2026-11-22, JSON is TEXT. Released files are never edited; a change
-- comes as the next number.

-- The connected Oura account; at most one row today.
CREATE TABLE account (
  user_id      TEXT PRIMARY KEY,             -- Oura's id from personal_info
  scopes       TEXT NOT NULL,                -- granted scopes, separated by spaces
  scopes_known INTEGER NOT NULL,             -- 0 when Oura did not say which
  token_url    TEXT NOT NULL,                -- token endpoint that worked
  profile      TEXT CHECK (profile IS NULL OR json_valid(profile)),
  connected_ms INTEGER NOT NULL
) STRICT;

-- Sealed secrets. The bytes are opaque here: sealing is the vault's business.
CREATE TABLE secret (
  name   TEXT PRIMARY KEY,
  sealed BLOB NOT NULL
) STRICT;

-- Settings the user changed. Overrides from the environment are not written.
CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL CHECK (json_valid(value))
) STRICT;

-- One row per webhook delivery that passed the signature check.
CREATE TABLE delivery (
  id             INTEGER PRIMARY KEY,        -- rising; the newest row is never pruned, so no number comes twice
  received_ms    INTEGER NOT NULL,
  body           BLOB NOT NULL,              -- as received, byte for byte
  timestamp      TEXT NOT NULL,              -- x-oura-timestamp as sent
  signature_form TEXT NOT NULL,              -- raw | compact
  late           INTEGER NOT NULL,           -- 1: timestamp older than the limit
  lag_ms         INTEGER NOT NULL,           -- received - timestamp
  user_id        TEXT NOT NULL,              -- the five fields of the body
  data_type      TEXT NOT NULL,
  event_type     TEXT NOT NULL,
  object_id      TEXT NOT NULL,
  event_time     TEXT NOT NULL,
  verdict        TEXT NOT NULL,              -- accepted | late | set_aside | unknown_type | unparsable
  fetch          TEXT NOT NULL,              -- none | pending | done | parked
  tries          INTEGER NOT NULL,
  next_try_ms    INTEGER NOT NULL,           -- 0: not waiting
  reason         TEXT NOT NULL,
  outcome        TEXT NOT NULL,              -- new | changed | unchanged | stale | deleted | gone | notice
  seq            INTEGER NOT NULL            -- the event it led to, 0: none
) STRICT;
CREATE INDEX delivery_pending ON delivery (next_try_ms) WHERE fetch = 'pending';
CREATE INDEX delivery_parked ON delivery (data_type) WHERE fetch = 'parked';
-- Not for those still pending, so that the ingress need not touch a random page
-- of this index before it answers: they are found by delivery_pending.
CREATE INDEX delivery_object ON delivery (object_id) WHERE fetch <> 'pending';

-- SHA-256(timestamp followed by body) of every delivery ever accepted. A key
-- stays at least 90 days longer than its delivery, so that a repeat is known
-- after pruning too. The time as sent leads, so that new keys lie side by side.
CREATE TABLE replay (
  sent        INTEGER NOT NULL,              -- the timestamp as a number, 0 when it is none
  key         BLOB NOT NULL,
  delivery_id INTEGER NOT NULL,              -- may be pruned: not a foreign key
  received_ms INTEGER NOT NULL,
  PRIMARY KEY (sent, key)
) STRICT, WITHOUT ROWID;

-- The newest known state of each of Oura's documents.
CREATE TABLE document (
  user_id       TEXT NOT NULL,
  data_type     TEXT NOT NULL,
  object_id     TEXT NOT NULL,
  day           TEXT NOT NULL,               -- '' when the document has none
  key_ms        INTEGER NOT NULL,            -- the instant Oura's range query compares
  sha256        BLOB,                        -- hash of the content; NULL: never fetched
  revisions     INTEGER NOT NULL,
  first_seen_ms INTEGER NOT NULL,
  last_seen_ms  INTEGER NOT NULL,
  deleted_ms    INTEGER NOT NULL,            -- 0 while it lives
  ticket        INTEGER NOT NULL,            -- order of the request that brought it
  data          TEXT CHECK (data IS NULL OR json_valid(data)),
  PRIMARY KEY (user_id, data_type, object_id)
) STRICT;
CREATE INDEX document_day ON document (data_type, day, object_id);

-- The combinations of type, operation and source that occur among events, with
-- the number of events of each. Filters pick rows here first.
CREATE TABLE event_kind (
  id         INTEGER PRIMARY KEY,
  data_type  TEXT NOT NULL,
  event_type TEXT NOT NULL,
  source     TEXT NOT NULL,
  count      INTEGER NOT NULL,
  UNIQUE (data_type, event_type, source)
) STRICT;

-- Each change of a document, in the program's own order. data is the JSON of
-- this revision, NULL for a delete and for types without documents; those keep
-- the raw notification instead.
CREATE TABLE event (
  seq          INTEGER PRIMARY KEY AUTOINCREMENT,
  kind_id      INTEGER NOT NULL REFERENCES event_kind (id),
  received_ms  INTEGER NOT NULL,
  user_id      TEXT NOT NULL,
  data_type    TEXT NOT NULL,
  event_type   TEXT NOT NULL,                -- create | update | delete
  object_id    TEXT NOT NULL,
  day          TEXT NOT NULL,
  event_time   TEXT NOT NULL,                -- Oura's event_time as sent
  source       TEXT NOT NULL,                -- webhook | poll | backfill | catchup | import
  notification TEXT,                         -- raw body, where there is no document
  data         TEXT CHECK (data IS NULL OR json_valid(data))
) STRICT;
CREATE INDEX event_by_kind ON event (kind_id, seq, received_ms);
CREATE INDEX event_by_object ON event (object_id, kind_id, seq, received_ms) WHERE object_id <> '';

-- Earliest and latest received_ms among the events seq / 1024 = block. A filter
-- on time reads only the blocks that can hold a match.
CREATE TABLE event_block (
  block  INTEGER PRIMARY KEY,
  min_ms INTEGER NOT NULL,
  max_ms INTEGER NOT NULL
) STRICT;

-- Oura's list of webhook subscriptions as last read.
CREATE TABLE subscription (
  id           TEXT PRIMARY KEY,
  callback_url TEXT NOT NULL,
  event_type   TEXT NOT NULL,
  data_type    TEXT NOT NULL,
  expires_ms   INTEGER NOT NULL,
  ours         INTEGER NOT NULL,             -- 0: another program's, never touched
  state        TEXT NOT NULL,
  reason       TEXT NOT NULL,
  read_ms      INTEGER NOT NULL
) STRICT;

-- Security-relevant actions, without secrets.
CREATE TABLE audit (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms  INTEGER NOT NULL,
  action TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;

-- Numbers that must survive a restart: 'ticket', the highest one used.
CREATE TABLE counter (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT;

-- The search index, made in the background from the events. It can be dropped
-- and made anew. A block covers 256, 4,096 or 65,536 event numbers (level 0 to
-- 2); sixteen of one level are merged into one of the next.
CREATE TABLE search_block (
  level INTEGER NOT NULL,
  place INTEGER NOT NULL,                    -- first number / size of the level's blocks
  live  INTEGER NOT NULL,                    -- 0: merged into a greater one, to be deleted
  PRIMARY KEY (level, place)
) STRICT, WITHOUT ROWID;

-- Which events of a block have a token. key is level << 60 | place << 12 | the
-- number of the row; a block has all its rows.
CREATE TABLE search_row (
  key      INTEGER PRIMARY KEY,
  postings BLOB NOT NULL
) STRICT;
