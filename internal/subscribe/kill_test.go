//go:build failpoint

package subscribe

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"

	"oura-streaming/internal/failpoint"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
)

var killTypes = []oura.DataType{oura.Sleep, oura.Tag, oura.Workout}

// TestKillHelper is the program that the next test kills in the middle of a move.
func TestKillHelper(t *testing.T) {
	file := os.Getenv("SUBSCRIBE_TEST_DB")
	if file == "" {
		t.Skip("only of use to TestF62_KilledAnywhereAMoveGoesOn")
	}
	store, err := sqlite.Open(t.Context(), file, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	_, err = New(Options{
		API: cloudAt(os.Getenv("SUBSCRIBE_TEST_URL"), "sim-secret"), Store: store,
		Address:           func() string { return os.Getenv("SUBSCRIBE_TEST_ADDRESS") },
		Types:             func() []oura.DataType { return killTypes },
		VerificationToken: func() oura.Secret { return "verify" },
	}).Reconcile(t.Context())
	if err != nil {
		t.Fatal(err)
	}
}

func TestF62_KilledAnywhereAMoveGoesOn(t *testing.T) {
	for _, point := range []string{"booked", "listed", "answered", "stored", "removed"} {
		visits := 0
		for killed := true; killed && !t.Failed(); visits++ {
			t.Run(fmt.Sprint(point, " ", visits+1), func(t *testing.T) {
				killed = killMove(t, fmt.Sprintf("subscribe.%s:%d", point, visits+1))
			})
		}
		if least := map[string]int{"answered": 9, "stored": 9, "removed": 2, "listed": 2, "booked": 1}[point]; visits-1 < least {
			t.Errorf("%s: only %d places", point, visits-1)
		}
		t.Logf("%s: killed at %d places", point, visits-1)
	}
}

// killMove lets a child die in the middle of a move and finishes it; it tells
// whether the child got as far as the place.
func killMove(t *testing.T, place string) (killed bool) {
	w := newWorld(t)
	w.types = killTypes
	w.reconcile()
	old, stranger := w.address, "https://other.example/hook"
	w.plant(oura.Sleep, oura.Create, old)
	w.plant(oura.Meal, oura.Create, old)
	w.plant("future_type", oura.Create, stranger)
	w.sim.RemoveSubscription(w.sim.Subscriptions()[4].ID)
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	w.address = w.receiver.URL + "/webhooks/another-random-path-42"
	killed = w.child(place)

	w.open()
	w.start("sim-secret")
	w.reconcile()
	w.await("everything", w.complete)
	w.reconcile() // what was under way at the kill has come by now
	left := slices.DeleteFunc(w.sim.Subscriptions(), func(s ourasim.Subscription) bool { return s.CallbackURL == stranger })
	lost := slices.ContainsFunc(left, func(s ourasim.Subscription) bool { return s.CallbackURL != w.address })
	if len(left) != 9 || lost || !w.complete() || len(w.sim.Subscriptions()) != 10 {
		t.Errorf("left %+v", left)
	}
	return killed
}

// child runs TestKillHelper and tells whether it was killed.
func (w *world) child(place string) bool {
	w.t.Helper()
	cmd := exec.CommandContext(w.t.Context(), os.Args[0], "-test.run=^TestKillHelper$")
	cmd.Env = append(os.Environ(), "SUBSCRIBE_TEST_DB="+w.file, "SUBSCRIBE_TEST_URL="+w.sim.URL(),
		"SUBSCRIBE_TEST_ADDRESS="+w.address, failpoint.Variable+"="+place)
	out, err := cmd.CombinedOutput()
	if err == nil {
		return false
	}
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		w.t.Fatalf("child: %v\n%s", err, out)
	}
	return true
}
