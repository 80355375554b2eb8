package sqlite_test

import (
	"path/filepath"
	"testing"

	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t testing.TB) storetest.Store {
		s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "oura_streaming.db"), sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
		return s
	})
}
