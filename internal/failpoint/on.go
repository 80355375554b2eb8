//go:build failpoint

package failpoint

import (
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// Enabled tells whether this build can end itself.
const Enabled = true

// armed is read once per process: where to end, and at which visit.
var armed = sync.OnceValues(func() (string, int64) {
	name, count, found := strings.Cut(os.Getenv(Variable), ":")
	n, err := strconv.ParseInt(count, 10, 64)
	if !found || err != nil || n < 1 {
		n = 1
	}
	return name, n
})

var visits atomic.Int64

// Hit kills the process when name is the place the environment names. No
// deferred call runs and nothing is flushed.
func Hit(name string) {
	place, at := armed()
	if place == "" || name != place || visits.Add(1) != at {
		return
	}
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		_ = self.Kill() // SIGKILL; if it could not be sent, the test sees us live on
	}
	select {} // the signal is on its way
}
