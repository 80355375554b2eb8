package sqlite

import sqlite3 "modernc.org/sqlite/lib"

// Version is the version of the SQLite library in this program, "3.54.1".
func Version() string { return sqlite3.SQLITE_VERSION }
