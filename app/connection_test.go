package app

import (
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/tunnel"
)

// eventually asks again until ok or two minutes are over; they end as soon as they can.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !ok(); <-time.After(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within two minutes", what)
		}
	}
}

func TestConnection_ShowsSubscriptionsDeliveriesAndTheAddress(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", true))
	api := &ConnectionAPI{b}
	var view ConnectionView
	eventually(t, "deliveries", func() bool {
		var err error
		if view, err = api.Get(); err != nil {
			t.Fatal(err)
		}
		return len(view.Deliveries) > 0 && view.Deliveries[len(view.Deliveries)-1].Seq > 0 && view.Round.At != ""
	})
	a := view.Address
	if a.Kind != "demo" || a.State != "online" || a.ProvenAt == "" || len(a.Reach) < 6 || a.ReachAt == "" {
		t.Errorf("address %+v", a)
	}
	open := 0
	for _, r := range a.Reach {
		if !r.Expected {
			t.Errorf("not as it should be: %+v", r)
		}
		if r.Open {
			open++
		}
	}
	if open != 1 {
		t.Errorf("%d paths are open, want one", open)
	}
	if len(view.Types) != len(oura.Subscribable()) || view.Progress.Running || view.Round.Error != "" {
		t.Errorf("%d types, progress %+v, round %+v", len(view.Types), view.Progress, view.Round)
	}
	if !slices.Contains(view.Settings.Fixed, "ownUrl") || view.Settings.NgrokTokenSet {
		t.Errorf("settings %+v", view.Settings)
	}
	oldest := view.Deliveries[len(view.Deliveries)-1]
	detail, err := api.Delivery(oldest.ID)
	if err != nil || !strings.Contains(detail.Body, oldest.ObjectID) || detail.Timestamp == "" || detail.BodyCut {
		t.Errorf("delivery %+v: %v", detail, err)
	}
	if _, err := api.Delivery(1 << 40); oura.CodeOf(err) != oura.CodeNotFound {
		t.Errorf("a delivery that is not there: %v", err)
	}
	page, err := api.Deliveries(oldest.ID, "")
	if err != nil || page.Rows == nil || page.More {
		t.Errorf("before the first there is %+v, %v", page, err)
	}
}

func TestConnection_RenewsAndDeletesOursOnly(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", true))
	api := &ConnectionAPI{b}
	var ours SubscriptionCell
	eventually(t, "subscriptions", func() bool {
		view, err := api.Get()
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(view.Subscriptions, func(c SubscriptionCell) bool { return c.State == "ours" })
		if i < 0 || view.Round.At == "" {
			return false
		}
		ours = view.Subscriptions[i]
		return true
	})
	if err := api.Renew(ours.ID); err != nil {
		t.Errorf("renew: %v", err)
	}
	if err := api.Delete(ours.ID); err != nil {
		t.Errorf("delete: %v", err)
	}
	if err := api.Delete("nobody's"); oura.CodeOf(err) != oura.CodeNotFound {
		t.Errorf("deleting what is not there: %v", err)
	}
}

func TestConnection_SavesTheAddress(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	api := &ConnectionAPI{b}
	e, err := b.live()
	if err != nil {
		t.Fatal(err)
	}
	for what, form := range map[string][4]string{
		"ngrok without a token":  {"ngrok", "", "", ""},
		"own URL without one":    {"own_url", "", "", ""},
		"an address with a user": {"own_url", "https://me:pw@example.org", "", ""},
		"a pasted command":       {"ngrok", "", "ngrok config add-authtoken 2abc", ""},
		"a domain with a path":   {"ngrok", "", "2abc", "name.ngrok.app/x"},
		"no choice at all":       {"sideways", "", "", ""},
	} {
		if err := api.SaveAddress(form[0], form[1], form[2], form[3]); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := api.CheckAddress(); oura.CodeOf(err) != oura.CodeInvalid {
		t.Errorf("a look at no address: %v", err)
	}
	if err := api.SaveAddress("own_url", "https://hooks.example.org", "", ""); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the own address", func() bool { return e.Address().Kind == tunnel.KindOwnURL })
	if err := api.SaveAddress("none", "", "", ""); err != nil {
		t.Fatal(err)
	}
	eventually(t, "no address", func() bool { return e.Address().Kind == tunnel.KindNone })
	if err := api.SaveTypes([]string{"sleep", "tag"}); err != nil || len(e.Config().Types()) != 2 {
		t.Errorf("types are %v: %v", e.Config().Types(), err)
	}
	if err := api.SaveTypes([]string{"heartrate"}); oura.CodeOf(err) != oura.CodeInvalid {
		t.Errorf("a type without webhooks: %v", err)
	}
	if err := api.SaveMode("live"); err != nil || e.Config().Get(config.Mode) != "live" {
		t.Errorf("mode: %v", err)
	}
}

func TestReachRows_KeepOurOwnWayInWhileItLeadsNowhere(t *testing.T) {
	answers := []tunnel.Answer{{Path: "/", Status: 404, Sentence: "Refused."}, {Path: "/hooks/x", Status: 404, Sentence: "Refused."}}
	for name, c := range map[string]struct {
		callback, what string
	}{
		"reachable":     {"https://ring.example.net/hooks", "checked with a token"},
		"not reachable": {"", "does not now"},
	} {
		t.Run(name, func(t *testing.T) {
			a := engine.Address{Callback: c.callback, Reach: answers, ReachAt: time.Unix(1, 0)}
			a.URL = "https://ring.example.net/hooks"
			rows := reachRows(a)
			if len(rows) != 3 || rows[0].Path != "/hooks" || !rows[0].Open || !strings.Contains(rows[0].What, c.what) {
				t.Errorf("rows %+v, want /hooks first: %q", rows, c.what)
			}
		})
	}
	if rows := reachRows(engine.Address{Reach: answers}); len(rows) != 0 {
		t.Errorf("never asked, and shows %+v", rows)
	}
}
