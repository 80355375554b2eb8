package ngroktest

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"golang.ngrok.com/muxado/v2"
)

// What a stream is for: the number that opens it.
const (
	typeAuth         muxado.StreamType = 0
	typeBind         muxado.StreamType = 1
	typeUnbind       muxado.StreamType = 2
	typePublic       muxado.StreamType = 3 // opened by the edge
	typeServerInfo   muxado.StreamType = 8
	typeStopEndpoint muxado.StreamType = 9 // opened by the edge, not answered
	typePatch        muxado.StreamType = 10
	typeHeartbeat    muxado.StreamType = 0xFFFFFFFF
)

// authRequest is what the edge reads of an agent's introduction.
type authRequest struct {
	Extra struct{ Authtoken, Metadata string }
}

// authAnswer leaves ClientId empty: given one, the agent library has a data race
// of its own after a lost connection.
type authAnswer struct {
	Version, ClientId, Error string
	Extra                    authAnswerExtra
}

type authAnswerExtra struct {
	AgentSessionID, Cookie, Region, AccountName, PlanName, Banner string

	DeprecationWarning *deprecation `json:",omitempty"`
}

type deprecation struct {
	NextMin  string
	NextDate time.Time
	Msg      string
}

type bindRequest struct {
	Id, Proto string
	Opts      json.RawMessage
}

// bindOptions is what the edge reads of the options it hands back.
type bindOptions struct{ URL, TrafficPolicy string }

// bindAnswer repeats the options as they came, for the agent sends those of the
// answer when it binds again.
type bindAnswer struct {
	Id, URL, Proto, Error string
	Opts                  json.RawMessage
	Extra                 struct{ Token, TunnelID string }
}

type unbindRequest struct{ Id string }

// errorAnswer serves all requests that have nothing else to tell.
type errorAnswer struct{ Error string }

type stopEndpoint struct{ Id, Message, ErrorCode string }

// publicHeader introduces one public connection to the agent.
type publicHeader struct {
	Id, ClientAddr, Proto, EdgeType string

	PassthroughTLS bool
}

// pack puts the length of the JSON, 8 bytes little-endian, before it. The two
// must travel in one write, and no newline may follow.
func (h publicHeader) pack() (wire, text []byte, err error) {
	if text, err = json.Marshal(h); err != nil {
		return nil, nil, fmt.Errorf("pack public header: %w", err)
	}
	return append(binary.LittleEndian.AppendUint64(nil, uint64(len(text))), text...), text, nil
}
