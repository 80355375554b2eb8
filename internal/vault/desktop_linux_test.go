package vault

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

// The library joins one bus in a process's life, so each test has a process of its
// own: this test binary, which TestMain turns into a program that opens its vault
// whenever it is told to.
func init() { desktopChild = obeyOrders }

// order is what a test asks of the program, one line of JSON each: to open the vault
// while Sealed is in the database, by itself if Unasked, or to forget the key.
type order struct {
	Sealed  []byte
	Forget  bool
	Unasked bool
}

// answer is what became of it.
type answer struct {
	Kind, Reason string    // where the key lies
	Code         oura.Code // or why there is none
	Message      string
	Sealed       []byte // a text sealed just now
	Plain        string // what Sealed held
	Took         time.Duration
}

func obeyOrders(folder string) error {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var o order
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			return err
		}
		began := time.Now()
		a := obey(o, Options{Keychain: SystemKeychain("test"), KeyFile: filepath.Join(folder, "data.key"), HasSealed: o.Sealed != nil, Unasked: o.Unasked})
		a.Took = time.Since(began)
		line, err := json.Marshal(a)
		if err != nil {
			return err
		}
		fmt.Printf("%s\n", line)
	}
	return nil
}

func obey(o order, opt Options) (a answer) {
	fail := func(err error) answer { return answer{Code: oura.CodeOf(err), Message: oura.MessageOf(err)} }
	if o.Forget {
		if err := Forget(context.Background(), opt); err != nil {
			return fail(err)
		}
		return a
	}
	v, err := Open(context.Background(), opt)
	if err != nil {
		return fail(err)
	}
	if a.Sealed, err = v.Seal("token", []byte(canary)); err != nil {
		return fail(err)
	}
	if o.Sealed != nil {
		plain, err := v.Unseal("token", o.Sealed)
		if err != nil {
			return fail(err)
		}
		a.Plain = string(plain)
	}
	a.Kind, a.Reason = v.Where().Kind, v.Where().Reason
	return a
}

// program is such a process on a bus of its own.
type program struct {
	t      *testing.T
	folder string
	in     io.Writer
	out    *bufio.Reader
}

func startOn(t *testing.T, bus string) *program {
	t.Helper()
	p := &program{t: t, folder: t.TempDir()}
	cmd := exec.CommandContext(context.Background(), os.Args[0])
	cmd.Env = append(os.Environ(), asDesktopProgram+"="+p.folder, "DBUS_SESSION_BUS_ADDRESS="+bus)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	p.in, p.out = in, bufio.NewReader(out)
	t.Cleanup(func() {
		_ = in.Close() // it ends now
		if err := cmd.Wait(); err != nil {
			t.Errorf("the program ended with %v", err)
		}
	})
	return p
}

