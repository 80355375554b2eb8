package tunnel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"golang.ngrok.com/ngrok/v2"
	"golang.ngrok.com/ngrok/v2/rpc"
)

// agentOptions describe us to the library. WithClientInfo stays out: it would
// replace the version that the service checks.
func (n *ngrokTunnel) agentOptions(ev *agentEvents, d *dialer) []ngrok.AgentOption {
	opts := []ngrok.AgentOption{
		ngrok.WithAuthtoken(n.redact.token),
		ngrok.WithAgentMetadata(metadata(n.opt.Version)),
		ngrok.WithEventHandler(ev.handle),
		ngrok.WithRPCHandler(refuseCommand),
		ngrok.WithDialer(d),
		ngrok.WithLogger(slog.New(agentLog{n.opt.Log.Handler(), n.redact})),
	}
	if n.opt.Addr != "" {
		opts = append(opts, ngrok.WithAgentConnectURL(n.opt.Addr))
	}
	if n.opt.CAs != nil {
		opts = append(opts, ngrok.WithAgentConnectCAs(n.opt.CAs))
	}
	if n.opt.Heartbeat > 0 {
		opts = append(opts, ngrok.WithHeartbeatInterval(n.opt.Heartbeat))
	}
	if n.opt.Tolerance > 0 {
		opts = append(opts, ngrok.WithHeartbeatTolerance(n.opt.Tolerance))
	}
	return opts
}

// endpointOptions describe the address we want.
func (n *ngrokTunnel) endpointOptions(filtered bool) []ngrok.EndpointOption {
	var opts []ngrok.EndpointOption
	if host := strings.TrimSpace(n.opt.Domain); host != "" {
		opts = append(opts, ngrok.WithURL("https://"+host))
	}
	if filtered {
		opts = append(opts, ngrok.WithTrafficPolicy(trafficPolicy(n.opt.Path, n.opt.MaxBody)))
	}
	return opts
}

// metadata is what the user's ngrok dashboard shows for this agent.
func metadata(version string) string {
	return mustJSON(map[string]string{"app": "oura-streaming", "version": version})
}

// refuseCommand answers the buttons of the user's ngrok dashboard. Without an
// answer they would hang there; without an error the library would end the session.
func refuseCommand(_ context.Context, _ ngrok.AgentSession, req rpc.Request) ([]byte, error) {
	switch req.Method() {
	case rpc.StopAgentMethod:
		return nil, errors.New("Oura Streaming is not stopped from here. Quit it on the computer where it runs.") //nolint:staticcheck // a sentence for the dashboard
	case rpc.RestartAgentMethod:
		return nil, errors.New("Oura Streaming is not restarted from here. Restart it on the computer where it runs.") //nolint:staticcheck // a sentence for the dashboard
	default:
		return nil, errors.New("Oura Streaming is not updated from here. Update it on the computer where it runs.") //nolint:staticcheck // a sentence for the dashboard
	}
}

type (
	policy struct {
		OnHTTPRequest []policyRule `json:"on_http_request"`
	}
	policyRule struct {
		Name        string         `json:"name"`
		Expressions []string       `json:"expressions"`
		Actions     []policyAction `json:"actions"`
	}
	policyAction struct {
		Type   string         `json:"type"`
		Config map[string]int `json:"config"`
	}
)

// trafficPolicy keeps off at the service what the ingress would refuse anyway,
// so that it costs the account neither requests nor traffic: everything but GET
// and POST on path, and bodies that say they are longer than maxBody bytes.
func trafficPolicy(path string, maxBody int64) string {
	deny := func(name string, status int, expression string) policyRule {
		return policyRule{name, []string{expression},
			[]policyAction{{"deny", map[string]int{"status_code": status}}}}
	}
	// A JSON string is a CEL string.
	return mustJSON(policy{[]policyRule{
		deny("only the webhook", http.StatusNotFound,
			`!(req.method in ["GET", "POST"] && req.url.path == `+mustJSON(path)+`)`),
		deny("no large bodies", http.StatusRequestEntityTooLarge,
			fmt.Sprintf(`req.method == "POST" && req.content_length > %d`, maxBody)),
	}})
}

// mustJSON is for values that cannot fail: strings, numbers and structs of them.
func mustJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// plainServer is for callers that bring none of their own.
func plainServer(h http.Handler, maxBody int64) *http.Server {
	return &http.Server{
		Handler:           http.MaxBytesHandler(h, maxBody),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      15 * time.Second,
		IdleTimeout:       30 * time.Second,
		MaxHeaderBytes:    4 << 10,
		ErrorLog:          log.New(io.Discard, "", 0), // strangers choose its text
	}
}
