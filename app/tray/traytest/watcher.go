//go:build linux

package traytest

import (
	"strings"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

const (
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"
)

// Watcher is the desktop's end of the tray.
type Watcher struct {
	t     *testing.T
	conn  *dbus.Conn
	props *prop.Properties

	mu    sync.Mutex // guards items
	items []*Item
}

// OpenWatcher takes the watcher's name on the bus. hosted says whether something
// shows what is registered.
func OpenWatcher(t *testing.T, address string, hosted bool) *Watcher {
	t.Helper()
	w := &Watcher{t: t, conn: Connect(t, address)}
	if err := w.conn.ExportMethodTable(map[string]any{"RegisterStatusNotifierItem": w.register}, watcherPath, watcherName); err != nil {
		t.Fatal(err)
	}
	var err error
	if w.props, err = prop.Export(w.conn, watcherPath, prop.Map{watcherName: {
		"IsStatusNotifierHostRegistered": {Value: hosted, Emit: prop.EmitFalse},
	}}); err != nil {
		t.Fatal(err)
	}
	if reply, err := w.conn.RequestName(watcherName, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("watcher's name: %v, %v", reply, err)
	}
	return w
}

// Host says that a host comes or goes.
func (w *Watcher) Host(on bool) {
	w.t.Helper()
	w.props.SetMust(watcherName, "IsStatusNotifierHostRegistered", on)
	signal := "StatusNotifierHostUnregistered"
	if on {
		signal = "StatusNotifierHostRegistered"
	}
	if err := w.conn.Emit(watcherPath, watcherName+"."+signal); err != nil {
		w.t.Fatal(err)
	}
}

// Close leaves the bus, as a panel that crashed.
func (w *Watcher) Close() { _ = w.conn.Close() } // all it can do is to be closed already

func (w *Watcher) register(sender dbus.Sender, service string) *dbus.Error {
	item := &Item{w: w, dest: service, path: "/StatusNotifierItem"}
	if strings.HasPrefix(service, "/") {
		item.dest, item.path = string(sender), dbus.ObjectPath(service)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.items = append(w.items, item)
	return nil
}

// Registered is how often an icon registered.
func (w *Watcher) Registered() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.items)
}

// Item waits for the newest icon.
func (w *Watcher) Item() *Item {
	w.t.Helper()
	Until(w.t, "an icon in the tray", func() bool { return w.Registered() > 0 })
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.items[len(w.items)-1]
}
