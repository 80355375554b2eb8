//go:build failpoint

package sqlite

import (
	"fmt"
	"os"
	"os/exec"
	"testing"

	"oura-streaming/internal/failpoint"
)

// TestMigrateKillHelper is the program that the next test kills.
func TestMigrateKillHelper(t *testing.T) {
	path := os.Getenv("SQLITE_TEST_MIGRATE")
	if path == "" {
		t.Skip("only of use to TestF14_KilledAtEachStepOfEachMigration")
	}
	if s, err := Open(t.Context(), path, Options{}); err != nil {
		t.Error(s, err)
	}
}

// TestF14_KilledAtEachStepOfEachMigration kills an update from each version at each
// of its steps: the schema is the old one or the new one, and the next start ends
// the work.
func TestF14_KilledAtEachStepOfEachMigration(t *testing.T) {
	const steps = 5 // text, application id, version, check, commit
	names, err := migrationNames()
	if err != nil {
		t.Fatal(err)
	}
	kills := 0
	for version := 1; version < len(names); version++ {
		for step := 1; step <= steps*(len(names)-version); step++ {
			path := earlier(t, version)
			child := exec.Command(os.Args[0], "-test.run=TestMigrateKillHelper$")
			child.Env = append(os.Environ(), "SQLITE_TEST_MIGRATE="+path, fmt.Sprintf("%s=migrate.step:%d", failpoint.Variable, step))
			if out, err := child.CombinedOutput(); err == nil {
				t.Fatalf("from version %d, step %d: the child was not killed: %s", version, step, out)
			}
			kills++
			wantVersion(t, path, version+step/steps)
			s := openAt(t, path)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			wantVersion(t, path, len(names))
		}
	}
	t.Logf("%d kills, from each of %d versions at each step", kills, len(names)-1)
}
