package app

import (
	"context"
	"encoding/json"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"oura-streaming/internal/auth"
	"oura-streaming/internal/config"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/tunnel"
)

// shownBody bounds how much of a body goes to the window, in bytes.
const shownBody = 16 << 10

func emptyConnection() ConnectionView {
	return ConnectionView{
		Account:       AccountView{Scopes: []string{}, MissingScopes: []string{}},
		Address:       AddressView{Reach: []ReachRow{}},
		Settings:      AddressSettingsView{Fixed: []string{}},
		Subscriptions: []SubscriptionCell{}, Types: []TypeChoiceView{}, Deliveries: []DeliveryRow{},
	}
}

// accountOf tells whose account is connected. That its tokens are locked is no
// failure here: whose they are is known, and the status tells what to do.
func accountOf(ctx context.Context, e *engine.Engine) (auth.Status, error) {
	st, err := e.Auth().Status(ctx)
	if oura.CodeOf(err) == oura.CodeLocked {
		err = nil
	}
	return st, err
}

func accountView(e *engine.Engine, st auth.Status) AccountView {
	var profile struct {
		Email string `json:"email"`
	}
	_ = json.Unmarshal(st.Profile, &profile) // a profile without e-mail is shown without
	view := AccountView{
		Connected: st.UserID != "", UserID: st.UserID, Email: profile.Email, Scopes: words(st.Scopes),
		MissingScopes: append([]string{}, e.MissingScopes(st)...), ScopesKnown: st.ScopesKnown,
		ConnectedAt: instant(st.ConnectedAt), NeedsSignIn: st.NeedsSignIn,
	}
	if st.ExpiresIn > 0 {
		view.ExpiresAt = instant(time.Now().Add(st.ExpiresIn))
	}
	return view
}

func addressView(e *engine.Engine) AddressView {
	a := e.Address()
	view := AddressView{
		Kind: string(a.Kind), URL: a.URL, State: string(a.Word), Since: instant(a.Since), LocalAddr: a.LocalAddr,
		ProvenAt: instant(a.ProvenAt), LatencyMS: a.RoundTrip.Milliseconds(),
		Account: a.Account, Plan: a.Plan, Region: a.Region, Notice: a.Notice, Unfiltered: a.PolicyRefused,
		Requests: a.Requests, RequestsLimit: a.Allowed, RequestsMonth: a.Month,
		Reach: reachRows(a), ReachAt: instant(a.ReachAt),
	}
	if e.IsDemo() {
		view.Kind = "demo"
	}
	if a.Reason != nil {
		view.Reason = oura.MessageOf(a.Reason)
	}
	if a.Word == tunnel.Online && a.Callback == "" {
		view.State = string(tunnel.Starting) // our side is ready, the outside is not proven
	}
	return view
}

// reachRows shows our one path first, then what else was asked for.
func reachRows(a engine.Address) []ReachRow {
	rows := []ReachRow{}
	if a.ReachAt.IsZero() {
		return rows
	}
	if path := wayIn(a); path != "" {
		row := ReachRow{Method: "GET", Path: path, Status: 200, By: "program", Expected: true, Open: true,
			What: "Oura's way in: checked with a token that only Oura and this program know."}
		if a.Callback == "" {
			row.What = "Oura's way in: it led here when this was asked, and does not now."
		}
		rows = append(rows, row)
	}
	for _, r := range a.Reach {
		row := ReachRow{Method: "GET", Path: r.Path, Status: r.Status, Open: r.Open, What: r.Sentence, Expected: !r.Exposed}
		if r.Service != "" {
			row.By = "service"
		}
		if r.Open && a.Kind == tunnel.KindNgrok {
			row.Expected = false // nothing else of the user's is there
		}
		rows = append(rows, row)
	}
	return rows
}

// wayIn is the path of the deliveries. While it leads nowhere it is known from the
// question that was asked just below it.
func wayIn(a engine.Address) string {
	if u, err := url.Parse(a.Callback); err == nil && u.Path != "" {
		return u.Path
	}
	for _, r := range a.Reach {
		if path, ok := strings.CutSuffix(r.Path, "/x"); ok {
			return path
		}
	}
	return ""
}

func addressSettings(e *engine.Engine) AddressSettingsView {
	c := e.Config()
	view := AddressSettingsView{
		Choice: c.Get(config.Address), OwnURL: c.Get(config.PublicURL), NgrokDomain: c.Get(config.NgrokDomain),
		NgrokTokenSet: c.NgrokAuthtoken() != "", Mode: c.Get(config.Mode), IngressPort: c.Get(config.IngressPort), Fixed: []string{},
	}
	for name, setting := range map[string]config.Name{
		"ownUrl": config.PublicURL, "ngrokDomain": config.NgrokDomain, "mode": config.Mode,
		"types": config.WebhookTypes, "ingressPort": config.IngressPort,
	} {
		if c.FromEnvironment(setting) {
			view.Fixed = append(view.Fixed, name)
		}
	}
	if c.NgrokFromEnvironment() {
		view.Fixed = append(view.Fixed, "ngrokToken")
	}
	slices.Sort(view.Fixed)
	return view
}

