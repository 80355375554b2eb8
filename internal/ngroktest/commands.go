package ngroktest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.ngrok.com/muxado/v2"
)

// What the service may command an agent.
const (
	Restart uint32 = 4
	Stop    uint32 = 5
	Update  uint32 = 6
)

// Command sends a command to the agent that connected last and returns the
// error in its answer, "" if it obeys. An agent that answers nothing keeps the
// caller until ctx ends.
func (e *Edge) Command(ctx context.Context, kind uint32) (answerError string, err error) {
	s := tell(e, e.newestLocked)
	if s == nil {
		return "", errors.New("no agent is connected")
	}
	st, err := s.open(muxado.StreamType(kind))
	if err != nil {
		return "", err
	}
	defer st.Close() //nolint:errcheck // always nil
	stop := context.AfterFunc(ctx, func() { _ = st.SetReadDeadline(time.Now()) })
	defer stop()
	if _, err := st.Write([]byte("{}")); err != nil {
		return "", fmt.Errorf("send command %d: %w", kind, err)
	}
	var answer errorAnswer
	if err := json.NewDecoder(st).Decode(&answer); ctx.Err() != nil {
		return "", context.Cause(ctx)
	} else if err != nil {
		return "", fmt.Errorf("read answer to command %d: %w", kind, err)
	}
	return answer.Error, nil
}

// newestLocked is the last agent that authenticated, nil without one.
func (e *Edge) newestLocked() *session {
	for _, s := range slices.Backward(e.sessions) {
		if s.known {
			return s
		}
	}
	return nil
}

// StopEndpoint takes all endpoints out of service and tells their agents why.
func (e *Edge) StopEndpoint(code, message string) {
	var stopped []*endpoint
	e.change(func() {
		stopped = slices.Clone(e.endpoints)
		e.forgetLocked(func(*endpoint) bool { return true })
	})
	for _, ep := range stopped {
		text, err := json.Marshal(stopEndpoint{ep.id, message, code})
		if err != nil {
			panic(fmt.Sprintf("ngroktest: %v", err)) // three texts can always be packed
		}
		st, err := ep.session.open(typeStopEndpoint)
		if err != nil {
			continue // the connection ended, and the endpoint with it
		}
		_, _ = st.Write(text) // fails only as above
		_ = st.Close()        // always nil
	}
}
