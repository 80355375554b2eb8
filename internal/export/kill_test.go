//go:build unix

package export

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// TestKillHelper is the program that the next test kills: it says that it has
// written something, and then waits for its end.
func TestKillHelper(t *testing.T) {
	dir := os.Getenv("EXPORT_TEST_DIR")
	if dir == "" {
		t.Skip("only of use to TestS57_KilledHalfWay")
	}
	n, err := strconv.Atoi(os.Getenv("EXPORT_TEST_REQUEST"))
	if err != nil {
		t.Fatal(err)
	}
	x := New(openStore(t, filepath.Join(dir, "data")), filepath.Join(dir, "exports"), time.Now)
	err = x.File(t.Context(), all[n], filepath.Join(dir, "out", "export"), func(int64, int64) {
		_, _ = os.Stdout.WriteString("under way\n")
		<-t.Context().Done()
	})
	t.Fatalf("lived to the end: %v", err)
}

func TestS57_KilledHalfWayLeavesNothingUnderTheName(t *testing.T) {
	r := newRig(t)
	r.fill(12)
	r.many(2 * eventsPerPage)
	dir := filepath.Dir(r.dir)
	out := filepath.Join(dir, "out")
	if err := os.Mkdir(out, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := r.store.Close(); err != nil {
		t.Fatal(err)
	}
	for n, q := range all {
		killChild(t, dir, n)
		left := names(t, out)
		if len(left) != 1 || !strings.HasPrefix(left[0], tempPrefix) {
			t.Errorf("%+v: after the kill there is %q", q, left)
		}
		if err := r.x.Sweep(); err != nil {
			t.Fatal(err)
		}
		if left := append(names(t, out), names(t, r.dir)...); len(left) > 0 {
			t.Errorf("%+v: after the next start there is %q", q, left)
		}
	}
	r.store = openStore(t, filepath.Join(dir, "data"))
	r.x = New(r.store, r.dir, time.Now)
	if err := r.x.File(t.Context(), all[0], filepath.Join(out, "export"), nil); err != nil || len(names(t, out)) != 1 {
		t.Errorf("the next export: %v, %q", err, names(t, out))
	}
}

func TestF05_AFullDiskNamesTheSpaceNeeded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "part")
	if err := os.WriteFile(path, make([]byte, 3_000_000), 0o600); err != nil {
		t.Fatal(err)
	}
	full := &os.PathError{Op: "write", Path: path, Err: syscall.ENOSPC}
	err := fullError(full, path, &meter{done: 10, total: 40})
	if text := oura.MessageOf(err); oura.CodeOf(err) != oura.CodeStorage || !strings.Contains(text, "about 12 MB") || strings.Contains(text, path) {
		t.Errorf("%v", err)
	}
	if err := fullError(full, path, &meter{}); oura.CodeOf(err) != oura.CodeStorage {
		t.Errorf("before the first row: %v", err)
	}
	if err := fullError(os.ErrPermission, path, &meter{}); oura.CodeOf(err) == oura.CodeStorage {
		t.Errorf("another error: %v", err)
	}
}

func TestF05_AFullDiskIsKnownAsOne(t *testing.T) {
	r := newRig(t)
	r.many(2 * eventsPerPage)
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("This system has no /dev/full.")
	}
	defer full.Close()
	if err := r.x.Stream(t.Context(), all[0], full, nil); !sqlite.IsFull(err) {
		t.Errorf("%v", err)
	}
}

// killChild starts an export and kills it after its first page.
func killChild(t *testing.T, dir string, n int) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKillHelper$")
	child.Env = append(os.Environ(), "EXPORT_TEST_DIR="+dir, "EXPORT_TEST_REQUEST="+strconv.Itoa(n))
	says, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	said, err := bufio.NewReader(says).ReadString('\n')
	if said != "under way\n" || err != nil {
		t.Errorf("the child said %q, %v", said, err)
	}
	_ = child.Process.Kill() // SIGKILL
	err = child.Wait()
	exit, ok := err.(*exec.ExitError) //nolint:errorlint // Wait returns nothing else
	if !ok || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Errorf("the child ended with %v", err)
	}
}
