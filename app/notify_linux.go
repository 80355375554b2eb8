package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

const notificationService = "org.freedesktop.Notifications"

// notificationBody keeps servers from reading markup into a text.
func notificationBody(plain string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(plain)
}

// actionIDs are those of the button and of what the desktop calls a click on the
// notification itself, for which no desktop draws a button. The framework would report
// that click as it does a dismissal (close reason 2); now only a dismissal bears its
// own identifier. A connection of ours could not tell them apart: some desktops send
// the signals to nobody but the sender of the notification.
func actionIDs() []string { return []string{"default", "open"} }

// isClick reports whether the user clicked, on the notification or on its button.
func isClick(action string) bool { return action != "DEFAULT_ACTION" }

// joinNotifications returns why there can be no notifications at all. The framework
// would start a bus where none runs, so it is asked for first.
func joinNotifications() error {
	_, err := askNotifications()
	return err
}

// notificationsShown says whether a server runs that shows notifications, or would
// be started for one, and if not, why.
func notificationsShown() (shown bool, why string) {
	there, err := askNotifications()
	switch {
	case err != nil:
		return false, noBus
	case !there:
		return false, "Your desktop runs no notification service. Most bring one; for others there are dunst and mako."
	}
	return true, ""
}

const noBus = "There is no session bus here, so nothing can be shown outside the window."

// askNotifications asks the bus for a server. The error tells that there is no bus.
func askNotifications() (there bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	bus, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		return false, refusal(noBus, err)
	}
	defer func() { _ = bus.Close() }() // it was only for these questions
	if err := bus.Auth(nil); err != nil {
		return false, refusal(noBus, err)
	}
	if err := bus.Hello(); err != nil {
		return false, refusal(noBus, err)
	}
	for _, method := range []string{"ListNames", "ListActivatableNames"} {
		var names []string
		if err := bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus."+method, 0).Store(&names); err != nil {
			return false, refusal(noBus, err)
		}
		if slices.Contains(names, notificationService) {
			return true, nil
		}
	}
	return false, nil
}
