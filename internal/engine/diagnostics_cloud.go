package engine

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"oura-streaming/internal/diagnose"
	"oura-streaming/internal/ingress"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/restapi"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/subscribe"
	"oura-streaming/internal/tunnel"
)

// tally writes counts by name: "complete 28, empty 2".
func tally[K ~string, N int | int64](counts map[K]N) string {
	words := []string{}
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		words = append(words, fmt.Sprintf("%s %d", k, counts[k]))
	}
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}

// said is why something failed, "fine" when it did not.
func said(err error) string {
	if err == nil {
		return "fine"
	}
	return fmt.Sprintf("%s: %s", cmp.Or(oura.CodeOf(err), oura.CodeInternal), oura.MessageOf(err))
}

// signInSection tells how the account stands, and nothing of whose it is.
func (e *Engine) signInSection(ctx context.Context) diagnose.Section {
	s := diagnose.Section{Title: "Sign-in"}
	st, err := e.auth.Status(ctx)
	unreadable(&s, err)
	_, _, missing := e.cfg.Client(ctx)
	s.Add("client id and secret", "%s", map[bool]string{true: "entered", false: "not entered"}[missing == nil])
	s.Add("account", "%s", map[bool]string{true: "connected", false: "none"}[st.UserID != ""])
	if st.UserID == "" {
		return s
	}
	s.Add("connected", "%s", diagnose.Since(st.ConnectedAt, e.wall()))
	s.Add("access", "%s, ends in %s", map[bool]string{true: "works", false: "refused"}[st.Authenticated], diagnose.For(st.ExpiresIn))
	s.Add("sign-in needed", "%v", st.NeedsSignIn)
	if st.Trouble != nil {
		s.Add("trouble", "%s", said(st.Trouble))
	}
	s.Add("scopes", "%s", scopeWords(st.Scopes, st.ScopesKnown))
	s.Add("scopes missing", "%s", cmp.Or(strings.Join(e.MissingScopes(st), ", "), "none"))
	if account, ok, err := e.store.Account(ctx); err == nil && ok {
		s.Add("token endpoint", "%s", map[bool]string{true: "the newer one", false: "the classic one"}[account.TokenURL == e.opt.Hosts.NewToken])
	}
	if last := e.auth.LastLogin(); last.Pending || last.Done {
		s.Add("last sign-in here", "pending %v, done %v, %s", last.Pending, last.Done, said(last.Err))
	}
	return s
}

// scopeWords lists the scopes this program knows; what else Oura said is counted.
func scopeWords(scopes []oura.Scope, known bool) string {
	if !known {
		return "Oura did not say"
	}
	words, other := []string{}, 0
	for _, sc := range scopes {
		if slices.Contains(oura.AllScopes(), sc) {
			words = append(words, string(sc))
		} else {
			other++
		}
	}
	if other > 0 {
		words = append(words, fmt.Sprintf("%d others", other))
	}
	return cmp.Or(strings.Join(words, ", "), "none")
}

// addressSection tells how the public address is doing, without the address.
func (e *Engine) addressSection() diagnose.Section {
	s := diagnose.Section{Title: "Public address"}
	a, now := e.Address(), e.wall()
	s.Add("kind", "%s", a.Kind)
	if a.Kind == tunnel.KindNone {
		return s
	}
	s.Add("state", "%s, since %s", a.Word, diagnose.Since(a.Since, now))
	s.Add("proven", "%v, last %s, answered in %d ms", a.Callback != "", diagnose.Since(a.ProvenAt, now), a.RoundTrip.Milliseconds())
	if a.Reason != nil {
		s.Add("reason", "%s", said(a.Reason))
	}
	if u, err := url.Parse(a.URL); err == nil && a.URL != "" {
		s.Add("form", "%s, %s", u.Scheme, addressForm(u.Hostname()))
	}
	if a.Kind == tunnel.KindNgrok {
		s.Add("heartbeat", "%d ms, region %s, filter refused %v", a.Latency.Milliseconds(), cmp.Or(a.Region, "unknown"), a.PolicyRefused)
		s.Add("requests this month", "%d, allowed %s", a.Requests, map[bool]string{true: fmt.Sprint(a.Allowed), false: "unknown"}[a.Allowed > 0])
		s.Add("agents made in vain", "%d", a.Anew)
	}
	for _, r := range a.Reach {
		if strings.HasPrefix(r.Path, "/webhooks/") || r.Status == 404 && !r.Open {
			continue // as it should be
		}
		s.Add("from outside", "%s: %d%s", r.Path, r.Status, after(" ", r.Service))
	}
	return s
}

// addressForm is what is common to many addresses.
func addressForm(host string) string {
	for _, end := range []string{".ngrok-free.app", ".ngrok-free.dev", ".ngrok.app", ".ngrok.dev", ".ngrok.io", ".ngrok.pizza"} {
		if strings.HasSuffix(host, end) {
			return "a name at " + end[1:]
		}
	}
	return "a name of the user's own"
}

