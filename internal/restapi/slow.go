package restapi

import (
	"net/http"
	"sync"
	"time"
)

// patience is how long a reader of a long answer may take for one piece of it. The
// server's own limit is for answers that are small.
const patience = 30 * time.Second

// slowWriter writes an answer of any length: it may last as long as the reader
// keeps reading.
type slowWriter struct {
	http.ResponseWriter
	conn  *http.ResponseController
	begun bool
	bytes int64

	mu    sync.Mutex // guards ended and the deadline
	ended bool
}

// newSlowWriter lifts the limit on the whole answer. That on sending the request
// net/http lifts itself once it is read.
func newSlowWriter(w http.ResponseWriter) *slowWriter {
	out := &slowWriter{ResponseWriter: w, conn: http.NewResponseController(w)}
	_ = out.conn.SetWriteDeadline(time.Time{}) // writers of tests have none
	return out
}

// Write gives the reader patience for b, however long ago the last piece was.
func (w *slowWriter) Write(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	w.begun = true
	w.wait()
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// wait gives the reader patience from now on. Call it before the answer's end too,
// for what is still on its way.
func (w *slowWriter) wait() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.ended {
		_ = w.conn.SetWriteDeadline(time.Now().Add(patience)) // writers of tests have none
	}
}

// end takes the patience back: a write that waits for the reader fails. It may be
// called beside a write.
func (w *slowWriter) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	_ = w.conn.SetWriteDeadline(time.Now()) // as above
}
