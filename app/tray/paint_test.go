//go:build (linux || windows || darwin) && !notray

package tray

import (
	"testing"

	"oura-streaming/internal/status"
)

func TestU04_EveryStateHasAPicture(t *testing.T) {
	pictures := map[string]status.State{}
	for _, s := range []status.State{status.Live, status.Polling, status.CatchingUp, status.NeedsYou, status.Offline, status.Paused} {
		name := Look{State: s}.picture()
		if other, twice := pictures[name]; twice {
			t.Errorf("%s and %s look the same", s, other)
		}
		pictures[name] = s
		if len(picture(name)) == 0 {
			t.Errorf("%s has no picture", s)
		}
	}
	for _, s := range []status.State{status.Setup, "", "a new one"} {
		if _, known := pictures[Look{State: s}.picture()]; !known {
			t.Errorf("%q has a picture of its own: %s", s, Look{State: s}.picture())
		}
	}
}