func typeChoices(e *engine.Engine, st auth.Status) []TypeChoiceView {
	wanted := e.Config().Types()
	out := []TypeChoiceView{}
	for _, info := range oura.Subscribable() {
		t, _ := oura.Lookup(info)
		out = append(out, TypeChoiceView{
			DataType: string(info), Wanted: slices.Contains(wanted, info), Fetchable: slices.Contains(oura.Fetchable(), info),
			Allowed: !st.ScopesKnown || len(t.Scopes) == 0 || oura.Opens(st.Scopes, info),
		})
	}
	return out
}

func progressView(e *engine.Engine) ProgressView {
	p := e.Progress()
	return ProgressView{Running: p.Running, Done: p.Done, Total: p.Total, Message: p.Message}
}

func roundView(e *engine.Engine) RoundView {
	r := e.LastRound()
	return RoundView{
		At: instant(r.At), NextAt: instant(r.Next), Error: r.Err,
		Created: r.Outcome.Created, Moved: r.Outcome.Moved, Renewed: r.Outcome.Renewed, Deleted: r.Outcome.Deleted, Failed: r.Outcome.Failed,
	}
}

// grid shows every pair of type and operation: as read, or missing. Pairs of
// types that are not wanted and not there are left out.
func grid(rows []sqlite.SubscriptionRow, wanted []oura.DataType, now time.Time) []SubscriptionCell {
	type pair struct {
		dt oura.DataType
		op oura.Operation
	}
	cells := []SubscriptionCell{}
	seen := map[pair]bool{}
	for _, r := range rows {
		if r.Ours || r.State == "failed" {
			seen[pair{r.DataType, r.EventType}] = true
		}
		cells = append(cells, cell(r, now))
	}
	for _, dt := range wanted {
		for _, op := range oura.Operations() {
			if !seen[pair{dt, op}] {
				cells = append(cells, SubscriptionCell{DataType: string(dt), EventType: string(op), State: "missing"})
			}
		}
	}
	return cells
}

func cell(r sqlite.SubscriptionRow, now time.Time) SubscriptionCell {
	c := SubscriptionCell{
		DataType: string(r.DataType), EventType: string(r.EventType), State: r.State, ID: r.ID,
		CallbackURL: r.CallbackURL, ExpiresAt: instant(r.ExpiresAt), Reason: r.Reason,
	}
	if !r.ExpiresAt.IsZero() {
		c.DaysLeft = daysLeft(r.ExpiresAt.Sub(now))
	}
	return c
}

// daysLeft counts a day that has begun as a whole one, so that what was renewed a
// moment ago lasts as long as Oura says. The last day is 0.
func daysLeft(left time.Duration) int {
	days := left.Hours() / 24
	if days <= 1 {
		return int(math.Floor(days))
	}
	return int(math.Ceil(days))
}

func deliveries(ctx context.Context, e *engine.Engine, before int64, fetch sqlite.FetchState) (DeliveryPage, error) {
	page := DeliveryPage{Rows: []DeliveryRow{}}
	rows, err := e.Store().Deliveries(ctx, sqlite.DeliveryFilter{Before: before, Fetch: fetch, Limit: shownDeliveries + 1})
	if len(rows) > shownDeliveries {
		rows, page.More = rows[:shownDeliveries], true
	}
	for _, d := range rows {
		page.Rows = append(page.Rows, deliveryRow(d))
	}
	return page, err
}

func deliveryRow(d sqlite.Delivery) DeliveryRow {
	return DeliveryRow{
		ID: d.ID, ReceivedAt: instant(d.ReceivedAt), DataType: string(d.Notification.DataType),
		EventType: string(d.Notification.EventType), ObjectID: d.Notification.ObjectID, Verdict: string(d.Verdict),
		Late: d.Late, LagMS: d.LagMS, Form: d.SignatureForm, Fetch: string(d.Fetch), Tries: d.Tries, Reason: d.Reason,
		Outcome: d.Outcome, Seq: d.Seq,
	}
}

func deliveryDetail(d sqlite.Delivery) DeliveryDetail {
	out := DeliveryDetail{
		DeliveryRow: deliveryRow(d), Timestamp: d.Timestamp, EventTime: d.Notification.EventTime,
		UserID: d.Notification.UserID, NextTry: instant(d.NextTry), Body: string(d.Body),
	}
	if len(out.Body) > shownBody {
		out.Body, out.BodyCut = strings.ToValidUTF8(out.Body[:shownBody], ""), true
	}
	return out
}
