//go:build linux

package vault

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/godbus/dbus/v5"
)

const (
	secretsName    = "org.freedesktop.secrets"
	secretsPath    = dbus.ObjectPath("/org/freedesktop/secrets")
	collectionPath = secretsPath + "/collection/login"
	itemPath       = collectionPath + "/1"
	sessionPath    = secretsPath + "/session/1"
	promptPath     = secretsPath + "/prompt/1"
	noPrompt       = dbus.ObjectPath("/")
)

// privateBus starts a session bus that ends with the test, on which nothing is and
// nothing is started for anybody, and returns its address.
func privateBus(t *testing.T) (address string) {
	t.Helper()
	if _, err := exec.LookPath("dbus-daemon"); err != nil {
		t.Skip("dbus-daemon is not installed: build/setup.sh test")
	}
	dir := t.TempDir()
	config := filepath.Join(dir, "bus.conf")
	text := `<busconfig><type>session</type><listen>unix:dir=` + dir + `</listen><auth>EXTERNAL</auth>
		<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>`
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.Background(), "dbus-daemon", "--config-file="+config, "--nofork", "--nopidfile", "--print-address")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // nobody needs it any longer
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("dbus-daemon: %v", err)
	}
	return strings.TrimSpace(line)
}

// secretService is a keychain on a bus, as GNOME Keyring and KWallet offer one, with
// one collection and at most one entry.
type secretService struct {
	t    *testing.T
	conn *dbus.Conn

	prompts, sets atomic.Int32

	mu     sync.Mutex // guards the fields below
	absent bool       // the collection was never set up
	locked bool       // asks for a password
	text   []byte     // the entry, nil if there is none
	held   chan struct{}
}

// secret is how the bus carries one.
type secret struct {
	Session     dbus.ObjectPath
	Parameters  []byte
	Value       []byte
	ContentType string
}

func serveSecrets(t *testing.T, address string) *secretService {
	t.Helper()
	conn, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // the test is over
	s := &secretService{t: t, conn: conn}
	const face = "org.freedesktop.Secret."
	for _, e := range []struct {
		path    dbus.ObjectPath
		face    string
		methods map[string]any
	}{
		{secretsPath, "org.freedesktop.DBus.Properties", map[string]any{"Get": s.property}},
		{secretsPath, face + "Service", map[string]any{"OpenSession": s.openSession, "Unlock": s.unlock}},
		{collectionPath, "org.freedesktop.DBus.Properties", map[string]any{"Get": s.isLocked}},
		{collectionPath, face + "Collection", map[string]any{"SearchItems": s.search, "CreateItem": s.create}},
		{itemPath, face + "Item", map[string]any{"GetSecret": s.get, "Delete": s.remove}},
		{sessionPath, face + "Session", map[string]any{"Close": func() *dbus.Error { return nil }}},
		{promptPath, face + "Prompt", map[string]any{"Prompt": s.prompt}},
	} {
		if err := conn.ExportMethodTable(e.methods, e.path, e.face); err != nil {
			t.Fatal(err)
		}
	}
	if reply, err := conn.RequestName(secretsName, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("the keychain's name: %v, %v", reply, err)
	}
	return s
}

func (s *secretService) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// stored is the entry's text.
func (s *secretService) stored() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.text)
}

// hold keeps every unlocking waiting until the returned function is called.
func (s *secretService) hold() (release func()) {
	held := make(chan struct{})
	s.set(func() { s.held = held })
	return sync.OnceFunc(func() {
		s.set(func() { s.held = nil })
		close(held)
	})
}

// password is what the user answers to the prompt.
func (s *secretService) password(right bool) {
	s.t.Helper()
	unlocked := []dbus.ObjectPath{}
	if right {
		s.set(func() { s.locked = false })
		unlocked = append(unlocked, collectionPath)
	}
	if err := s.conn.Emit(promptPath, "org.freedesktop.Secret.Prompt.Completed", !right, dbus.MakeVariant(unlocked)); err != nil {
		s.t.Error(err)
	}
}

func (s *secretService) property(_, _ string) (dbus.Variant, *dbus.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.absent {
		return dbus.MakeVariant([]dbus.ObjectPath{}), nil
	}
	return dbus.MakeVariant([]dbus.ObjectPath{collectionPath}), nil
}

func (s *secretService) isLocked(_, name string) (dbus.Variant, *dbus.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.absent || name != "Locked" {
		return dbus.Variant{}, dbus.MakeFailedError(fmt.Errorf("no such object or property"))
	}
	return dbus.MakeVariant(s.locked), nil
}

func (s *secretService) openSession(string, dbus.Variant) (dbus.Variant, dbus.ObjectPath, *dbus.Error) {
	return dbus.MakeVariant(""), sessionPath, nil
}

func (s *secretService) unlock(objects []dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	s.mu.Lock()
	absent, locked, held := s.absent, s.locked, s.held
	s.mu.Unlock()
	switch {
	case held != nil:
		<-held
	case absent:
		return []dbus.ObjectPath{}, noPrompt, nil
	case locked:
		return []dbus.ObjectPath{}, promptPath, nil
	}
	return objects, noPrompt, nil
}

func (s *secretService) prompt(string) *dbus.Error {
	s.prompts.Add(1)
	return nil
}

func (s *secretService) search(map[string]string) ([]dbus.ObjectPath, *dbus.Error) {
	if s.stored() == "" {
		return []dbus.ObjectPath{}, nil
	}
	return []dbus.ObjectPath{itemPath}, nil
}

func (s *secretService) create(_ map[string]dbus.Variant, what secret, _ bool) (dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	s.sets.Add(1)
	s.set(func() { s.text = what.Value })
	return itemPath, noPrompt, nil
}

func (s *secretService) get(session dbus.ObjectPath) (secret, *dbus.Error) {
	text := s.stored()
	if text == "" {
		return secret{}, dbus.MakeFailedError(fmt.Errorf("no such item"))
	}
	return secret{Session: session, Parameters: []byte{}, Value: []byte(text), ContentType: "text/plain"}, nil
}

func (s *secretService) remove() (dbus.ObjectPath, *dbus.Error) {
	s.set(func() { s.text = nil })
	return noPrompt, nil
}
