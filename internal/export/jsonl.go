package export

import (
	"io"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// lines writes one JSON object per row and line, in the shapes of the local API.
// Oura's documents stay as they came, byte for byte.
type lines struct {
	out io.Writer
	buf []byte
}

const flushAt = 256 << 10

func (l *lines) Events(rows []oura.Event) error {
	return l.each(len(rows), func(b []byte, i int) []byte { return appendEvent(b, rows[i]) })
}

func (l *lines) Documents(_ oura.DataType, rows []oura.Document) error {
	return l.each(len(rows), func(b []byte, i int) []byte { return appendDocument(b, rows[i]) })
}

func (l *lines) Samples(userID string, series oura.DataType, rows []sqlite.Sample) error {
	return l.each(len(rows), func(b []byte, i int) []byte { return appendSample(b, userID, series, rows[i]) })
}

// Close writes what is left.
func (l *lines) Close() error { return l.flush() }

func (l *lines) each(n int, row func(b []byte, i int) []byte) error {
	for i := range n {
		l.buf = append(row(l.buf, i), '\n')
		if len(l.buf) >= flushAt {
			if err := l.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *lines) flush() error {
	_, err := l.out.Write(l.buf)
	l.buf = l.buf[:0]
	return err
}

func appendEvent(b []byte, e oura.Event) []byte {
	b = appendInt(append(b, `{"seq":`...), e.Seq)
	b = appendText(append(b, `,"data_type":`...), string(e.DataType))
	b = appendText(append(b, `,"event_type":`...), string(e.EventType))
	b = appendText(append(b, `,"object_id":`...), e.ObjectID)
	b = appendText(append(b, `,"user_id":`...), e.UserID)
	b = appendOptional(append(b, `,"day":`...), string(e.Day))
	b = appendText(append(b, `,"timestamp":`...), e.Timestamp)
	b = appendTime(append(b, `,"received_at":`...), e.ReceivedAt)
	b = appendText(append(b, `,"source":`...), string(e.Source))
	return append(appendRaw(append(b, `,"data":`...), e.Data), '}')
}

func appendDocument(b []byte, d oura.Document) []byte {
	b = appendText(append(b, `{"data_type":`...), string(d.DataType))
	b = appendText(append(b, `,"object_id":`...), d.ObjectID)
	b = appendText(append(b, `,"user_id":`...), d.UserID)
	b = appendOptional(append(b, `,"day":`...), string(d.Day))
	b = appendInt(append(b, `,"revisions":`...), int64(d.Revisions))
	b = appendTime(append(b, `,"first_seen_at":`...), d.FirstSeen)
	b = appendTime(append(b, `,"last_seen_at":`...), d.LastSeen)
	b = appendTime(append(b, `,"deleted_at":`...), d.DeletedAt)
	return append(appendRaw(append(b, `,"data":`...), d.Data), '}')
}

func appendSample(b []byte, userID string, series oura.DataType, s sqlite.Sample) []byte {
	b = appendText(append(b, `{"series":`...), string(series))
	b = appendText(append(b, `,"user_id":`...), userID)
	b = appendTime(append(b, `,"at":`...), s.At)
	if s.Source != "" {
		b = appendText(append(b, `,"source":`...), s.Source)
	}
	b = appendNumber(append(b, `,"value":`...), s.Value)
	if s.Extra != nil {
		b = appendRaw(append(b, `,"extra":`...), s.Extra)
	}
	return append(b, '}')
}
