//go:build window

package app_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// TestWindow_SampleDataInTheRealWindow starts the program as it is shipped, in a
// real window, and drives it as a screen reader would: through the accessibility
// bus. It needs a session bus, a display and OURA_STREAMING_BINARY.
func TestWindow_SampleDataInTheRealWindow(t *testing.T) {
	binary := shipped(t)
	for _, locale := range []string{"C", "C.UTF-8"} {
		t.Run("locale "+locale, func(t *testing.T) {
			program := launch(t, binary, locale)
			desk := openDesk(t)
			window := desk.wait("the program", func() (node, bool) { return desk.program("oura-streaming") })
			button := desk.wait("the sample data button", func() (node, bool) {
				return desk.find(window, func(n node) bool { return n.isButton() && strings.HasPrefix(n.name(), "Look around with sample data") })
			})
			button.click(t)
			row := desk.wait("an event among the newest", func() (node, bool) {
				return desk.find(window, func(n node) bool {
					return n.role() == roleLink && (strings.Contains(n.name(), " Created ") || strings.Contains(n.name(), " Updated "))
				})
			})
			t.Logf("the list shows: %s", row.name())
			row.click(t)
			desk.wait("the document", func() (node, bool) {
				return desk.find(window, func(n node) bool { return n.role() == roleHeading && n.name() == "Document" })
			})
			program.quit(t)
		})
	}
}

// shipped names the program to test.
func shipped(t *testing.T) string {
	t.Helper()
	binary := os.Getenv("OURA_STREAMING_BINARY")
	if binary == "" {
		t.Fatal("OURA_STREAMING_BINARY must name the program to test")
	}
	return binary
}

// Roles of the accessibility bus.
const (
	roleFrame        = 23
	roleImage        = 27
	roleListItem     = 32
	rolePushButton   = 43
	roleTable        = 55
	roleTextBox      = 79
	roleHeading      = 83
	roleLink         = 88
	roleDocument     = 95
	roleLandmark     = 110
	roleToggleButton = 62
)

const patience = 60 * time.Second

type process struct {
	cmd  *exec.Cmd
	done chan error
}

// launch starts the program with a home of its own.
func launch(t *testing.T, binary, locale string) *process {
	t.Helper()
	return launchIn(t, t.TempDir(), binary, []string{"LC_ALL=" + locale})
}

// launchIn starts the program in that home, with more variables and arguments.
func launchIn(t *testing.T, home, binary string, env []string, args ...string) *process {
	t.Helper()
	cmd := exec.CommandContext(context.Background(), binary, append([]string{"--port", "0"}, args...)...)
	cmd.Env = append(os.Environ(), "HOME="+home,
		"XDG_DATA_HOME="+filepath.Join(home, "data"), "XDG_CONFIG_HOME="+filepath.Join(home, "config"), "XDG_CACHE_HOME="+filepath.Join(home, "cache"))
	cmd.Env = append(cmd.Env, env...)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: cmd, done: make(chan error, 1)}
	go func() { p.done <- cmd.Wait() }()
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // it has ended already if all went well
	return p
}

// term asks the program to end.
func (p *process) term(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
}

// quit ends the program by signal and wants it gone within 5 s, with status 0.
func (p *process) quit(t *testing.T) {
	t.Helper()
	p.term(t)
	select {
	case err := <-p.done:
		if err != nil {
			t.Errorf("the program ended with %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Error("the program did not end within 5 s")
	}
}

// desk is the accessibility bus of this session.
type desk struct {
	t    *testing.T
	conn *dbus.Conn
}

func openDesk(t *testing.T) *desk {
	t.Helper()
	session, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = session.Close() }() // only the address was needed
	var address string
	if err := session.Object("org.a11y.Bus", "/org/a11y/bus").Call("org.a11y.Bus.GetAddress", 0).Store(&address); err != nil {
		t.Fatal(err)
	}
	conn, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // the test is over
	return &desk{t: t, conn: conn}
}

// node is one thing on the screen.
type node struct {
	conn *dbus.Conn
	Dest string
	Path dbus.ObjectPath
}

func (n node) call(method string, args ...any) *dbus.Call {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return n.conn.Object(n.Dest, n.Path).CallWithContext(ctx, "org.a11y.atspi."+method, 0, args...)
}

func (n node) property(name string) any {
	v, err := n.conn.Object(n.Dest, n.Path).GetProperty("org.a11y.atspi.Accessible." + name)
	if err != nil {
		return nil // it has gone from the screen
	}
	return v.Value()
}

func (n node) name() string {
	s, _ := n.property("Name").(string)
	return s
}

func (n node) role() uint32 {
	var role uint32
	if err := n.call("Accessible.GetRole").Store(&role); err != nil {
		return 0
	}
	return role
}

func (n node) isButton() bool { return n.role() == rolePushButton }

func (n node) click(t *testing.T) {
	t.Helper()
	var done bool
	if err := n.call("Action.DoAction", int32(0)).Store(&done); err != nil || !done {
		t.Fatalf("click %q: %v, %v", n.name(), done, err)
	}
}

func (n node) children() []node {
	count, _ := n.property("ChildCount").(int32)
	var out []node
	for i := range count {
		var ref struct {
			Dest string
			Path dbus.ObjectPath
		}
		if err := n.call("Accessible.GetChildAtIndex", i).Store(&ref); err == nil && ref.Path != "/org/a11y/atspi/null" {
			out = append(out, node{n.conn, ref.Dest, ref.Path})
		}
	}
	return out
}

// program finds the running program by name.
func (d *desk) program(name string) (node, bool) {
	root := node{d.conn, "org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root"}
	for _, n := range root.children() {
		if n.name() == name {
			return n, true
		}
	}
	return node{}, false
}

// find walks the screen, outside in.
func (d *desk) find(from node, fits func(node) bool) (node, bool) {
	if fits(from) {
		return from, true
	}
	for _, child := range from.children() {
		if n, ok := d.find(child, fits); ok {
			return n, true
		}
	}
	return node{}, false
}

// wait asks again until look finds something.
func (d *desk) wait(what string, look func() (node, bool)) node {
	d.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-time.After(100 * time.Millisecond) {
		if n, ok := look(); ok {
			return n
		}
	}
	program, _ := d.program("oura-streaming")
	var seen []string
	d.find(program, func(n node) bool {
		seen = append(seen, fmt.Sprintf("%d %q", n.role(), n.name()))
		return false
	})
	d.t.Fatalf("%s did not appear within %v; the window shows:\n%s", what, patience, strings.Join(seen, "\n"))
	return node{}
}
