package ngroktest

import (
	"sync"
	"sync/atomic"

	"golang.ngrok.com/muxado/v2"
)

// stream is one of the many conversations on an agent's connection.
type stream struct {
	muxado.Stream
	broken atomic.Bool // a write failed
	once   sync.Once
	done   func() // called when it is closed
}

func newStream(s muxado.Stream, done func()) *stream { return &stream{Stream: s, done: done} }

// Write remembers a failure, see Close.
func (s *stream) Write(p []byte) (int, error) {
	n, err := s.Stream.Write(p)
	if err != nil {
		s.broken.Store(true)
	}
	return n, err
}

// Close does not wait: a writer whom the agent keeps waiting would hold it up
// until the connection ends. After a failed write the stream has ended already,
// and closing it would race with the writer of a dying connection.
func (s *stream) Close() error {
	s.once.Do(func() {
		if s.broken.Load() {
			s.done()
			return
		}
		go func() {
			defer s.done()
			_ = s.Stream.Close() // always nil
		}()
	})
	return nil
}
