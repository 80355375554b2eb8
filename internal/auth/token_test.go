package auth

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
)

// together runs f in n goroutines at once and returns their errors joined.
func together(n int, f func() error) error {
	start, errs := make(chan struct{}), make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { <-start; errs[i] = f() })
	}
	close(start)
	wg.Wait()
	return errors.Join(errs...)
}

func TestS20_OneRefreshForFiftyCallers(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	r.signIn(t)
	old := r.access(t)
	r.advance(40 * 24 * time.Hour)
	err := together(50, func() error {
		access, err := r.Token(t.Context())
		if err == nil && access == old {
			err = errors.New("the old token was handed out")
		}
		return err
	})
	if err != nil || r.refreshes() != 1 {
		t.Errorf("%d refreshes, %v", r.refreshes(), err)
	}
}

func TestS20_FiftyCallersShareOneFailure(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]ourasim.Fault{"down": {Status: 503}, "answer lost": {Drop: true, After: true}, "limit": {Status: 429}} {
		r := newRig(t, rigOptions{})
		r.signIn(t)
		used := r.access(t)
		fault.Prefix, fault.Times = classicPath, -1
		r.sim.AddFaults(fault)
		err := together(50, func() error {
			if r.Refused(t.Context(), used) == nil {
				return errors.New("a refresh seems to have worked")
			}
			return nil
		})
		if n := r.paths(classicPath) - 1; err != nil || n != 1 {
			t.Errorf("%s: %d requests, want 1; %v", name, n, err)
		}
	}
}

func TestF40_TokenEndsInTheMiddleOfABatch(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	r.signIn(t)
	if err := together(50, func() error { return r.call(t.Context()) }); err != nil {
		t.Fatal(err)
	}
	r.sim.ExpireAccess()
	before := r.api.calls.Load()
	if err := together(50, func() error { return r.call(t.Context()) }); err != nil {
		t.Error(err)
	}
	if calls := r.api.calls.Load() - before; r.refreshes() != 1 || calls > 100 {
		t.Errorf("%d refreshes, %d calls; want 1 and at most two for each", r.refreshes(), calls)
	}
}

// live calls Oura every five minutes for d, as a poller would, beside the rounds of Serve.
func (r *rig) live(t *testing.T, d time.Duration) {
	t.Helper()
	for end := r.now().Add(d); r.now().Before(end); r.advance(5 * time.Minute) {
		_ = r.call(t.Context())  // refused, again and again
		_ = r.round(t.Context()) // says the same
	}
}

func TestF41_RefusedAgainAfterRefresh(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	r.signIn(t)
	r.api.refuse.Store(true)
	wantCode(t, r.call(t.Context()), oura.CodeUnauthorized)
	if r.refreshes() != 1 {
		t.Fatalf("%d refreshes for the first refusal", r.refreshes())
	}
	st := must(r.Status(t.Context()))
	if !st.NeedsSignIn || st.Authenticated || oura.CodeOf(st.Trouble) != oura.CodeUnauthorized {
		t.Errorf("status %+v", st)
	}
	r.live(t, 5*time.Hour)
	if n := r.refreshes(); n > 6 || n < 4 {
		t.Errorf("%d refreshes in 5 hours, want one an hour at most", n)
	}
	if n := r.audits(t, "sign_in_needed"); n != 1 {
		t.Errorf("asked %d times, want once", n)
	}
	r.api.refuse.Store(false) // Oura comes to its senses
	r.live(t, 2*time.Hour)
	if err := r.call(t.Context()); err != nil {
		t.Errorf("not healed: %v", err)
	}
	if st := must(r.Status(t.Context())); st.NeedsSignIn || !st.Authenticated {
		t.Errorf("status %+v", st)
	}
}

