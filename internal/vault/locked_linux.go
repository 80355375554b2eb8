package vault

import (
	"context"

	"github.com/godbus/dbus/v5"
)

// The collections that hold our entry, in the order in which the library takes them.
// Source: freedesktop.org, Secret Service API 0.2.
var collections = []dbus.ObjectPath{"/org/freedesktop/secrets/collection/login", "/org/freedesktop/secrets/aliases/default"}

// isLocked asks the keychain on the session bus whether it is locked. The connection
// is its own: the library's hangs for as long as a prompt is open.
func isLocked(ctx context.Context) bool {
	conn, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }() // nothing of ours is under way there
	if conn.Auth(nil) != nil || conn.Hello() != nil {
		return false
	}
	for _, path := range collections {
		var locked bool
		err := conn.Object("org.freedesktop.secrets", path).
			CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, "org.freedesktop.Secret.Collection", "Locked").Store(&locked)
		if err == nil {
			return locked
		}
	}
	return false
}
