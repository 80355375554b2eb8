package failpoint

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestMain(m *testing.M) {
	if os.Getenv("FAILPOINT_CHILD") == "1" {
		for range 3 {
			Hit("elsewhere")
			Hit("here")
			os.Stdout.WriteString("x")
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func child(t *testing.T, point string) (string, error) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "FAILPOINT_CHILD=1", Variable+"="+point)
	out, err := cmd.Output()
	return string(out), err
}

func TestHit(t *testing.T) {
	for point, visits := range map[string]int{"": 3, "unknown": 3, "here": 0, "here:1": 0, "here:3": 2, "here:4": 3, "here:x": 0} {
		t.Run("point "+point, func(t *testing.T) {
			want := visits
			if !Enabled {
				want = 3
			}
			out, err := child(t, point)
			if got := strings.Count(out, "x"); got != want {
				t.Errorf("%d visits survived, want %d", got, want)
			}
			if killed := err != nil; killed != (want < 3) {
				t.Errorf("child ended with %v", err)
			}
		})
	}
}
