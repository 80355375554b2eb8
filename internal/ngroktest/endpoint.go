package ngroktest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
)

// ClientIP is the address from which the public seems to ask, one that no
// computer has.
const ClientIP = "203.0.113.7"

// endpoint is a public address that an agent answers for.
type endpoint struct {
	session *session
	id      string
	host    string // of its URL
	door    *door  // whose URL it got, nil when the agent asked for another
	via     *http.Transport
}

func newEndpoint(s *session, id, host string, d *door) *endpoint {
	ep := &endpoint{session: s, id: id, host: host, door: d}
	ep.via = &http.Transport{
		DialContext:        func(context.Context, string, string) (net.Conn, error) { return ep.open() },
		DisableCompression: true, MaxIdleConnsPerHost: 100,
	}
	return ep
}

// open starts one public connection to the agent.
func (ep *endpoint) open() (net.Conn, error) {
	e := ep.session.edge
	header, text, err := publicHeader{Id: ep.id, ClientAddr: ClientIP + ":5555", Proto: "https", EdgeType: "3"}.pack()
	if err != nil {
		return nil, err
	}
	st, err := ep.session.open(typePublic)
	if err != nil {
		return nil, err
	}
	if _, err := st.Write(header); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	e.change(func() { e.records.streams = append(e.records.streams, text) })
	return st, nil
}

// routeLocked finds the endpoint that answers for host: the newest one of that
// name or, when there is but one, that one whatever the name.
func (e *Edge) routeLocked(d *door, host string) *endpoint {
	if d != e.presentLocked() {
		return nil
	}
	var found []*endpoint
	for _, ep := range e.endpoints {
		if ep.door == nil || ep.door == d {
			found = append(found, ep)
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	for _, ep := range slices.Backward(found) {
		if strings.EqualFold(ep.host, host) {
			return ep
		}
	}
	return nil
}

// forgetLocked takes endpoints out of service.
func (e *Edge) forgetLocked(gone func(*endpoint) bool) {
	e.endpoints = slices.DeleteFunc(e.endpoints, func(ep *endpoint) bool {
		if !gone(ep) {
			return false
		}
		ep.via.CloseIdleConnections()
		return true
	})
}
