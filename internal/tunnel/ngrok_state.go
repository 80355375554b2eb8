package tunnel

import (
	"context"
	"strings"

	"golang.ngrok.com/ngrok/v2"
)

// note takes up one change of the connection: nil for connected, else why not.
func (r *agentRun) note(ctx context.Context, err error) {
	if err == nil && r.url != "" {
		r.dialer.settled()
	}
	if err != nil && r.lost == nil {
		r.n.opt.Log.WarnContext(ctx, "no connection to ngrok, which is tried again", "err", err)
	}
	back := err == nil && r.lost != nil && r.url != ""
	r.lost = err
	r.show()
	if back {
		r.n.opt.Log.InfoContext(ctx, "ngrok tunnel is back", "url", r.url)
	}
}

// show puts the connection's state into ours. The address stays while the
// connection is away: it comes back with it.
func (r *agentRun) show() {
	r.n.change(func(s *State) {
		switch {
		case r.lost != nil:
			s.Word, s.Err, s.Latency = Reconnecting, r.lost, 0
		case r.url != "":
			s.Word, s.Err = Online, nil
		}
	})
}

// announce tells the new address and what the service said about the account.
// It says so only now: in the first connect event the session is still empty.
func (r *agentRun) announce(ctx context.Context, endpoint ngrok.EndpointListener) {
	u := endpoint.URL()
	r.url = u.Scheme + "://" + u.Host
	r.dialer.settled()
	notice := r.notices()
	r.n.change(func(s *State) {
		s.URL, s.PolicyRefused, s.Notice = r.url, !r.filtered, notice
		s.Account, s.Plan, s.Region = "", "", ""
		if d, ok := r.session().(ngrok.AgentSessionDetails); ok {
			s.Account, s.Plan, s.Region = d.AccountName(), d.PlanName(), d.Region()
		}
	})
	r.n.opt.Log.InfoContext(ctx, "ngrok tunnel is up", "url", r.url, "filtered", r.filtered)
	r.catchUp(ctx)
}

// catchUp shows the events that came while the address was opened.
func (r *agentRun) catchUp(ctx context.Context) {
	for {
		select {
		case err := <-r.events.changes:
			r.note(ctx, err)
		default:
			r.show()
			return
		}
	}
}

// session returns nil if the agent is not connected.
func (r *agentRun) session() ngrok.AgentSession {
	s, err := r.agent.Session()
	if err != nil {
		return nil
	}
	return s
}

// notices joins what the user should know about this connection.
func (r *agentRun) notices() string {
	var out []string
	if !r.filtered {
		out = append(out, "ngrok refused our filter rules, so it lets every request through to this computer. "+
			"The app still checks each one; look at the plan of your ngrok account.")
	}
	s := r.session()
	if s == nil {
		return strings.Join(out, " ")
	}
	for _, warning := range s.Warnings() {
		out = append(out, "ngrok will stop serving this version of the app, so update it soon. ngrok says: "+
			plain(r.n.redact.text(warning.Error())))
	}
	if d, ok := s.(ngrok.AgentSessionDetails); ok && d.Banner() != "" {
		out = append(out, "ngrok says: "+plain(r.n.redact.text(d.Banner())))
	}
	return strings.Join(out, " ")
}
