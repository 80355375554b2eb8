package app

import (
	"context"
	"slices"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

func TestU18_TheWindowIsToldWhatLeaves(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	view, err := (&DataAPI{b}).Contacts()
	if err != nil || view.Demo || len(view.Contacts) < 5 {
		t.Fatalf("%+v, %v", view, err)
	}
	if at, err := time.Parse(time.RFC3339, view.StartedAt); err != nil || time.Since(at) > time.Minute {
		t.Errorf("started at %q, %v", view.StartedAt, err)
	}
	for _, c := range view.Contacts {
		if c.Uses == nil || c.Place == "" {
			t.Errorf("%+v crosses without a use or a place", c)
		}
	}

	// What the browser opens is on the list, and noted once it was opened.
	b.browse = func(context.Context, string) error { return nil }
	if err := (&SetupAPI{b}).OpenPortal(); err != nil {
		t.Fatal(err)
	}
	if view, err = (&DataAPI{b}).Contacts(); err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(view.Contacts, func(c ContactView) bool { return c.Place == "browser" && c.Host == "developer.ouraring.com" })
	if at < 0 || view.Contacts[at].LastAt == "" {
		t.Errorf("the portal was opened and is not shown so: %+v", view.Contacts)
	}
}

func TestU18_WithoutAProgramTheWindowIsToldWhy(t *testing.T) {
	b := newBackend(t.Context(), Options{})
	t.Cleanup(b.cancel)
	if view, err := (&DataAPI{b}).Contacts(); oura.CodeOf(err) != oura.CodeUnavailable || view.Contacts == nil {
		t.Errorf("%+v, %v", view, err)
	}
}
