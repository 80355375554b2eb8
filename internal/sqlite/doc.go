// Package sqlite is the store: one SQLite file that keeps what Oura sent and
// what this program made of it. It is the only importer of a database driver.
//
// Promises:
//   - What a write method reports as done is committed and synced to disk.
//   - A write that has begun finishes, whatever becomes of its caller.
//   - One delivery is kept once; its replay key outlives the row itself.
//   - Event numbers only grow, and listeners hear of an event after its commit.
//   - Events are pruned from the oldest on: those that are stored have no gap.
//
// Writers share one connection: a goroutine takes the writes that wait, runs
// them in one transaction and syncs once for all (group commit). Readers use up
// to four connections that cannot write. The tables are described in
// migrations/*.sql.
//
// Events are found by number. A filter on type, operation and source selects
// rows of event_kind, the small table of combinations that exist; the newest
// events of each combination are merged by a priority queue inside SQLite, so
// that a page costs one index look-up per combination and one per row, however
// rare the match and however deep the page. Filters on time skip blocks of 1,024
// events by their earliest and latest instant (event_block).
//
// Samples of time series are packed by UTC date: a chart reads one row a day, and
// of a day that it needs no detail of only the sums beside the packed bytes.
//
// A term is found in any event through search blocks: for runs of 256 to 65,536
// numbers, which of them have which pieces of text. They are made in the
// background; the newest events, not yet in a block, are read one by one.
package sqlite
