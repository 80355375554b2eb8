package app

import (
	"path/filepath"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

func TestU06_MarkupInANotificationStaysText(t *testing.T) {
	if got := notificationBody(`<b>R&D</b> 5 > 3`); got != "&lt;b&gt;R&amp;D&lt;/b&gt; 5 &gt; 3" {
		t.Errorf("servers would read %q", got)
	}
}

// The real window's test tries what desktops answer to a click and a dismissal.
func TestU06_ADismissalIsNoClick(t *testing.T) {
	for _, action := range actionIDs() {
		if !isClick(action) {
			t.Errorf("%q is no click", action)
		}
	}
	if isClick("DEFAULT_ACTION") {
		t.Error("what the framework calls a dismissal is a click")
	}
}

func TestF83_WithoutABusThereIsNoServiceAndNoneIsStarted(t *testing.T) {
	for _, address := range []string{"", "unix:path=" + filepath.Join(t.TempDir(), "nobody"), "nonsense"} {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
		t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
		began := time.Now()
		if err := joinNotifications(); oura.MessageOf(err) != noBus {
			t.Errorf("%q: %v", address, err)
		}
		if shown, why := notificationsShown(); shown || why != noBus {
			t.Errorf("%q: shown %v, %q", address, shown, why)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("%q: it took %v to know", address, took)
		}
	}
}
