//go:build !failpoint

package failpoint

// Enabled tells whether this build can end itself.
const Enabled = false

// Hit does nothing in a normal build.
func Hit(string) {}