// deliveriesSection tells what reached the ingress since the start: counts, and the
// shapes of what was refused.
func (e *Engine) deliveriesSection() diagnose.Section {
	s := diagnose.Section{Title: "Deliveries since the start"}
	d, now := e.deliveries.Diagnostics(), e.wall()
	s.Add("kept", "%s", tally(d.Verdicts))
	s.Add("repeated, late", "%d, %d", d.Repeated, d.Late)
	s.Add("signed as", "%s", tally(d.Forms))
	s.Add("former secret", "%d", d.PreviousSecret)
	s.Add("newest", "%s, %d ms after it was sent", diagnose.Since(d.LastDelivery, now), d.LastLag.Milliseconds())
	s.Add("handshakes", "%d, the newest %s", d.Handshakes, diagnose.Since(d.LastHandshake, now))
	s.Add("refused", "%s", tally[ingress.Reason, int64](d.Rejected))
	if len(d.Signatures) > 0 {
		s.Add("refused signatures", "%s", tally(d.Signatures))
		s.Add("and timestamps", "%s", tally(d.Timestamps))
	}
	return s
}

// subscriptionsSection tells how each subscription stands.
func (e *Engine) subscriptionsSection(ctx context.Context) diagnose.Section {
	s := diagnose.Section{Title: "Subscriptions"}
	rows, err := e.store.Subscriptions(ctx)
	unreadable(&s, err)
	c := e.counts(ctx)
	s.Add("counts", "wanted %d, ours %d, missing %d, refused %d, of others %d", c.Wanted, c.Ours, c.Missing, c.Failed, c.Foreign)
	last := e.keeper.Last()
	s.Add("last compared", "%s, the next %s; %s", diagnose.Since(last.At, e.wall()), diagnose.At(last.Next), cmp.Or(last.Err, "fine"))
	callback := e.Callback()
	for _, r := range rows {
		s.Add(typeWord(r.DataType)+" "+operationWord(r.EventType), "%s", subscriptionWords(r, callback))
	}
	return s
}

func operationWord(op oura.Operation) string {
	if slices.Contains([]oura.Operation{oura.Create, oura.Update, oura.Delete}, op) {
		return string(op)
	}
	return "other"
}

func subscriptionWords(r sqlite.SubscriptionRow, callback string) string {
	words := []string{r.State}
	if r.State != string(subscribe.StateFailed) {
		words = append(words, "ends "+diagnose.At(r.ExpiresAt), "id …"+r.ID[max(0, len(r.ID)-4):])
	}
	if callback != "" && r.CallbackURL != "" && !subscribe.SameAddress(r.CallbackURL, callback) {
		words = append(words, "at another address")
	}
	return strings.Join(words, ", ") + after(". ", r.Reason)
}

// roundsSection tells how the rounds over the newest days went.
func (e *Engine) roundsSection() diagnose.Section {
	s := diagnose.Section{Title: "Rounds"}
	now := e.wall()
	s.Add("announced", "%v", e.announced())
	s.Add("every", "%s", diagnose.For(e.pollEvery()))
	if doing := e.Round(); doing.Total > 0 {
		s.Add("under way", "%s, %d of %d types", doing.Kind, doing.Done, doing.Total)
	}
	for _, r := range e.Rounds() {
		s.Add(r.Kind, "%s: new %d, revised %d, deleted %d, samples %d, missed %d, failed types %d", diagnose.Since(r.Ended, now), r.New, r.Revised, r.Deleted, r.Samples, r.Missed, len(r.Failed))
	}
	types := e.TypeRounds()
	for _, dt := range slices.Sorted(maps.Keys(types)) {
		s.Add(typeWord(dt), "%s, %s", diagnose.Since(types[dt].At, now), said(types[dt].Err))
	}
	return s
}

// mostJobs is how many of the newest are told of.
const mostJobs = 10

// jobsSection tells how far history has come, in days and without dates.
func (e *Engine) jobsSection(ctx context.Context) diagnose.Section {
	s := diagnose.Section{Title: "History"}
	all, err := e.Jobs(ctx)
	unreadable(&s, err)
	for _, j := range all[:min(len(all), mostJobs)] {
		of := ""
		if j.Total > 0 {
			of = fmt.Sprint(" of ", j.Total)
		}
		s.Add(fmt.Sprint("job ", j.ID), "%s, %s, %d types, %d%s days%s", j.Kind, JobWord(j), len(j.Types), j.Done, of, after(". ", j.Waiting))
	}
	if len(all) == 0 {
		s.AddLine("No job.")
	}
	return s
}

// localSection tells of the listener for the user's other programs, and of the rest.
func (e *Engine) localSection() diagnose.Section {
	s := diagnose.Section{Title: "Local API and the rest"}
	port := e.door.open()
	s.Add("listens", "%v, port %d, asked for %d", port != 0, port, e.wantedPort())
	scopes := map[restapi.Scope]int{}
	for _, t := range e.knownTokens() {
		scopes[t.Scope]++
	}
	s.Add("tokens", "%s, from the environment %v", tally(scopes), e.HasEnvironmentToken())
	s.Add("newer version", "can be asked for %v, is asked for %v", e.updates.Possible(), e.asksForUpdates())
	if st := e.RetentionState(); st.Err != nil {
		s.Add("deleting old data", "%s", said(st.Err))
	}
	if x := e.ExportSchedule(); x.Every != ExportOff {
		s.Add("scheduled export", "last %s, next %s, %s", diagnose.Since(x.Last, e.wall()), diagnose.At(x.Next), said(x.Err))
	}
	if e.notRestored != nil {
		s.Add("restore", "%s", said(e.notRestored))
	}
	if n := len(e.spoiltKeys()); n > 0 {
		s.Add("spoilt documents", "%d", n)
	}
	return s
}
