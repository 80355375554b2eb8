package app

import (
	"testing"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

func TestSetup_WhoHasAnAccountIsNotAskedAgain(t *testing.T) {
	// No token is stored, so that this account needs a new sign-in as well.
	account := &sqlite.Account{UserID: "user-1", Scopes: []oura.Scope{"daily"}, ScopesKnown: true, ConnectedAt: time.Unix(1_760_000_000, 0)}
	for name, c := range map[string]struct {
		account    *sqlite.Account
		step, want string
	}{
		"connected without a window":              {account, "welcome", "done"},
		"left at the codes":                       {account, "client", "done"},
		"left on the last page":                   {account, "data", "done"},
		"done":                                    {account, "done", "done"},
		"not connected, left half way":            {nil, "sign_in", "sign_in"},
		"not connected, put off":                  {nil, "done", "done"},
		"not connected, started for a first time": {nil, "welcome", "welcome"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := home(t) + "/oura-streaming"
			opt := engineOptions(t, "", false)
			before, _ := begin(t, opt)
			e := before.side(t, dir, false)
			if err := e.Config().Set(t.Context(), config.WizardStep, c.step); err != nil {
				t.Fatal(err)
			}
			if c.account != nil {
				if err := e.Store().SaveAccount(t.Context(), *c.account, nil); err != nil {
					t.Fatal(err)
				}
			}
			if view, err := (&SetupAPI{before}).Get(); err != nil || view.Step != c.step {
				t.Errorf("while the window is open the wizard moved to %q: %v", view.Step, err)
			}
			if err := before.stop(); err != nil {
				t.Fatal(err)
			}
			after, _ := begin(t, opt)
			view, err := (&SetupAPI{after}).Get()
			if err != nil || view.Step != c.want {
				t.Errorf("opens at %q, want %q: %v", view.Step, c.want, err)
			}
			if view.SignIn.Connected {
				t.Error("an account without a token counts as connected")
			}
		})
	}
}

func TestSetup_LeavingTheSampleDataDoesNotAskAgain(t *testing.T) {
	dir := home(t) + "/oura-streaming"
	b, _ := begin(t, engineOptions(t, "", false))
	e := b.side(t, dir, false)
	if err := e.Store().SaveAccount(t.Context(), sqlite.Account{UserID: "user-1", ConnectedAt: time.Unix(1_760_000_000, 0)}, nil); err != nil {
		t.Fatal(err)
	}
	api := &SetupAPI{b}
	if err := api.StartDemo(); err != nil {
		t.Fatal(err)
	}
	if err := api.LeaveDemo(); err != nil {
		t.Fatal(err)
	}
	if view, err := api.Get(); err != nil || view.Step != "done" || view.Demo {
		t.Errorf("after the sample data: %+v, %v", view, err)
	}
}

func TestDaysLeft_CountsADayThatHasBegun(t *testing.T) {
	const day = 24 * time.Hour
	for left, want := range map[time.Duration]int{
		90*day - time.Second: 90, 90 * day: 90, 89 * day: 89, day + time.Hour: 2, day: 1, day - time.Second: 0, 0: 0, -time.Hour: -1,
	} {
		if got := daysLeft(left); got != want {
			t.Errorf("%v left reads %d d, want %d", left, got, want)
		}
	}
}
