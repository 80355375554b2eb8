//go:build soak

package soak

import (
	"fmt"
	"os"
	"testing"
)

// row adds a line to the table of build/soak.sh, which is written like that of
// build/bench.sh; goal is "" where there is none.
func row(t *testing.T, what, reached, goal string, met bool) {
	t.Helper()
	verdict := ""
	if goal != "" {
		verdict = "MISSED"
		if met {
			verdict = "reached"
		}
	}
	f, err := os.OpenFile(given(t, "OURA_SOAK_TABLE"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = fmt.Fprintf(f, "%-56s %14s   %-10s %s\n", what, reached, goal, verdict)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// given is a variable that build/soak.sh sets.
func given(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set: run build/soak.sh", name)
	}
	return value
}
