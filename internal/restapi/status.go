package restapi

import (
	"context"
	"net/http"
	"runtime"

	"github.com/danielgtaylor/huma/v2"

	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

// Health is the answer to the one call without a token. It tells nothing but
// that the program runs.
type Health struct {
	Status string `json:"status" enum:"healthy"`
}

// Status is the situation in the words of the window's status line.
type Status struct {
	State         string             `json:"state" doc:"live, polling, catching_up, needs_you, offline, paused or setup."`
	Word          string             `json:"word" doc:"The state as the window shows it."`
	Since         *string            `json:"since" format:"date-time"`
	NextStep      string             `json:"next_step"`
	Tunnel        Tunnel             `json:"tunnel"`
	Subscriptions Subscriptions      `json:"subscriptions"`
	LastDelivery  *LastDelivery      `json:"last_delivery"`
	LastSync      map[string]*string `json:"last_sync" doc:"Per data type, the end of the last round that read it."`
	Troubles      []Trouble          `json:"troubles" nullable:"false"`
	Versions      Versions           `json:"versions"`
	Demo          bool               `json:"demo" doc:"The data is made up."`
	Seq           int64              `json:"seq" doc:"Number of the newest event, 0 before the first."`
}

// TransformSchema says that there may be no last delivery, which huma does not say
// of an object.
func (Status) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	last := s.Properties["last_delivery"]
	s.Properties["last_delivery"] = &huma.Schema{AnyOf: []*huma.Schema{{Ref: last.Ref}, {Type: "null"}}}
	return s
}

// Tunnel is the public address.
type Tunnel struct {
	Kind      string  `json:"kind" doc:"ngrok, own_url or none."`
	URL       string  `json:"url"`
	State     string  `json:"state" doc:"off, starting, online, reconnecting or refused: how our side of it is doing."`
	Since     *string `json:"since" format:"date-time"`
	Reason    string  `json:"reason" doc:"Why it is down or not proven."`
	Proven    bool    `json:"proven" doc:"The program saw its own answer there from outside."`
	ProvenAt  *string `json:"proven_at" format:"date-time"`
	LatencyMS int64   `json:"latency_ms" doc:"Of that look, there and back; 0 before the first."`
	Account   string  `json:"account"`
	Plan      string  `json:"plan"`
	Region    string  `json:"region"`
	Notice    string  `json:"notice" doc:"What the service behind the address wants to be known."`
}

// SubscriptionCounts compares the wanted set with Oura's list.
type SubscriptionCounts struct {
	Wanted  int `json:"wanted"`
	Ours    int `json:"ours"`
	Missing int `json:"missing"`
	Failed  int `json:"failed"`
	Foreign int `json:"foreign"`
}

// Subscriptions are the counts, and how the last comparison with Oura went.
type Subscriptions struct {
	SubscriptionCounts
	CheckedAt   *string `json:"checked_at" format:"date-time" doc:"When Oura's list was last compared, null before the first time in this run."`
	NextCheckAt *string `json:"next_check_at" format:"date-time"`
	Error       string  `json:"error" doc:"Why that did not go through, empty when it did."`
}

// LastDelivery is the newest row of the inspector in short.
type LastDelivery struct {
	ID         int64  `json:"id"`
	ReceivedAt string `json:"received_at" format:"date-time"`
	DataType   string `json:"data_type"`
	EventType  string `json:"event_type"`
	Verdict    string `json:"verdict"`
}

// Trouble is one thing that is wrong right now.
type Trouble struct {
	Code     string  `json:"code"`
	Title    string  `json:"title"`
	Text     string  `json:"text"`
	Severity string  `json:"severity" doc:"info, warning or error."`
	Since    *string `json:"since" format:"date-time"`
	Remedy   Remedy  `json:"remedy"`
}

// Remedy is what helps: the text of a button and what it does, both "" when
// waiting is all one can do.
type Remedy struct {
	Label  string `json:"label"`
	Action string `json:"action"`
}

// Versions are what a report of a fault should name.
type Versions struct {
	App     string `json:"app"`
	SQLite  string `json:"sqlite"`
	Go      string `json:"go"`
	OuraAPI string `json:"oura_api"`
}

func registerStatus(api huma.API, s *service) {
	huma.Register(api, needs(scopeNone, operation(api, http.MethodGet, "/health", "getHealth", "Is the program running?")), s.getHealth)
	huma.Register(api, operation(api, http.MethodGet, "/status", "getStatus", "State, troubles, versions"), s.getStatus)
	op := operation(api, http.MethodPost, "/sync", "sync", "Read the last days from Oura now; returns at once")
	op.DefaultStatus = http.StatusAccepted
	huma.Register(api, op, s.sync)
}

func (s *service) getHealth(context.Context, *struct{}) (*body[Health], error) {
	return &body[Health]{Health{Status: "healthy"}}, nil
}

func (s *service) sync(ctx context.Context, _ *struct{}) (*body[done], error) {
	if err := s.Sync(); err != nil {
		return nil, s.fail(ctx, "sync", err)
	}
	return &body[done]{done{Status: "started"}}, nil
}

func (s *service) getStatus(ctx context.Context, _ *struct{}) (*body[Status], error) {
	now, more := s.Status.Snapshot(), s.Situation(ctx)
	out := Status{
		State: string(now.State), Word: now.Word, Since: instant(now.Since), NextStep: now.NextStep,
		Tunnel: Tunnel{
			Kind: more.Tunnel.Kind, URL: more.Tunnel.URL, State: more.Tunnel.State,
			Since: instant(more.Tunnel.Since), Reason: more.Tunnel.Reason,
			Proven: more.Tunnel.Proven, ProvenAt: instant(more.Tunnel.ProvenAt), LatencyMS: more.Tunnel.RoundTrip.Milliseconds(),
			Account: more.Tunnel.Account, Plan: more.Tunnel.Plan, Region: more.Tunnel.Region, Notice: more.Tunnel.Notice,
		},
		Subscriptions: Subscriptions{
			SubscriptionCounts: more.Subscriptions,
			CheckedAt:          instant(more.Round.At), NextCheckAt: instant(more.Round.Next), Error: more.Round.Err,
		},
		LastDelivery: lastDelivery(more.LastDelivery),
		LastSync:     map[string]*string{},
		Troubles:     troubles(now.Troubles),
		Versions:     Versions{App: s.Version, SQLite: more.SQLiteVersion, Go: runtime.Version(), OuraAPI: more.OuraAPI},
		Demo:         more.Demo,
		Seq:          more.Seq,
	}
	for dt, t := range more.LastSync {
		out.LastSync[string(dt)] = instant(t)
	}
	return &body[Status]{out}, nil
}

func lastDelivery(d *sqlite.Delivery) *LastDelivery {
	if d == nil {
		return nil
	}
	return &LastDelivery{
		ID: d.ID, ReceivedAt: stamp(d.ReceivedAt), Verdict: string(d.Verdict),
		DataType: string(d.Notification.DataType), EventType: string(d.Notification.EventType),
	}
}

func troubles(in []status.Trouble) []Trouble {
	out := make([]Trouble, len(in))
	for i, t := range in {
		out[i] = Trouble{
			Code: t.Code, Title: t.Title, Text: t.Text, Severity: string(t.Severity),
			Since: instant(t.Since), Remedy: Remedy{Label: t.Remedy.Label, Action: string(t.Remedy.Action)},
		}
	}
	return out
}
