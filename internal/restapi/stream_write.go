package restapi

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	streamType  = "text/event-stream"
	streamWrite = 10 * time.Second       // what a reader may take for one piece
	streamEnd   = 300 * time.Millisecond // what is left to it when the program ends
)

// streamWriter writes server-sent events. Every write has a deadline of its own:
// nothing waits for a slow reader longer than that.
type streamWriter struct {
	w    http.ResponseWriter
	conn *http.ResponseController
	buf  *bytes.Buffer // one event
	last time.Time     // of the last flush
}

func newStreamWriter(w http.ResponseWriter) streamWriter {
	return streamWriter{w: w, conn: http.NewResponseController(w), buf: &bytes.Buffer{}}
}

// event writes e without passing it on yet: flush does, once a page.
func (o *streamWriter) event(ctx context.Context, e Event) error {
	o.field("id", strconv.FormatInt(e.Seq, 10))
	o.field("event", e.DataType)
	return o.data(ctx, e)
}

// resetNotice is the data of an event named reset.
type resetNotice struct {
	OldestSeq *int64 `json:"oldest_seq"` // null: no event is left
}

func (o *streamWriter) reset(ctx context.Context, seen, oldest int64) error {
	o.field("id", strconv.FormatInt(seen, 10))
	o.field("event", "reset")
	var notice resetNotice
	if oldest > 0 {
		notice.OldestSeq = &oldest
	}
	if err := o.data(ctx, notice); err != nil {
		return err
	}
	return o.flush(ctx)
}

// beat tells that the stream lives and how far it has come. An id without data
// makes no event; a client remembers it all the same.
func (o *streamWriter) beat(ctx context.Context, seen int64) error {
	o.buf.WriteString(": up to here\n")
	o.field("id", strconv.FormatInt(seen, 10))
	o.buf.WriteByte('\n')
	if err := o.send(ctx); err != nil {
		return err
	}
	return o.flush(ctx)
}

// isSilent reports whether it is time for a beat, given that the next look comes
// a tick later.
func (o *streamWriter) isSilent() bool { return time.Since(o.last) >= streamBeat-streamTick }

var oneLine = strings.NewReplacer("\r", "", "\n", "")

// field writes one line. Names that came from outside must not break it.
func (o *streamWriter) field(name, value string) {
	o.buf.WriteString(name + ": " + oneLine.Replace(value) + "\n")
}

// data ends an event with v as JSON, which has no line breaks of its own.
func (o *streamWriter) data(ctx context.Context, v any) error {
	o.buf.WriteString("data: ")
	if err := marshal(o.buf, v); err != nil { // with the end of the line
		return err
	}
	o.buf.WriteByte('\n')
	return o.send(ctx)
}

func (o *streamWriter) send(ctx context.Context) error {
	defer o.buf.Reset()
	if err := o.allow(ctx); err != nil {
		return err
	}
	_, err := o.w.Write(o.buf.Bytes())
	return err
}

func (o *streamWriter) flush(ctx context.Context) error {
	if err := o.allow(ctx); err != nil {
		return err
	}
	o.last = time.Now()
	return o.conn.Flush()
}

// allow gives the next write its time. It looks at ctx after that and not before:
// whoever ends ctx and hurries then is either seen here or has the last word.
func (o *streamWriter) allow(ctx context.Context) error {
	_ = o.conn.SetWriteDeadline(time.Now().Add(streamWrite)) // not every writer in a test has one
	return ctx.Err()
}

// hurry leaves a write that hangs little time. Call it after ctx has ended; it
// may be called beside a write.
func (o *streamWriter) hurry() {
	_ = o.conn.SetWriteDeadline(time.Now().Add(streamEnd)) // not every writer in a test has one
}
