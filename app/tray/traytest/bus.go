//go:build linux

// Package traytest is a desktop for tests: a watcher with a host on a session bus,
// and the eyes and hands of the person before it.
package traytest

import (
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// patience is how long tests wait for what must come.
const patience = 20 * time.Second

// Connect joins the bus.
func Connect(t *testing.T, address string) *dbus.Conn {
	t.Helper()
	conn, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // the test is over
	return conn
}

// Until asks again until look says yes.
func Until(t *testing.T, what string, look func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-time.After(10 * time.Millisecond) {
		if look() {
			return
		}
	}
	t.Fatalf("not within %v: %s", patience, what)
}
