//go:build soak

package soak

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim/person"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/storetest"
)

const (
	userID = "user-1" // whose events Fill makes
	days   = 90       // of documents
)

// somebody is who wears the ring, until now.
func somebody() *person.Person {
	now := time.Now()
	return person.New(person.Options{Seed: 1, From: now.AddDate(0, 0, -days), To: now})
}

// fill makes a data folder with that many events, 90 days of documents and three of
// heart rates, all indexed, of somebody who has finished the wizard and signed out.
// So the program has something to show and nobody to talk to.
func fill(t *testing.T, events int) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	file := filepath.Join(dir, "oura_streaming.db")
	began := time.Now()
	s := open(t, file)
	done(t, s.PutSettings(t.Context(), map[string]string{"wizard_step": `"done"`}))
	done(t, s.Close())
	storetest.Fill(t, file, events, began.Add(-time.Duration(events+1)*time.Minute))
	s = open(t, file)
	p := somebody()
	done(t, putDocuments(t, s, p.Documents()))
	done(t, putHeart(t, s, p, began))
	storetest.WaitIndexed(t, file, events)
	done(t, s.Close())
	t.Logf("%d events stored and indexed in %v", events, time.Since(began).Round(time.Second))
	return dir
}

func open(t *testing.T, file string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), file, sqlite.Options{})
	done(t, err)
	return s
}

func done(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func putDocuments(t *testing.T, s *sqlite.Store, docs []person.Doc) error {
	all := make([]sqlite.Change, len(docs))
	for i, d := range docs {
		info, _ := oura.Lookup(d.Type)
		day, key := info.Place(d.JSON)
		all[i] = sqlite.Change{
			UserID: userID, DataType: d.Type, ObjectID: d.ID, Day: day, Key: key, Operation: oura.Update,
			Source: oura.SourcePoll, ReceivedAt: time.Now(), Data: d.JSON,
		}
	}
	_, err := s.Apply(t.Context(), all...)
	return err
}

func putHeart(t *testing.T, s *sqlite.Store, p *person.Person, now time.Time) error {
	var rows []sqlite.Sample
	for r := range p.HeartRate(now.AddDate(0, 0, -3), now) {
		var beat struct {
			BPM    float64 `json:"bpm"`
			Source string  `json:"source"`
		}
		if err := json.Unmarshal(r.JSON, &beat); err != nil {
			return err
		}
		rows = append(rows, sqlite.Sample{At: time.UnixMilli(r.TimeMS), Source: beat.Source, Value: beat.BPM})
	}
	_, err := s.PutSamples(t.Context(), userID, oura.HeartRate, oura.SourcePoll, now, rows)
	return err
}

// homeOf is the home of whoever uses that folder.
func homeOf(dir string) string { return filepath.Join(filepath.Dir(dir), "home") }

// copied is a folder of its own with the same data.
func copied(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "data")
	done(t, os.CopyFS(to, os.DirFS(dir)))
	done(t, os.Chmod(to, 0o700))
	entries, err := os.ReadDir(to)
	done(t, err)
	for _, e := range entries {
		if !e.IsDir() {
			done(t, os.Chmod(filepath.Join(to, e.Name()), 0o600))
		}
	}
	return to
}
