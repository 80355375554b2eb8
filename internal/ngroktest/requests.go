package ngroktest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"time"
)

// authenticate records who the agent says it is and accepts it, unless told not to.
func (s *session) authenticate(request json.RawMessage) authAnswer {
	var in authRequest
	if err := json.Unmarshal(request, &in); err != nil {
		return authAnswer{Error: err.Error()}
	}
	s.edge.change(func() {
		s.edge.records.auths = append(s.edge.records.auths, Auth{in.Extra.Authtoken, in.Extra.Metadata, request, time.Now()})
	})
	if !s.hold(func(c *controls) bool { return c.hangAuth }) {
		return authAnswer{}
	}
	out := authAnswer{Version: "3"}
	s.edge.change(func() {
		c := &s.edge.controls
		if out.Error = c.refuseAuth; out.Error != "" {
			return
		}
		s.known = true
		out.Extra = authAnswerExtra{
			AgentSessionID: "ts_" + s.edge.nextIDLocked(), Cookie: "cookie",
			Region: c.region, AccountName: c.account, PlanName: c.plan, Banner: c.banner,
			DeprecationWarning: c.deprecation,
		}
	})
	return out
}

// bind gives the agent an endpoint at the URL it wants, or at the edge's.
func (s *session) bind(request json.RawMessage) bindAnswer {
	var in bindRequest
	var opts bindOptions
	if err := json.Unmarshal(request, &in); err != nil {
		return bindAnswer{Error: err.Error()}
	}
	if err := json.Unmarshal(in.Opts, &opts); err != nil {
		return bindAnswer{Error: err.Error()}
	}
	out := bindAnswer{Id: in.Id, Proto: in.Proto, Opts: in.Opts}
	asked := Bind{URL: opts.URL, Policy: opts.TrafficPolicy, Raw: request}
	var refuse func(Bind) string
	s.edge.change(func() {
		out.Id = cmp.Or(out.Id, "bind_"+s.edge.nextIDLocked())
		asked.ID = out.Id
		s.edge.records.binds = append(s.edge.records.binds, asked)
		refuse = s.edge.controls.refuseBind
	})
	if refuse != nil {
		out.Error = refuse(asked) // without the lock, for it may ask the edge
	}
	if out.Error == "" {
		out.URL, out.Error = s.online(asked)
	}
	out.Extra.Token, out.Extra.TunnelID = "token_"+out.Id, "tn_"+out.Id
	return out
}

// online opens the endpoint; refusal is empty unless it cannot be.
func (s *session) online(b Bind) (address, refusal string) {
	s.edge.change(func() {
		if s.ended || !s.known {
			refusal = "This session is not authenticated.\r\n\r\nERR_NGROK_108"
			return
		}
		var door *door
		if address = b.URL; address == "" {
			door = s.edge.presentLocked()
			address = door.url
		}
		u, err := url.Parse(address)
		if err != nil || u.Host == "" {
			refusal = fmt.Sprintf("The URL %q is not valid.\r\n\r\nERR_NGROK_9036", address)
			return
		}
		s.edge.endpoints = append(s.edge.endpoints, newEndpoint(s, b.ID, u.Host, door))
	})
	return address, refusal
}

// unbind forgets the endpoint, and with it the idle public connections that
// would still reach the agent's old listener.
func (s *session) unbind(request json.RawMessage) errorAnswer {
	var in unbindRequest
	if err := json.Unmarshal(request, &in); err != nil {
		return errorAnswer{err.Error()}
	}
	s.edge.change(func() { s.edge.records.unbinds = append(s.edge.records.unbinds, in.Id) })
	if !s.hold(func(c *controls) bool { return c.hangUnbind }) {
		return errorAnswer{}
	}
	s.edge.change(func() {
		s.edge.forgetLocked(func(ep *endpoint) bool { return ep.session == s && ep.id == in.Id })
	})
	return errorAnswer{}
}

func (e *Edge) nextIDLocked() string {
	e.lastID++
	return fmt.Sprintf("%04d", e.lastID)
}
