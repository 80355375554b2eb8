package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"oura-streaming/internal/export"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// exported asks the running program for an export.
func (p *program) exported(query, token string) (status int, text []byte) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d/export%s", p.opt.Port, query), nil)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	if text, err = io.ReadAll(resp.Body); err != nil {
		p.t.Fatal(err)
	}
	return resp.StatusCode, text
}

func TestExport_OfTheRunningProgram(t *testing.T) {
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	folder := filepath.Join(opt.DataDir, exportFolder)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, ".oura-export-X.part"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, sim, opt)
	const canary = "canary-51c7"
	if err := p.engine.store.PutSecrets(t.Context(), map[string][]byte{"canary": []byte(canary)}); err != nil {
		t.Fatal(err)
	}
	for i := range 600 {
		_, err := p.engine.store.Apply(t.Context(), sqlite.Change{
			UserID: "user-1", DataType: oura.Tag, ObjectID: fmt.Sprintf("tag-%d", i), Day: "2026-11-22", Operation: oura.Create, Source: oura.SourceImport,
			ReceivedAt: time.Now(), Data: json.RawMessage(`{"text":"=1"}`), Ticket: p.engine.store.Ticket(),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for query, lines := range map[string]int{
		"?source=import": 600, "?kind=documents&data_type=tag": 600, "?format=csv&source=import": 601,
		"?format=csv&kind=documents&data_type=tag": 601, "?kind=samples": 0, "?format=csv&kind=samples&data_type=heartrate": 1,
	} {
		status, text := p.exported(query, testToken)
		if n := bytes.Count(text, []byte("\n")); status != http.StatusOK || n != lines || bytes.Contains(text, []byte(canary)) {
			t.Errorf("%s: %d with %d lines, want %d", query, status, n, lines)
		}
	}
	status, text := p.exported("?format=sqlite", testToken)
	if status != http.StatusOK || !bytes.HasPrefix(text, []byte("SQLite format 3\x00")) || !bytes.Contains(text, []byte("tag-599")) ||
		bytes.Contains(text, []byte(canary)) || bytes.Contains(text, []byte(testToken)) || bytes.Contains(text, []byte("sim-secret")) {
		t.Errorf("sqlite: %d with %d bytes", status, len(text))
	}
	if status, _ := p.exported("", "wrong"); status != http.StatusUnauthorized {
		t.Errorf("without the token: %d", status)
	}
	if status, text := p.exported("?kind=documents&source=poll", testToken); status != http.StatusUnprocessableEntity || !bytes.Contains(text, []byte("choose days")) {
		t.Errorf("a filter that does not fit: %d %s", status, text)
	}
	path := filepath.Join(t.TempDir(), "mine.jsonl")
	err := p.engine.ExportFile(t.Context(), export.Request{Format: export.JSONL, Kind: export.Documents, Types: []oura.DataType{oura.Tag}}, path, nil)
	if text, readErr := os.ReadFile(path); err != nil || readErr != nil || bytes.Count(text, []byte("\n")) != 600 {
		t.Errorf("to a file: %v, %v", err, readErr)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}