func TestF40_TokenThatWorkedEndsAgainWithinTheHour(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	r.signIn(t)
	for range 3 {
		r.sim.ExpireAccess()
		if err := r.call(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.Worked(r.access(t)) // as ouraapi says after a good answer
		r.advance(10 * time.Minute)
	}
	if st := must(r.Status(t.Context())); st.NeedsSignIn || r.refreshes() != 3 {
		t.Errorf("%d refreshes, status %+v", r.refreshes(), st)
	}
}

func TestF35_OneKindRefusedForEverSpendsFewRefreshTokens(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	r.signIn(t)
	var last error
	for range 4 * 60 { // every minute one kind works, another answers 401
		r.Worked(r.access(t))
		last = r.Refused(t.Context(), r.access(t))
		r.advance(time.Minute)
	}
	if n := r.refreshes(); n > 4*(againPerHour+1)+1 {
		t.Errorf("%d refreshes in four hours", n)
	}
	wantCode(t, last, oura.CodeScope)
	if st := must(r.Status(t.Context())); st.NeedsSignIn || !st.Authenticated || r.audits(t, "sign_in_needed") != 0 {
		t.Errorf("status %+v", st)
	}
}

func TestF42_RevokedByTheUser(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	r.signIn(t)
	r.sim.RevokeAll()
	wantCode(t, r.call(t.Context()), oura.CodeUnauthorized)
	r.live(t, 5*time.Hour)
	again := New(r.opt) // a restart changes nothing
	_, err := again.Token(t.Context())
	wantCode(t, err, oura.CodeUnauthorized)
	if n := r.refreshes(); n != 1 {
		t.Errorf("%d refreshes, invalid_grant must not be repeated", n)
	}
	if n := r.audits(t, "sign_in_needed"); n != 1 {
		t.Errorf("asked %d times, want once", n)
	}
	r.signIn(t)
	if err := r.call(t.Context()); err != nil {
		t.Error(err)
	}
	if st := must(r.Status(t.Context())); st.NeedsSignIn || !st.Authenticated {
		t.Errorf("status %+v", st)
	}
}

func TestF42_AccessTokenIsUsedToItsEnd(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	r.signIn(t)
	r.sim.AddFaults(ourasim.Fault{Prefix: classicPath, Status: 400, Body: []byte(`{"error":"invalid_grant"}`), Times: -1})
	access := r.access(t)
	r.advance(16 * 24 * time.Hour)
	wantCode(t, r.round(t.Context()), oura.CodeUnauthorized)
	st := must(r.Status(t.Context()))
	if !st.NeedsSignIn || !st.Authenticated {
		t.Errorf("status %+v", st)
	}
	if r.access(t) != access || r.call(t.Context()) != nil {
		t.Error("the access token is not used any more")
	}
	r.sim.ExpireAccess()
	wantCode(t, r.call(t.Context()), oura.CodeUnauthorized)
	if n := r.refreshes() + r.paths(classicPath); n > 3 {
		t.Errorf("%d token requests", n)
	}
}

func TestClientRejectedHealsWhenTheSecretIsEntered(t *testing.T) {
	t.Parallel()
	secret := canarySecret
	r := newRig(t, rigOptions{change: func(o *Options) {
		o.Credentials = func(context.Context) (string, oura.Secret, error) { return "sim-client", oura.Secret(secret), nil }
	}})
	r.signIn(t)
	secret = "renewed-in-the-portal"
	r.sim.ExpireAccess()
	wantCode(t, r.call(t.Context()), oura.CodeClientRejected)
	r.live(t, 3*time.Hour)
	if n := r.refreshes(); n > 4 {
		t.Errorf("%d refreshes in 3 hours", n)
	}
	secret = canarySecret
	if err := r.call(t.Context()); err != nil {
		t.Errorf("right secret, still %v", err)
	}
}

func TestF49_AnswerLost(t *testing.T) {
	t.Parallel()
	for mode, want := range map[ourasim.RefreshMode]oura.Code{
		ourasim.RefreshGrace: "", ourasim.RefreshStrict: oura.CodeUnauthorized, ourasim.RefreshFamily: oura.CodeUnauthorized,
	} {
		r := newRig(t, rigOptions{sim: func(s *ourasim.Switches) { s.RefreshMode = mode }})
		r.signIn(t)
		used := r.access(t)
		r.sim.AddFaults(ourasim.Fault{Prefix: classicPath, Drop: true, After: true, Times: 2})
		wantCode(t, r.Refused(t.Context(), used), oura.CodeUnavailable)
		for range 8 { // two minutes
			r.advance(15 * time.Second)
			_ = r.round(t.Context()) // fails until the last one
		}
		_, err := r.Token(t.Context())
		wantCode(t, err, want)
		if n := r.refreshes(); n != 3 && mode == ourasim.RefreshGrace || n > 3 {
			t.Errorf("%s: %d refreshes", mode, n)
		}
	}
}

func TestF49_SameTokenAtMostThreeMoreTimesInTwoMinutesThenHourly(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	r.signIn(t)
	used := r.access(t)
	r.sim.AddFaults(ourasim.Fault{Prefix: classicPath, Drop: true, After: false, Times: -1})
	wantCode(t, r.Refused(t.Context(), used), oura.CodeUnavailable)
	count := func() int { return r.paths(classicPath) - 1 }
	for range 8 {
		r.advance(15 * time.Second)
		_ = r.round(t.Context()) // the network stays bad
	}
	if count() != 4 {
		t.Errorf("%d requests in two minutes, want 1 + 3", count())
	}
	for range 4 * 60 {
		r.advance(time.Minute)
		_ = r.round(t.Context())
	}
	if n := count() - 4; n < 3 || n > 4 {
		t.Errorf("%d requests in four hours, want one an hour", n)
	}
	r.sim.ClearFaults()
	r.advance(time.Hour)
	if err := r.round(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestF51_ClockWrongByADay(t *testing.T) {
	t.Parallel()
	for name, jump := range map[string]time.Duration{"ahead": 24 * time.Hour, "behind": -24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, rigOptions{sim: func(s *ourasim.Switches) { s.ExpiresIn = time.Hour }})
			r.signIn(t)
			r.advance(jump)
			for range 3 {
				if err := r.call(t.Context()); err != nil {
					t.Error(err)
				}
				r.sim.ExpireAccess() // 401 is the truth
				r.advance(2 * time.Hour)
			}
			if st := must(r.Status(t.Context())); st.NeedsSignIn {
				t.Errorf("needless sign-in: %+v", st)
			}
		})
	}
}

