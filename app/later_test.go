package app

import (
	"context"
	"fmt"
	"testing"

	"oura-streaming/internal/oura"
)

// twoBackups starts the program with two backups and an authtoken.
func twoBackups(t *testing.T, b *backend) (first, second string) {
	t.Helper()
	e := stored(t, b, 3)
	data := &DataAPI{b}
	for range 2 {
		if err := data.BackUp(); err != nil {
			t.Fatal(err)
		}
		if _, err := data.ClearEvents(clearWord); err != nil { // so that the next backup is another one
			t.Fatal(err)
		}
	}
	if err := e.Config().SetNgrokAuthtoken(t.Context(), "2abcDEFghiJKLmnoPQRstuVWXyz_4R5s6T7u8V9w"); err != nil {
		t.Fatal(err)
	}
	all := data.view(t).Backups
	if len(all) < 2 {
		t.Fatalf("%d backups", len(all))
	}
	return all[0].Name, all[1].Name
}

// left are the backups of that folder, and whether the token is there.
func left(t *testing.T) (names map[string]bool, token bool) {
	t.Helper()
	b, _ := begin(t, engineOptions(t, "", false))
	names = map[string]bool{}
	for _, backup := range (&DataAPI{b}).view(t).Backups {
		names[backup.Name] = true
	}
	e, err := b.live()
	if err != nil {
		t.Fatal(err)
	}
	return names, e.Config().NgrokAuthtoken() != ""
}

// What waits while it can be undone is done when the program is quit, by its window
// or by a signal; what was undone is not.
func TestU8_QuittingCarriesOutWhatWaits(t *testing.T) {
	for _, way := range []string{"window closed", "signal"} {
		t.Run(way, func(t *testing.T) {
			home(t)
			ctx, signal := context.WithCancel(t.Context())
			defer signal()
			b := newBackend(ctx, Options{Engine: engineOptions(t, "", false)})
			window := newFakeUI()
			b.ui, b.open = window, func(context.Context) {}
			if !b.take() {
				t.Fatal("the folder is taken")
			}
			b.startup(t.Context())
			goes, stays := twoBackups(t, b)
			settings := &SettingsAPI{b}
			for _, key := range []string{"backup " + goes, "backup " + stays, "ngrok-token"} {
				if err := settings.PlanDeletion(key); err != nil {
					t.Fatal(err)
				}
			}
			if err := settings.DropDeletion("backup " + stays); err != nil {
				t.Fatal(err)
			}
			if way == "signal" {
				signal()
				<-window.quit
			}
			b.shutdown()
			if err := b.stop(); err != nil {
				t.Fatal(err)
			}
			names, token := left(t)
			if names[goes] || !names[stays] || token {
				t.Errorf("afterwards there are %v, the token: %v; want %s alone of %s", names, token, stays, goes)
			}
		})
	}
}

// A kill does nothing of what waits: it is there at the next start, and nothing is planned.
func TestU8_WhatWaitsIsNowhereButInTheRunningProgram(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	first, second := twoBackups(t, b)
	settings := &SettingsAPI{b}
	if err := settings.PlanDeletion("backup " + first); err != nil {
		t.Fatal(err)
	}
	planned, err := b.planning()
	if err != nil {
		t.Fatal(err)
	}
	planned.forget() // as a kill does
	if err := b.stop(); err != nil {
		t.Fatal(err)
	}
	if names, token := left(t); !names[first] || !names[second] || !token {
		t.Errorf("afterwards there are %v, the token: %v", names, token)
	}
}

// Who goes to the sample data leaves nothing behind that waits, and takes nothing there.
func TestU8_AnotherStoreCarriesOutWhatWaitsInThisOne(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	first, second := twoBackups(t, b)
	if err := (&SettingsAPI{b}).PlanDeletion("backup " + first); err != nil {
		t.Fatal(err)
	}
	setup := &SetupAPI{b}
	if err := setup.StartDemo(); err != nil {
		t.Fatal(err)
	}
	if err := setup.LeaveDemo(); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, backup := range (&DataAPI{b}).view(t).Backups {
		names[backup.Name] = true
	}
	if names[first] || !names[second] {
		t.Errorf("afterwards there are %v", names)
	}
}

func TestU8_OnlyWhatCanBeUndoneIsPutOff(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	settings := &SettingsAPI{b}
	for _, key := range []string{"", "everything", "Backup x", " backup x"} {
		if err := settings.PlanDeletion(key); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("%q: %v", key, err)
		}
	}
	for i := range mostPlanned {
		if err := settings.PlanDeletion(fmt.Sprint("backup ../", i)); err != nil { // which no backup is called
			t.Fatal(err)
		}
	}
	if err := settings.PlanDeletion("backup more"); oura.CodeOf(err) != oura.CodeInvalid {
		t.Errorf("more than anybody deletes: %v", err)
	}
	if err := settings.PlanDeletion("backup ../0"); err != nil {
		t.Errorf("once more: %v", err)
	}
}
