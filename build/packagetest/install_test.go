//go:build package

package packagetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// script is what happens in a session of its own: the program is started from its
// desktop entry with sample data, its window comes, it ends when asked to.
const script = `
set -eu
for how in "gtk-launch oura-streaming" "gio launch $HOME/demo.desktop"; do
  $how >/dev/null 2>&1 &
  id=""
  for i in $(seq 600); do
    id=$(xdotool search --onlyvisible --class oura-streaming 2>/dev/null | tail -n 1) && [ -n "$id" ] && break
    sleep 0.2
  done
  [ -n "$id" ] || { echo "no window after: $how"; exit 1; }
  for i in $(seq 300); do
    xdotool getwindowname "$id" | grep -q 'Oura Streaming' && break
    sleep 0.2
  done
  echo "window: $(xdotool getwindowname "$id"), of $(readlink /proc/$(xdotool getwindowpid "$id")/exe)"
  xprop -id "$id" _NET_WM_ICON WM_CLASS | head -n 2 | cut -c 1-60
  pid=$(xdotool getwindowpid "$id")
  kill -TERM "$pid"
  for i in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  ! kill -0 "$pid" 2>/dev/null || { echo "still runs after: $how"; exit 1; }
done
`

// systemFiles lists what package managers' own books do not count as trace.
func systemFiles(t *testing.T) string {
	t.Helper()
	return tool(t, "find", "/usr/bin", "/usr/share", "/etc", "/opt", "/var/lib/oura-streaming", "-xdev", "-iname", "*oura?streaming*", "-not", "-path", "/etc/alternatives/*")
}

// TestDeb_InstallsStartsAndGoes installs the package on this very computer.
func TestDeb_InstallsStartsAndGoes(t *testing.T) {
	if out, err := exec.CommandContext(t.Context(), "dpkg-query", "-W", "oura-streaming").CombinedOutput(); err == nil {
		t.Fatalf("it is installed already: %s", out)
	}
	must := os.MkdirAll("/var/lib/oura-streaming", 0o755) // find wants it; removed below
	if must != nil {
		t.Fatal(must)
	}
	defer os.Remove("/var/lib/oura-streaming")
	t.Setenv("DEBIAN_FRONTEND", "noninteractive")
	tool(t, "apt-get", "install", "-y", "--no-install-recommends", "--allow-downgrades", the(t, "*.deb"))
	purged := false
	purge := func() {
		if !purged {
			purged = true
			tool(t, "apt-get", "purge", "-y", "oura-streaming")
		}
	}
	t.Cleanup(func() {
		if !purged {
			_ = exec.Command("apt-get", "purge", "-y", "oura-streaming").Run() // the test has failed already
		}
	})
	if got := tool(t, "oura-streaming", "--version"); !strings.HasPrefix(got, "oura-streaming ") {
		t.Errorf("--version prints %q", got)
	}
	if got := tool(t, "man", "-w", "oura-streaming"); !strings.Contains(got, "oura-streaming.1") {
		t.Errorf("man finds %q", got)
	}
	if _, err := os.Stat("/usr/share/icons/hicolor/48x48/apps/oura-streaming.png"); err != nil {
		t.Error(err)
	}

	home := t.TempDir()
	// gio launch has no word for actions, so the entry's own action becomes an entry.
	entry := string(read(t, "/usr/share/applications/oura-streaming.desktop"))
	if !strings.Contains(entry, "\nExec=oura-streaming --demo\n") {
		t.Fatal("the entry has no action for sample data")
	}
	demo := strings.Replace(entry[:strings.Index(entry, "\n[Desktop Action")], "\nExec=oura-streaming\n", "\nExec=oura-streaming --demo\n", 1)
	if err := os.WriteFile(filepath.Join(home, "demo.desktop"), []byte(strings.Replace(demo, "\nActions=demo;", "", 1)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, "session.sh"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	session := exec.CommandContext(t.Context(), "dbus-run-session", "--", "xvfb-run", "-a", "-s", "-screen 0 1400x900x24", "bash", filepath.Join(home, "session.sh"))
	session.Env = append(os.Environ(), "HOME="+home, "XDG_DATA_HOME="+filepath.Join(home, "data"), "XDG_CONFIG_HOME="+filepath.Join(home, "config"),
		"XDG_CACHE_HOME="+filepath.Join(home, "cache"), "XDG_RUNTIME_DIR="+t.TempDir(), "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS=1", "XDG_SESSION_TYPE=x11")
	out, err := session.CombinedOutput()
	t.Logf("%s", out)
	if err != nil || strings.Count(string(out), "of /usr/bin/oura-streaming") != 2 {
		t.Fatalf("the session: %v", err)
	}
	if !strings.Contains(string(out), "_NET_WM_ICON(CARDINAL)") {
		t.Error("the window has no icon")
	}

	purge()
	if left := strings.TrimSpace(strings.Replace(systemFiles(t), "/var/lib/oura-streaming\n", "", 1)); left != "" {
		t.Errorf("left after the removal:\n%s", left)
	}
	for _, kept := range []string{"data/oura-streaming/oura_streaming.db", "data/oura-streaming-demo/oura_streaming.db"} {
		if _, err := os.Stat(filepath.Join(home, kept)); err != nil {
			t.Errorf("the user's data has gone: %v", err)
		}
	}
}
