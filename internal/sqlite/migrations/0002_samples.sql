-- Time series, and what was asked of Oura for which day.

-- The rows of heartrate and ring_battery_level, one row here per UTC date: one
-- table row per sample would be five times as large and ten times as slow. What
-- a day sums up to stands in plain columns; the rows themselves are packed.
--
-- packed: a varint n, the number of samples, and then column after column,
--   unit     varint, milliseconds: 1000 when all instants are whole seconds, else 1
--   instants n varints, each / unit: the first since 00:00 UTC, the others since the one before
--   sources  varint, how many there are, each as varint length and UTF-8 text; then
--            runs until n samples are covered: varint index, varint length of the run
--   values   a byte 0 and n zigzag varints, each minus the one before, when all values
--            are whole; a byte 1 and n IEEE 754 doubles, little endian, otherwise
-- A varint has seven bits a byte, lowest first, the high bit set in all but the
-- last. Samples are sorted by instant, source, value, extra.
-- extras: NULL when no sample has other fields than these; else, deflated (RFC
-- 1951), a line of JSON per sample in the same order, empty without any.
CREATE TABLE sample_day (
  user_id   TEXT NOT NULL,
  data_type TEXT NOT NULL,
  day       TEXT NOT NULL,                   -- UTC date, not Oura's day
  count     INTEGER NOT NULL,                -- of samples, at least 1
  first_ms  INTEGER NOT NULL,                -- instant of the oldest
  last_ms   INTEGER NOT NULL,                -- and of the newest
  min       REAL NOT NULL,                   -- beats per minute, battery level 0-100
  max       REAL NOT NULL,
  sum       REAL NOT NULL,                   -- / count is the mean
  packed    BLOB NOT NULL,
  extras    BLOB,
  PRIMARY KEY (user_id, data_type, day)
) STRICT;

-- How Oura answered when it was asked for a day. day is Oura's calendar day, of a
-- series the UTC date. The row with day '' is about the type as a whole.
CREATE TABLE coverage (
  user_id   TEXT NOT NULL,
  day       TEXT NOT NULL,
  data_type TEXT NOT NULL,
  asked_ms  INTEGER NOT NULL,                -- of the newest request that was answered, 0: none
  tried_ms  INTEGER NOT NULL,                -- of the newest request
  outcome   TEXT NOT NULL,                   -- of the newest request: ok | not_allowed | lapsed | failed
  reason    TEXT NOT NULL,                   -- why it was not ok
  PRIMARY KEY (user_id, day, data_type)
) STRICT, WITHOUT ROWID;
