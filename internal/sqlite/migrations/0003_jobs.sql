-- Requests for history, how far each has come, and a quicker look at the days.

-- A request for the days from_day to to_day. It reads from the newest day
-- backwards, one span of days (a cut) after the other.
CREATE TABLE job (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id    TEXT NOT NULL,
  kind       TEXT NOT NULL,                  -- history | asked
  state      TEXT NOT NULL,                  -- open | done | cancelled
  from_day   TEXT NOT NULL,                  -- '': on until a year holds nothing
  to_day     TEXT NOT NULL,
  types      TEXT NOT NULL CHECK (json_valid(types)), -- list of data types
  next_day   TEXT NOT NULL,                  -- last day of the cut under way, '' before the first
  empty_days INTEGER NOT NULL,               -- days without anything since the last day with something
  created_ms INTEGER NOT NULL,
  ended_ms   INTEGER NOT NULL                -- 0 while it is open
) STRICT;
CREATE INDEX job_user ON job (user_id, id);

-- How far one type of a job has come. It is written in the transaction that
-- stores the page it tells of.
CREATE TABLE progress (
  job_id      INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  data_type   TEXT NOT NULL,
  state       TEXT NOT NULL,                 -- reading | read | refused
  cut_to      TEXT NOT NULL,                 -- last day of the cut that the fields below are about
  window_from TEXT NOT NULL,                 -- first day of the window whose pages are being read
  mark        TEXT NOT NULL,                 -- where the next page begins, '' for the first
  held        TEXT CHECK (held IS NULL OR json_valid(held)),   -- rows of a page's last instant, which the next may complete
  fresh       TEXT CHECK (fresh IS NULL OR json_valid(fresh)), -- sum of the window's new rows, no event tells of yet
  begun_ms    INTEGER NOT NULL,              -- when the window's first page was asked for, 0: not yet
  found       INTEGER NOT NULL,              -- documents or rows in this cut, known ones too
  documents   INTEGER NOT NULL,              -- new ones in the whole job
  revised     INTEGER NOT NULL,              -- documents and rows that replaced others
  samples     INTEGER NOT NULL,              -- new ones
  missed      INTEGER NOT NULL,              -- days that could not be read and were left out
  reason      TEXT NOT NULL,                 -- why it was refused, or days were left out
  at_ms       INTEGER NOT NULL,
  PRIMARY KEY (job_id, data_type)
) STRICT, WITHOUT ROWID;

-- How many documents of a type live on a day can be counted here alone.
CREATE INDEX document_living ON document (user_id, data_type, day) WHERE deleted_ms = 0;
