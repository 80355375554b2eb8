package ngroktest

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	"golang.ngrok.com/muxado/v2"
)

// handshakeTimeout bounds the TLS handshake of an agent.
const handshakeTimeout = 10 * time.Second

// session is one agent's connection.
type session struct {
	edge *Edge
	conn net.Conn // below TLS, so that closing it waits for nobody

	// ctx ends with the connection. It is kept because it bounds what is done
	// for the connection, as that of http.Server's does.
	ctx    context.Context
	cancel context.CancelFunc

	// guarded by edge.mu
	ended bool
	mux   muxado.TypedStreamSession // nil until the handshake is over
	known bool                      // authenticated
}

func newSession(e *Edge, conn net.Conn) *session {
	s := &session{edge: e, conn: conn}
	s.ctx, s.cancel = context.WithCancel(e.ctx)
	return s
}

// serve answers the agent until the connection ends.
func (s *session) serve() {
	defer s.end()
	mux, err := s.handshake()
	if err != nil {
		return
	}
	defer mux.Close() //nolint:errcheck // tells only whether it ended before
	for {
		accepted, err := mux.AcceptTypedStream()
		if err != nil {
			return
		}
		if !s.edge.begin() {
			return
		}
		kind, st := accepted.StreamType(), newStream(accepted, s.edge.work.Done)
		s.edge.work.Go(func() {
			defer st.Close() //nolint:errcheck // always nil
			s.answer(kind, st)
		})
	}
}

func (s *session) handshake() (muxado.TypedStreamSession, error) {
	ctx, cancel := context.WithTimeout(s.ctx, handshakeTimeout)
	defer cancel()
	conn := tls.Server(s.conn, s.edge.tlsConfig())
	if err := conn.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	mux := muxado.NewTypedStreamSession(muxado.Server(conn, nil))
	s.edge.change(func() { s.mux = mux })
	return mux, nil
}

// end closes the connection and forgets it with all its endpoints.
func (s *session) end() { s.edge.change(s.endLocked) }

// endLocked is for those who hold the lock. A second call changes nothing.
func (s *session) endLocked() {
	if s.ended {
		return
	}
	s.ended = true
	s.cancel()
	_ = s.conn.Close() // whatever was not sent shall be lost
	s.edge.sessions = slices.DeleteFunc(s.edge.sessions, func(o *session) bool { return o == s })
	s.edge.forgetLocked(func(ep *endpoint) bool { return ep.session == s })
}

// answer deals with one stream that the agent opened.
func (s *session) answer(kind muxado.StreamType, st *stream) {
	if kind == typeHeartbeat {
		s.echo(st)
		return
	}
	var request json.RawMessage
	if err := json.NewDecoder(st).Decode(&request); err != nil {
		return
	}
	var answer any
	switch kind {
	case typeAuth:
		answer = s.authenticate(request)
	case typeBind:
		answer = s.bind(request)
	case typeUnbind:
		answer = s.unbind(request)
	case typeServerInfo:
		answer = struct{ Region string }{tell(s.edge, func() string { return s.edge.controls.region })}
	case typePatch:
		answer = errorAnswer{}
	default:
		answer = errorAnswer{"The test edge does not know this request."}
	}
	if s.ctx.Err() != nil || json.NewEncoder(st).Encode(answer) != nil {
		return
	}
	if kind == typeBind && tell(s.edge, func() bool { return s.edge.controls.dropAfterBind }) {
		s.dropOnceRead(st)
	}
}

// dropOnceRead ends the connection when the agent has read the answer, which it
// shows by closing the stream.
func (s *session) dropOnceRead(st *stream) {
	_, _ = io.Copy(io.Discard, st) // also ends with the connection
	s.end()
}

// echo answers heartbeats; while the edge is mute they wait.
func (s *session) echo(st *stream) {
	beat := make([]byte, 4)
	for {
		if _, err := io.ReadFull(st, beat); err != nil {
			return
		}
		if !s.hold(func(c *controls) bool { return c.mute }) {
			return
		}
		if _, err := st.Write(beat); err != nil {
			return
		}
	}
}

// hold waits while the control is on. False: the connection ended meanwhile.
func (s *session) hold(on func(*controls) bool) bool {
	return s.edge.Wait(s.ctx, func() bool {
		return !tell(s.edge, func() bool { return on(&s.edge.controls) })
	}) == nil
}

// open starts a conversation with the agent.
func (s *session) open(kind muxado.StreamType) (*stream, error) {
	mux := tell(s.edge, func() muxado.TypedStreamSession { return s.mux })
	if mux == nil || !s.edge.begin() {
		return nil, errors.New("the agent's connection is not open")
	}
	st, err := mux.OpenTypedStream(kind)
	if err != nil {
		s.edge.work.Done()
		return nil, fmt.Errorf("open stream: %w", err)
	}
	return newStream(st, s.edge.work.Done), nil
}