func TestF51_TokenOverByTheClockOnlyIsStillUsed(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{sim: func(s *ourasim.Switches) { s.ExpiresIn = time.Hour }})
	r.signIn(t)
	r.sim.AddFaults(ourasim.Fault{Prefix: classicPath, Status: 503, Times: -1})
	r.advance(24 * time.Hour)
	if err := r.call(t.Context()); err != nil {
		t.Errorf("a good token was held back: %v", err)
	}
}

func TestHalfLife(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	r.signIn(t)
	r.advance(14 * 24 * time.Hour)
	if err := r.round(t.Context()); err != nil || r.refreshes() != 0 {
		t.Errorf("before half life: %d refreshes, %v", r.refreshes(), err)
	}
	r.advance(2 * 24 * time.Hour)
	if err := r.round(t.Context()); err != nil || r.refreshes() != 1 {
		t.Errorf("after half life: %d refreshes, %v", r.refreshes(), err)
	}
}

func TestNoExpiresInMeansUntilTheFirstRefusal(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{sim: func(s *ourasim.Switches) { s.OmitExpiresIn = true }})
	r.signIn(t)
	r.advance(365 * 24 * time.Hour)
	if err := r.round(t.Context()); err != nil || r.refreshes() != 0 || r.call(t.Context()) != nil {
		t.Errorf("%d refreshes, %v", r.refreshes(), err)
	}
	r.sim.ExpireAccess()
	if err := r.call(t.Context()); err != nil || r.refreshes() != 1 {
		t.Errorf("%d refreshes, %v", r.refreshes(), err)
	}
}

