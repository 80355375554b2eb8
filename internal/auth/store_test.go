package auth

import (
	"database/sql"
	"path/filepath"
	"testing"
)

// countAudit counts audit rows of one action.
func countAudit(t *testing.T, dir, action string) (n int) {
	t.Helper()
	db := must(sql.Open("sqlite", "file:"+filepath.Join(dir, "data", "oura_streaming.db")+"?_pragma=query_only(1)"))
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM audit WHERE action = ?", action).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
