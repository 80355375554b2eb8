package auth

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/failpoint"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/vault"
)

const childVariable = "OURA_AUTH_CHILD"

// childPlan tells the test binary, started again as a child, what to do.
type childPlan struct {
	Dir       string
	Hosts     config.Hosts
	ID        string
	Refreshes int // that many, one after the other
}

// TestMain lets the test binary play a second process on the same data folder.
func TestMain(m *testing.M) {
	text := os.Getenv(childVariable)
	if text == "" {
		os.Exit(m.Run())
	}
	if err := playChild([]byte(text)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// playChild takes the client secret from standard input: not even a test puts
// one into an environment.
func playChild(text []byte) error {
	var plan childPlan
	if err := json.Unmarshal(text, &plan); err != nil {
		return err
	}
	secret, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil {
		return err
	}
	ctx := context.Background()
	a, closeStore, err := openAuth(ctx, plan, secret[:len(secret)-1])
	if err != nil {
		return err
	}
	return errors.Join(refreshOften(ctx, a, plan.Refreshes), closeStore())
}

// refreshOften reads the pair and asks for a newer one, n times. Somebody
// else's refresh counts too, a refused one ends it.
func refreshOften(ctx context.Context, a *Auth, n int) error {
	for range n {
		cur, err := a.mustHave(ctx)
		if err != nil {
			return err
		}
		if _, err := a.renew(ctx, cur, false); err != nil {
			return err
		}
	}
	return nil
}

func openAuth(ctx context.Context, plan childPlan, secret string) (*Auth, func() error, error) {
	store, err := sqlite.Open(ctx, filepath.Join(plan.Dir, "data", "oura_streaming.db"), sqlite.Options{})
	if err != nil {
		return nil, nil, err
	}
	v, err := vault.Open(ctx, vault.Options{KeyFile: filepath.Join(plan.Dir, "keys", "data.key"), HasSealed: true})
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	api := &fakeAPI{url: plan.Hosts.API}
	return New(Options{
		Hosts: plan.Hosts, Store: store, Vault: v, Profile: api.profile, Credentials: fixedCredentials(plan.ID, secret),
		LockFile: filepath.Join(plan.Dir, "data", "token.lock"),
	}), store.Close, nil
}

// child starts the test binary as a second process. point names the failpoint
// it dies at, "" for none.
func (r *rig) child(t *testing.T, refreshes int, point string) *exec.Cmd {
	t.Helper()
	id, secret := r.sim.Client()
	plan := must(json.Marshal(childPlan{Dir: r.dir, Hosts: r.sim.Hosts(), ID: id, Refreshes: refreshes}))
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+string(plan), failpoint.Variable+"="+point)
	in := must(cmd.StdinPipe())
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintln(in, secret.Reveal()); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// crash signs in, lets a child die at point in the middle of a refresh, and
// returns the Auth of the next start.
func crash(t *testing.T, mode ourasim.RefreshMode, point string) (*rig, oura.Secret) {
	t.Helper()
	if !failpoint.Enabled {
		t.Skip("needs a build with -tags failpoint, which can end itself in the middle of a refresh")
	}
	r := newRig(t, rigOptions{sim: func(s *ourasim.Switches) { s.RefreshMode = mode }})
	r.signIn(t)
	old := r.access(t)
	err := r.child(t, 1, point).Wait()
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("child was not killed at %s: %v", point, err)
	}
	for point != "auth.intent" && !r.answered() { // the request outlives its sender
		select {
		case <-time.After(5 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatal("the request never arrived")
		}
	}
	r.Auth = New(r.opt)
	return r, old
}

// answered reports that the simulator has dealt with a refresh.
func (r *rig) answered() bool {
	for _, q := range r.sim.Ledger().Requests() {
		if q.Grant == "refresh_token" && q.Status != 0 {
			return true
		}
	}
	return false
}

func eachMode(t *testing.T, f func(t *testing.T, mode ourasim.RefreshMode)) {
	for _, mode := range []ourasim.RefreshMode{ourasim.RefreshStrict, ourasim.RefreshGrace, ourasim.RefreshFamily} {
		t.Run(string(mode), func(t *testing.T) { f(t, mode) })
	}
}

// wantSignedIn checks that the account works, with a fresh token, after at most
// so many refresh requests in all.
func (r *rig) wantSignedIn(t *testing.T, old oura.Secret, refreshes int) {
	t.Helper()
	if err := r.call(t.Context()); err != nil {
		t.Fatal(err)
	}
	st := must(r.Status(t.Context()))
	if !st.Authenticated || st.NeedsSignIn || r.access(t) == old || r.refreshes() != refreshes {
		t.Errorf("status %+v, new token %v, %d refresh requests, want %d", st, r.access(t) != old, r.refreshes(), refreshes)
	}
	for _, row := range []string{rowIntent, rowAnswer} {
		if must(r.hasRow(t.Context(), row)) {
			t.Errorf("row %s stays", row)
		}
	}
	if err := r.forceRefresh(t); err != nil {
		t.Errorf("the new pair cannot be refreshed: %v", err)
	}
}

// wantOneClick checks that the user is asked once, that the old token was tried
// once, and that the access token is used as long as Oura takes it.
func (r *rig) wantOneClick(t *testing.T, mode ourasim.RefreshMode, old oura.Secret) {
	t.Helper()
	access, err := r.Token(t.Context())
	if err != nil || access != old {
		t.Errorf("the old access token is not used to its end: %v", err)
	}
	if err := r.call(t.Context()); (err == nil) != (mode == ourasim.RefreshStrict) {
		t.Errorf("call: %v", err) // in family mode the reuse ended the access token as well
	}
	r.live(t, 3*time.Hour)
	if r.refreshes() != 2 || r.audits(t, "sign_in_needed") != 1 {
		t.Errorf("%d refresh requests, asked %d times; want the old token tried once, asked once", r.refreshes(), r.audits(t, "sign_in_needed"))
	}
	if st := must(r.Status(t.Context())); !st.NeedsSignIn || oura.MessageOf(st.Trouble) != saySignIn {
		t.Errorf("status %+v", st)
	}
	r.signInAgain(t)
}

// signInAgain is the user's one click.
func (r *rig) signInAgain(t *testing.T) {
	t.Helper()
	login := must(r.BeginLogin(t.Context()))
	approve(t, login.AuthorizeURL)
	if err := r.call(t.Context()); err != nil {
		t.Errorf("after the click: %v", err)
	}
}

func TestF45_KilledBeforeTheRequestLeft(t *testing.T) {
	t.Parallel()
	eachMode(t, func(t *testing.T, mode ourasim.RefreshMode) {
		r, old := crash(t, mode, "auth.intent")
		if r.refreshes() != 0 {
			t.Fatal("the request had left")
		}
		r.wantSignedIn(t, old, 1)
	})
}

func TestF46_KilledAfterTheRequest(t *testing.T) {
	t.Parallel()
	eachMode(t, func(t *testing.T, mode ourasim.RefreshMode) {
		r, old := crash(t, mode, "auth.sent")
		if mode == ourasim.RefreshGrace {
			r.wantSignedIn(t, old, 2)
		} else {
			r.wantOneClick(t, mode, old)
		}
	})
}

func TestF47_KilledAfterTheAnswer(t *testing.T) {
	t.Parallel()
	eachMode(t, func(t *testing.T, mode ourasim.RefreshMode) {
		r, old := crash(t, mode, "auth.answered")
		if mode == ourasim.RefreshGrace {
			r.wantSignedIn(t, old, 2)
		} else {
			r.wantOneClick(t, mode, old)
		}
	})
}

func TestF48_KilledAfterTheCommit(t *testing.T) {
	t.Parallel()
	eachMode(t, func(t *testing.T, mode ourasim.RefreshMode) {
		r, old := crash(t, mode, "auth.committed")
		r.wantSignedIn(t, old, 1)
	})
}

func TestF44_TwoProcessesRefresh(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	r.signIn(t)
	one, two := r.child(t, 100, ""), r.child(t, 100, "")
	if err := errors.Join(one.Wait(), two.Wait()); err != nil {
		t.Fatalf("a refresh token was used twice: %v", err)
	}
	if n := r.refreshes(); n < 100 || n > 200 {
		t.Errorf("%d refresh requests", n)
	}
	if st := must(r.Status(t.Context())); st.NeedsSignIn || r.call(t.Context()) != nil {
		t.Errorf("status %+v", st)
	}
}
