package restapi

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"oura-streaming/internal/oura"
)

// answer puts the headers of S-10 on whatever comes out and turns a panic into
// a plain 500, so that one bad call does not end the others.
func answer(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setHeaders(w.Header())
		late := &lateWriter{ResponseWriter: w}
		defer func() {
			if v := recover(); v != nil {
				answerPanic(log, late, r, v)
			}
			late.send()
		}()
		next.ServeHTTP(late, r)
	})
}

func setHeaders(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
}

// answerPanic logs what happened and answers 500. When part of an answer is out
// already the connection is cut, so that nobody takes the part for the whole.
func answerPanic(log *slog.Logger, w *lateWriter, r *http.Request, v any) {
	if v == http.ErrAbortHandler { //nolint:errorlint // net/http compares the same way
		panic(v)
	}
	log.ErrorContext(r.Context(), "call panicked", "method", r.Method, "path", r.URL.Path,
		"err", fmt.Sprint(v), "stack", string(debug.Stack()))
	if w.sent {
		panic(http.ErrAbortHandler)
	}
	w.status = 0
	clear(w.Header())
	setHeaders(w.Header())
	refuse(w, http.StatusInternalServerError, oura.CodeInternal, oura.MessageOf(fmt.Errorf("panic")))
}

// lateWriter holds the status back until the first byte of the body: huma sets
// it before it marshals, and a document that cannot be marshalled must become a
// 500.
type lateWriter struct {
	http.ResponseWriter
	status int
	sent   bool
}

// WriteHeader keeps the first status given.
func (w *lateWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

// Write sends the status before the first byte.
func (w *lateWriter) Write(b []byte) (int, error) {
	w.send()
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *lateWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *lateWriter) send() {
	if w.sent {
		return
	}
	w.sent = true
	if w.status != 0 {
		w.ResponseWriter.WriteHeader(w.status)
	}
}
