// Package backup keeps copies of the store and puts one in its place.
//
// Promises:
//   - A copy has its name only once it is complete, checked and on the disk.
//   - Only this user can read a copy, from its first byte on.
//   - The database is replaced in one step; killed anywhere, the old one or the new
//     one is there, and no WAL of the one ever meets the other.
//   - What is replaced is set aside and never deleted.
package backup
