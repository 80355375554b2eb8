//go:build testhosts

package update

import (
	"cmp"
	"os"
)

// host is where a test build asks: its environment says it.
func host() string { return cmp.Or(os.Getenv("OURA_STREAMING_TEST_UPDATES_URL"), Host) }