// fullDisk fails every write, or only those that hold a row.
type fullDisk struct {
	Store
	full bool
	row  string
}

func (d *fullDisk) PutSecrets(ctx context.Context, put map[string][]byte) error {
	if _, hit := put[d.row]; d.full && (d.row == "" || hit) {
		return &oura.Error{Code: oura.CodeStorage, Message: "disk full"}
	}
	return d.Store.PutSecrets(ctx, put)
}

func (d *fullDisk) SaveAccount(ctx context.Context, a sqlite.Account, rows map[string][]byte) error {
	if d.full {
		return &oura.Error{Code: oura.CodeStorage, Message: "disk full"}
	}
	return d.Store.SaveAccount(ctx, a, rows)
}

func TestF04F50_DiskFullStopsTheRefreshBeforeItsRequest(t *testing.T) {
	t.Parallel()
	disk := &fullDisk{}
	r := newRig(t, rigOptions{change: func(o *Options) { disk.Store = o.Store; o.Store = disk }})
	r.signIn(t)
	access := r.access(t)
	disk.full = true
	r.advance(16 * 24 * time.Hour)
	wantCode(t, r.round(t.Context()), oura.CodeStorage)
	if err := r.Refused(t.Context(), access); oura.CodeOf(err) != oura.CodeStorage || r.refreshes() != 0 {
		t.Errorf("%d requests at the token endpoint, %v", r.refreshes(), err)
	}
	disk.full = false
	r.advance(time.Minute)
	if err := r.round(t.Context()); err != nil || r.refreshes() != 1 {
		t.Errorf("after space came back: %d refreshes, %v", r.refreshes(), err)
	}
}

func TestDiskFullAfterTheAnswerKeepsThePairUntilItIsSaved(t *testing.T) {
	t.Parallel()
	disk := &fullDisk{row: rowAnswer}
	r := newRig(t, rigOptions{change: func(o *Options) { disk.Store = o.Store; o.Store = disk }})
	r.signIn(t)
	old := r.access(t)
	disk.full = true
	wantCode(t, r.Refused(t.Context(), old), oura.CodeStorage)
	wantCode(t, r.call(t.Context()), oura.CodeStorage) // not used before it is saved
	disk.full = false
	if err := r.call(t.Context()); err != nil || r.refreshes() != 1 || r.access(t) == old {
		t.Errorf("%d refreshes, %v", r.refreshes(), err)
	}
}

func TestNoRefreshWhileQuitting(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	r.signIn(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- r.Serve(ctx) }()
	must(r.BeginLogin(t.Context()))
	cancel()
	<-done
	if r.LastLogin().Pending {
		t.Error("a login is still pending")
	}
	r.advance(40 * 24 * time.Hour)
	if access, err := r.Token(t.Context()); err != nil || access == "" || r.refreshes() != 0 {
		t.Errorf("%d refreshes, %v", r.refreshes(), err)
	}
}

func TestServeRefreshesByItself(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	r.signIn(t)
	wake, stop := r.Listen()
	defer stop()
	r.advance(20 * 24 * time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- r.Serve(ctx) }()
	<-wake
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) || r.refreshes() != 1 {
		t.Errorf("%d refreshes, %v", r.refreshes(), err)
	}
}

func TestRefreshOutlivesAnImpatientCaller(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	r.signIn(t)
	used := r.access(t)
	r.sim.AddFaults(ourasim.Fault{Prefix: classicPath, Delay: 3 * time.Second})
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if err := r.Refused(ctx, used); err != nil || r.access(t) == used {
		t.Errorf("the answer was thrown away: %v", err)
	}
}

func TestLockFileMustBeOurs(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{change: func(o *Options) { o.LockFile = filepath.Dir(o.LockFile) }})
	_, err := r.Token(t.Context())
	wantCode(t, err, oura.CodeStorage)
}
