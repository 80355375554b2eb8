package restapi

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// timed is a writer that notes until when an answer may take.
type timed struct {
	*httptest.ResponseRecorder
	until time.Time
}

func (w *timed) SetWriteDeadline(until time.Time) error {
	w.until = until
	return nil
}

func TestLong_WhatCopiesTheDatabaseMayTakeLongerThanTheServerAllows(t *testing.T) {
	h := (&fake{}).handler()
	for _, c := range []struct {
		method, path string
		long         bool
	}{
		{http.MethodDelete, "/events", true},
		{http.MethodPost, "/backups", true},
		{http.MethodGet, "/backups", false},
		{http.MethodGet, "/events", false},
	} {
		w := &timed{ResponseRecorder: httptest.NewRecorder()}
		r := httptest.NewRequestWithContext(t.Context(), c.method, c.path, nil)
		r.Host = testHost
		r.Header.Set("Authorization", "Bearer "+testToken.Reveal())
		h.ServeHTTP(w, r)
		if w.Code >= http.StatusMultipleChoices || (time.Until(w.until) > longLimit-time.Minute) != c.long {
			t.Errorf("%s %s: %d, until %v", c.method, c.path, w.Code, w.until)
		}
	}
}
