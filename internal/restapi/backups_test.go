package restapi

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
)

type fakeBackups struct{ *fake }

var testBackup = BackupView{Name: "oura_streaming-2026-11-22T070000Z-by_hand.db", MadeAt: testNow, SizeBytes: 4096, Reason: "by_hand", Verified: true}

func (f fakeBackups) Backups(context.Context) ([]BackupView, error) {
	return []BackupView{testBackup}, f.reached()
}

func (f fakeBackups) BackUp(context.Context) (BackupView, error) { return testBackup, f.reached() }

const testBackupJSON = `{"name":"oura_streaming-2026-11-22T070000Z-by_hand.db","made_at":"2026-11-22T07:00:00.000Z","size_bytes":4096,"reason":"by_hand","verified":true}`

func TestBackups_AreListedAndMade(t *testing.T) {
	h := (&fake{}).handler()
	if w := ask(t, h, http.MethodGet, "/backups", nil); w.Code != http.StatusOK || strings.TrimSpace(w.Body.String()) != "["+testBackupJSON+"]" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := ask(t, h, http.MethodPost, "/backups", nil); w.Code != http.StatusCreated || strings.TrimSpace(w.Body.String()) != testBackupJSON {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestBackups_AFullDiskIsSaid(t *testing.T) {
	h := (&fake{err: &oura.Error{Code: oura.CodeStorage, Message: "There is not enough room on the disk: 7 MB are needed."}}).handler()
	w := ask(t, h, http.MethodPost, "/backups", nil)
	wantProblem(t, w, http.StatusServiceUnavailable, oura.CodeStorage)
	if !strings.Contains(w.Body.String(), "7 MB are needed") {
		t.Errorf("%s", w.Body)
	}
}
