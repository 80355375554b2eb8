package app

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oura-streaming/internal/diagnose"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
)

// withLog has the engine's log kept as main does.
func withLog(opt engine.Options) engine.Options {
	opt.Recent = &diagnose.Ring{}
	opt.Log = opt.Recent.Beside(engine.NewLog(io.Discard, ""))
	return opt
}

func TestU12_DiagnosticsAreShownAndSavedAsTheyWereSeen(t *testing.T) {
	home(t)
	b, window := begin(t, withLog(engineOptions(t, "", false)))
	stored(t, b, 3)
	api := &DiagnosticsAPI{b}
	view, err := api.Look()
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"\nDesktop\n", "tray", "none", "notifications", "starts at sign-in  false", "the usual one", "daily_sleep  3 documents, 3 events", "\nLog\n"} {
		if !strings.Contains(view.Text, part) {
			t.Errorf("the text lacks %q:\n%s", part, view.Text)
		}
	}
	for _, private := range []string{canary, "user-1", os.Getenv("HOME")} {
		if strings.Contains(view.Text, private) {
			t.Errorf("the text holds %q", private)
		}
	}
	b.log.Warn("after the look")
	place := t.TempDir()
	window.chosen = filepath.Join(place, "report")
	name, err := api.Save()
	if err != nil || name != "report.txt" {
		t.Fatal(name, err)
	}
	if text, err := os.ReadFile(filepath.Join(place, name)); err != nil || string(text) != view.Text {
		t.Errorf("%v, not what was seen:\n%s", err, text)
	}
	if info, err := os.Stat(filepath.Join(place, name)); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info.Mode(), err)
	}
	if again, _ := api.Look(); !strings.Contains(again.Text, "after the look") {
		t.Error("a second look shows the first one's text")
	}
	window.chosen = filepath.Join(b.options().DataDir, "report.txt")
	if _, err := api.Save(); oura.CodeOf(err) != oura.CodeInvalid {
		t.Errorf("into the data folder: %v", err)
	}
	window.chosen = ""
	if name, err := api.Save(); name != "" || err != nil {
		t.Errorf("nothing chosen: %q, %v", name, err)
	}
}

// TestS42_TheOtherSidesLogHoldsNothingOfThisOne swaps to the sample data, whose engine
// does not know the account of before.
func TestS42_TheOtherSidesLogHoldsNothingOfThisOne(t *testing.T) {
	home(t)
	b, _ := begin(t, withLog(engineOptions(t, "", false)))
	stored(t, b, 1)
	b.log.Warn("said", "err", errors.New("about user-1"))
	if err := b.enter(true); err != nil {
		t.Fatal(err)
	}
	view, err := (&DiagnosticsAPI{b}).Look()
	if err != nil || strings.Contains(view.Text, "user-1") || !strings.Contains(view.Text, "about [user id]") || !strings.Contains(view.Text, "sample data") {
		t.Errorf("%v:\n%s", err, view.Text)
	}
}

// TestS42_WhatAnEngineSaysAtItsEndIsCleanedToo fails a deletion that waits, with a look
// in between.
func TestS42_WhatAnEngineSaysAtItsEndIsCleanedToo(t *testing.T) {
	home(t)
	b, _ := begin(t, withLog(engineOptions(t, "", false)))
	stored(t, b, 1)
	api, between := &DiagnosticsAPI{b}, ""
	deletions["canary"] = func(context.Context, *engine.Engine, string) error {
		b.log.Warn("said at the end", "err", errors.New("of user-1"))
		view, _ := api.Look()
		between = view.Text
		return errors.New("refused to user-1")
	}
	t.Cleanup(func() { delete(deletions, "canary") })
	if err := b.running.later.plan("canary x"); err != nil {
		t.Fatal(err)
	}
	if err := b.enter(true); err != nil {
		t.Fatal(err)
	}
	view, err := api.Look()
	if err != nil || strings.Contains(view.Text, "user-1") || !strings.Contains(view.Text, "refused to [user id]") {
		t.Errorf("%v:\n%s", err, view.Text)
	}
	if strings.Contains(between, "user-1") || !strings.Contains(between, "of [user id]") {
		t.Errorf("in between:\n%s", between)
	}
}

func TestU12_WhatNobodyHasSeenIsNotSaved(t *testing.T) {
	home(t)
	b, window := begin(t, withLog(engineOptions(t, "", false)))
	window.chosen = filepath.Join(t.TempDir(), "report.txt")
	if _, err := (&DiagnosticsAPI{b}).Save(); oura.CodeOf(err) != oura.CodeInvalid {
		t.Error(err)
	}
	b.cancel()
	if _, err := (&DiagnosticsAPI{b}).Look(); oura.CodeOf(err) != oura.CodeUnavailable {
		t.Errorf("a look while the program closes: %v", err)
	}
}

func TestU12_DiagnosticsOfAProgramThatDidNotStart(t *testing.T) {
	home(t)
	place := t.TempDir()
	dir := filepath.Join(place, "canary-folder")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	b, window := begin(t, withLog(engineOptions(t, dir, false)))
	api := &DiagnosticsAPI{b}
	view, err := api.Look()
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"\nProgram\n", "\nDesktop\n", "\nNot started\n", "storage", "A file stands in its place", "\nLog\n"} {
		if !strings.Contains(view.Text, part) {
			t.Errorf("the text lacks %q:\n%s", part, view.Text)
		}
	}
	if strings.Contains(view.Text, "canary-folder") {
		t.Errorf("the text names the folder:\n%s", view.Text)
	}
	window.chosen = filepath.Join(place, "report.txt")
	if name, err := api.Save(); err != nil || name != "report.txt" {
		t.Errorf("saved without an engine: %q, %v", name, err)
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	window.chosen = filepath.Join(place, "second.txt")
	if _, err := api.Save(); err != nil {
		t.Errorf("saved without a data folder: %v", err)
	}
}

// TestU12_DiagnosticsAreSavedWhereNoWayLeadsToTheData has a file stand in the way: the
// data folder is neither there nor missing.
func TestU12_DiagnosticsAreSavedWhereNoWayLeadsToTheData(t *testing.T) {
	home(t)
	place := t.TempDir()
	barred := filepath.Join(place, "barred")
	if err := os.WriteFile(barred, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	b, window := begin(t, withLog(engineOptions(t, filepath.Join(barred, "oura"), false)))
	api := &DiagnosticsAPI{b}
	if _, err := api.Look(); err != nil {
		t.Fatal(err)
	}
	window.chosen = filepath.Join(place, "report.txt")
	if name, err := api.Save(); err != nil || name != "report.txt" {
		t.Errorf("%q, %v", name, err)
	}
	window.chosen = filepath.Join(place, "missing", "report.txt")
	if _, err := api.Save(); oura.CodeOf(err) != oura.CodeStorage || !strings.Contains(oura.MessageOf(err), "not there") {
		t.Errorf("into a folder that is not there: %v", err)
	}
}

func TestU12_AVariableOfTheDesktopIsAWord(t *testing.T) {
	for text, want := range map[string]string{"": "", "ubuntu:GNOME": "ubuntu:GNOME", "x/../y": "something else", strings.Repeat("x", 41): "something else"} {
		if got := shortWord(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
