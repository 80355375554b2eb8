package app

import (
	"errors"
	"testing"

	"oura-streaming/internal/auth"
	"oura-streaming/internal/engine"
)

func TestAttempt_ALateAnswerOfAnOlderBrowserIsForgotten(t *testing.T) {
	e := &engine.Engine{}
	b := &backend{engine: e}
	older, newer := &attempt{login: auth.Login{AuthorizeURL: "older"}}, &attempt{login: auth.Login{AuthorizeURL: "newer"}}
	b.keepAttempt(e, older)
	b.keepAttempt(e, newer)
	b.browserSaid(older, errors.New("no browser"))
	if got := b.lastAttempt(e); got.login.AuthorizeURL != "newer" || got.browser != nil {
		t.Errorf("last attempt %+v, want the newer one, unharmed", got)
	}
	b.browserSaid(newer, errors.New("no browser"))
	if b.lastAttempt(e).browser == nil {
		t.Error("the newest browser's answer was lost")
	}
}

func TestAttempt_AnotherEngineKnowsNothingOfIt(t *testing.T) {
	gone, present := &engine.Engine{}, &engine.Engine{}
	b := &backend{engine: present}
	b.keepAttempt(gone, &attempt{login: auth.Login{AuthorizeURL: "gone"}})
	if got := b.lastAttempt(present); got.login.AuthorizeURL != "" {
		t.Errorf("the present engine shows a sign-in of one that has gone: %+v", got)
	}
	b.keepAttempt(present, &attempt{login: auth.Login{AuthorizeURL: "present"}})
	b.halt()
	b.engine = present
	if got := b.lastAttempt(present); got.login.AuthorizeURL != "" {
		t.Errorf("a sign-in outlived its engine: %+v", got)
	}
}