// order has the program do something, and wants an answer within the limit of one
// question to the keychain, or two where the first was answered.
func (p *program) order(o order) (a answer) {
	p.t.Helper()
	line, err := json.Marshal(o)
	if err == nil {
		_, err = fmt.Fprintf(p.in, "%s\n", line)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	text, err := p.out.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(text, &a)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	if a.Took > 2*probeLimit+time.Second {
		p.t.Errorf("the start waits %v for the keychain", a.Took)
	}
	return a
}

// staysClosed wants an answer that tells the user what to do and changes nothing.
func (p *program) staysClosed(sealed []byte, says string) answer {
	p.t.Helper()
	a := p.order(order{Sealed: sealed})
	if a.Code != oura.CodeLocked || !strings.Contains(a.Message, says) {
		p.t.Errorf("answered %q: %s; want %q", a.Code, a.Message, says)
	}
	if _, err := os.Stat(filepath.Join(p.folder, "data.key")); !errors.Is(err, os.ErrNotExist) {
		p.t.Errorf("a key was made while rows are sealed: %v", err)
	}
	return a
}

// opens wants the secret out of the sealed row, with a key in the keychain.
func (p *program) opens(sealed []byte) {
	p.t.Helper()
	if a := p.order(order{Sealed: sealed}); a.Kind != KindKeychain || a.Plain != canary {
		p.t.Errorf("the row does not open: %+v", a)
	}
}

// falls wants a first key in the file, and why.
func (p *program) falls(reason string) {
	p.t.Helper()
	a := p.order(order{})
	if a.Kind != KindKeyFile || !strings.Contains(a.Reason, reason) {
		p.t.Errorf("answered %+v, want a key file because %q", a, reason)
	}
	if info, err := os.Stat(filepath.Join(p.folder, "data.key")); err != nil || info.Mode().Perm() != 0o600 {
		p.t.Errorf("key file: %v, %v", info, err)
	}
}

// begun is a keychain with a key in it, and a row sealed with that.
func begun(t *testing.T) (s *secretService, bus string, sealed []byte) {
	t.Helper()
	bus = privateBus(t)
	s = serveSecrets(t, bus)
	a := startOn(t, bus).order(order{})
	if a.Kind != KindKeychain || s.sets.Load() != 1 || s.stored() == "" {
		t.Fatalf("the first key is not in the keychain: %+v", a)
	}
	return s, bus, a.Sealed
}

// untouched wants the keychain's entry as the first start has left it.
func (s *secretService) untouched(before string) {
	s.t.Helper()
	if s.sets.Load() != 1 || s.stored() != before {
		s.t.Errorf("the entry was written %d times", s.sets.Load())
	}
}

func TestS37_ABusWithoutAKeychainGivesAKeyFile(t *testing.T) {
	t.Parallel()
	bus := privateBus(t)
	startOn(t, bus).falls("keychain was locked or did not answer")
	startOn(t, bus).staysClosed([]byte("sealed"), "put the file back")
}

func TestS37_ABusThatIsGoneGivesAKeyFile(t *testing.T) {
	t.Parallel()
	startOn(t, "unix:path="+filepath.Join(t.TempDir(), "nobody")).falls("keychain was locked or did not answer")
}

func TestS37_AKeychainNeverSetUpGivesAKeyFile(t *testing.T) {
	t.Parallel()
	bus := privateBus(t)
	s := serveSecrets(t, bus)
	s.set(func() { s.absent = true })
	startOn(t, bus).falls("keychain was locked or did not answer")
	startOn(t, bus).staysClosed([]byte("sealed"), "put the file back")
	if s.sets.Load() != 0 {
		t.Error("something was written to it")
	}
}

func TestS37_TheKeyIsFoundInTheKeychainAndForgotten(t *testing.T) {
	t.Parallel()
	s, bus, sealed := begun(t)
	before := s.stored()
	p := startOn(t, bus)
	p.opens(sealed)
	s.untouched(before)
	if a := p.order(order{Forget: true}); a.Code != "" || s.stored() != "" {
		t.Errorf("not forgotten: %+v", a)
	}
	if a := p.order(order{Forget: true}); a.Code != "" {
		t.Errorf("forgetting what is not there: %+v", a)
	}
}

func TestS37_AMissingEntryIsToldAndNotReplaced(t *testing.T) {
	t.Parallel()
	s, bus, sealed := begun(t)
	entry := s.stored()
	s.set(func() { s.text = nil })
	p := startOn(t, bus)
	p.staysClosed(sealed, "no longer in the keychain")
	s.untouched("")
	s.set(func() { s.text = []byte(entry) }) // restored by the user
	p.opens(sealed)
}

func TestF43_ALockedKeychainAsksOnceAndOpensWithThePassword(t *testing.T) {
	t.Parallel()
	s, bus, sealed := begun(t)
	before := s.stored()
	s.set(func() { s.locked = true })
	p := startOn(t, bus)
	for range 3 { // as often as the program tries again
		if a := p.staysClosed(sealed, "locked or does not answer"); a.Took < probeLimit {
			t.Errorf("gave up after %v, before anybody could type", a.Took)
		}
	}
	if n := s.prompts.Load(); n != 1 {
		t.Errorf("%d prompts for one password", n)
	}
	s.untouched(before)
	s.password(true)
	p.opens(sealed)
	s.untouched(before)
}

func TestF43_ADismissedPromptIsToldAndAskedAgain(t *testing.T) {
	t.Parallel()
	s, bus, sealed := begun(t)
	before := s.stored()
	s.set(func() { s.locked = true })
	p := startOn(t, bus)
	p.staysClosed(sealed, "locked or does not answer")
	s.password(false)
	p.staysClosed(sealed, "locked or does not answer")
	s.password(true)
	p.opens(sealed)
	if n := s.prompts.Load(); n != 2 {
		t.Errorf("%d prompts, want one more after the first was dismissed", n)
	}
	s.untouched(before)
}

func TestF43_OnlyTheUserHasThePasswordAskedForAgain(t *testing.T) {
	t.Parallel()
	s, bus, sealed := begun(t)
	before := s.stored()
	s.set(func() { s.locked = true })
	p := startOn(t, bus)
	p.staysClosed(sealed, "locked or does not answer")
	s.password(false)
	for range 3 { // as often as the program tries by itself
		if a := p.order(order{Sealed: sealed, Unasked: true}); a.Code != oura.CodeLocked || a.Took > probeLimit/2 {
			t.Errorf("answered %q after %v", a.Code, a.Took)
		}
	}
	if n := s.prompts.Load(); n != 1 {
		t.Errorf("%d prompts, want that of the start alone", n)
	}
	s.set(func() { s.locked = false }) // by another program
	if a := p.order(order{Sealed: sealed, Unasked: true}); a.Kind != KindKeychain || a.Plain != canary {
		t.Errorf("the row does not open: %+v", a)
	}
	s.untouched(before)
}

func TestF43_ALockedKeychainAtTheFirstStartGivesAKeyFile(t *testing.T) {
	t.Parallel()
	bus := privateBus(t)
	s := serveSecrets(t, bus)
	s.set(func() { s.locked = true })
	startOn(t, bus).falls("keychain was locked or did not answer")
	if s.sets.Load() != 0 {
		t.Error("something was written to it")
	}
}

func TestF43_ASlowKeychainIsWaitedFor(t *testing.T) {
	t.Parallel()
	s, bus, sealed := begun(t)
	before := s.stored()
	p := startOn(t, bus)
	release := s.hold()
	time.AfterFunc(time.Second, release)
	p.opens(sealed) // within the limit
	release = s.hold()
	t.Cleanup(release)
	p.staysClosed(sealed, "locked or does not answer")
	release()
	p.opens(sealed)
	s.untouched(before)
}
