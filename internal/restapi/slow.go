package restapi

import (
	"net/http"
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
}

// newSlowWriter also lifts the limit on the time to send the request: it has been
// read, and would end the request's context.
func newSlowWriter(w http.ResponseWriter) *slowWriter {
	out := &slowWriter{ResponseWriter: w, conn: http.NewResponseController(w)}
	_ = out.conn.SetReadDeadline(time.Time{}) // writers of tests have none
	_ = out.conn.SetWriteDeadline(time.Time{})
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
	_ = w.conn.SetWriteDeadline(time.Now().Add(patience)) // writers of tests have none
}
