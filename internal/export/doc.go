// Package export writes what the store keeps as files for other programs: lines of
// JSON, tables of CSV, or a SQLite database.
//
// Promises:
//   - Only events, documents, samples and coverage come out; whatever else the
//     store holds is never read here.
//   - A file appears under its name complete, synced and for this user only, or not
//     at all. What a killed program left over is removed by Sweep.
//   - Rows are read page by page, each page by itself: an export of any size takes
//     the same memory, and holds up nobody who writes.
//
// Columns says which columns a CSV file has; docs/export.md shows them.
package export
