package restapi

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"oura-streaming/internal/oura"
)

// wantLater checks a 429 and returns how long it asks to wait.
func wantLater(t *testing.T, h http.Handler, method, path string, edit func(*http.Request)) time.Duration {
	t.Helper()
	w := ask(t, h, method, path, edit)
	wantProblem(t, w, http.StatusTooManyRequests, codeRate)
	checkHeaders(t, path, w)
	seconds, err := strconv.Atoi(w.Header().Get("Retry-After"))
	if err != nil || seconds < 1 || seconds > 60 {
		t.Errorf("Retry-After is %q", w.Header().Get("Retry-After"))
	}
	return time.Duration(seconds) * time.Second
}

func TestS33_AHundredRequestsASecondOfOneToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		h := New(f.services(), Options{Port: testPort})
		for range tokenBurst * tokenRate {
			if w := ask(t, h, http.MethodGet, "/jobs", nil); w.Code != http.StatusOK {
				t.Fatalf("within the burst: %d", w.Code)
			}
		}
		before := f.calls.Load()
		wait := wantLater(t, h, http.MethodGet, "/jobs", nil)
		wantLater(t, h, http.MethodGet, "/nothing", nil)
		if f.calls.Load() != before {
			t.Error("a refused request reached the inside")
		}
		if w := ask(t, h, http.MethodGet, "/jobs", as(ScopeRead)); w.Code != http.StatusOK {
			t.Errorf("another token: %d", w.Code)
		}
		time.Sleep(wait) // the bubble's
		passed := 0
		for range 10 * tokenRate {
			if w := ask(t, h, http.MethodGet, "/jobs", nil); w.Code == http.StatusOK {
				passed++
			}
			time.Sleep(time.Second / (2 * tokenRate)) // twice as often as allowed, for five seconds
		}
		if want := 6 * tokenRate; passed < want-10 || passed > want+10 {
			t.Errorf("%d requests passed in six seconds, want %d", passed, want)
		}
	})
}

func TestS33_ARefusedTokenIsTriedTenTimesAMinuteAtEachCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := (&fake{}).handler()
		guess := func(n int) func(*http.Request) {
			return func(r *http.Request) { r.Header.Set("Authorization", fmt.Sprintf("Bearer guess-%d", n)) }
		}
		for n := range failuresMost {
			wantProblem(t, ask(t, h, http.MethodGet, "/events", guess(n)), http.StatusUnauthorized, codeToken)
			time.Sleep(time.Second)
		}
		if wait := wantLater(t, h, http.MethodGet, "/events", guess(11)); wait != 50*time.Second {
			t.Errorf("has to wait %v, want until the first is a minute old", wait)
		}
		wantLater(t, h, http.MethodGet, "/events?limit=5", guess(12))
		wantProblem(t, ask(t, h, http.MethodGet, "/status", guess(13)), http.StatusUnauthorized, codeToken) // another call
		if w := ask(t, h, http.MethodGet, "/events", nil); w.Code != http.StatusOK {
			t.Errorf("the right token is shut out: %d", w.Code)
		}
		none := func(r *http.Request) { r.Header.Del("Authorization") }
		for range 2 * failuresMost { // who sends none guesses nothing
			wantProblem(t, ask(t, h, http.MethodGet, "/jobs", none), http.StatusUnauthorized, codeToken)
		}
		time.Sleep(50 * time.Second)
		wantProblem(t, ask(t, h, http.MethodGet, "/events", guess(14)), http.StatusUnauthorized, codeToken)
		wantLater(t, h, http.MethodGet, "/events", guess(15)) // the second is a second younger
	})
}

func TestS33_GuessesAtCallsThatDoNotExistCountTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := (&fake{}).handler()
		wrong := func(r *http.Request) { r.Header.Set("Authorization", "Bearer wrong") }
		for n := range failuresMost {
			wantProblem(t, ask(t, h, http.MethodGet, fmt.Sprintf("/none/%d", n), wrong), http.StatusUnauthorized, codeToken)
		}
		wantLater(t, h, http.MethodGet, "/none/more", wrong)
	})
}

func TestS33_TenFailedLogInsAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{err: &oura.Error{Code: oura.CodeNotConfigured, Message: "Enter the client id."}}
		h := f.handler()
		for range failuresMost {
			wantProblem(t, ask(t, h, http.MethodPost, "/auth/login", nil), http.StatusConflict, oura.CodeNotConfigured)
		}
		before := f.calls.Load()
		wait := wantLater(t, h, http.MethodPost, "/auth/login", nil)
		if f.calls.Load() != before {
			t.Error("it was tried all the same")
		}
		time.Sleep(wait)
		f.err = nil
		for range 2 * failuresMost { // those that begin are not counted
			if w := ask(t, h, http.MethodPost, "/auth/login", nil); w.Code != http.StatusOK {
				t.Fatalf("a minute later: %d", w.Code)
			}
		}
	})
}

func TestS33_ConcurrentGuessesCount(t *testing.T) {
	h := (&fake{}).handler()
	var all sync.WaitGroup
	codes := make(chan int, 200)
	for n := range cap(codes) {
		all.Go(func() {
			codes <- ask(t, h, http.MethodGet, "/events", func(r *http.Request) {
				r.Header.Set("Authorization", fmt.Sprintf("Bearer guess-%d", n))
			}).Code
		})
	}
	all.Wait()
	close(codes)
	got := map[int]int{}
	for code := range codes {
		got[code]++
	}
	if got[401] != failuresMost || got[429] != cap(codes)-failuresMost {
		t.Errorf("answers %v", got)
	}
}

func TestS33_ThrottleKeepsNothingOfTokensThatRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		th := newThrottle(tokenRate)
		for n := range 50 {
			th.request(Digest(oura.Secret(fmt.Sprint(n))))
			time.Sleep(time.Second)
		}
		if n := len(th.requests); n > 2 {
			t.Errorf("%d limiters are kept", n)
		}
	})
}

func TestS33_ProblemOfTheInsideKeepsItsOwnWait(t *testing.T) {
	h := (&fake{err: errors.New("broken")}).handler()
	if w := ask(t, h, http.MethodPost, "/auth/login", nil); w.Header().Get("Retry-After") != "" {
		t.Error("an answer that is no 429 says when to come back")
	}
}
