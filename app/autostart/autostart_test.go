package autostart

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// odd are programs and arguments that a careless writer breaks.
var odd = [][]string{
	{"/usr/bin/oura-streaming"},
	{"/usr/bin/oura-streaming", "--hidden"},
	{"/home/a b/oura streaming", "--data-dir", "/data/with blank", "--hidden"},
	{`/opt/"quoted"/$HOME/` + "`id`" + `/back\slash`, `--data-dir`, `\`, `a\"b`},
	{"/opt/100%/%u %%", "", "ends\\", `\\server\share\`, `"`},
	{"/opt/línea/\U0001F319", "tab\there", "<&>'"},
}

func TestCommandsComeBackAsTheyWere(t *testing.T) {
	for _, command := range odd {
		p := Program{ID: "oura-streaming", Name: "Oura Streaming", Path: command[0], Args: command[1:]}
		words, err := splitExec(unescapeValue(escapeValue(execLine(command))))
		if err != nil || !slices.Equal(words, command) {
			t.Errorf("desktop entry: %q, %v, want %q", words, err, command)
		}
		if words := splitRun(runLine(command)); !slices.Equal(words, command) {
			t.Errorf("command line of Windows: %q, want %q", words, command)
		}
		want := State{On: true, Hidden: slices.Contains(command, hiddenFlag), Path: command[0]}
		if s, err := readEntry(entryText(p, false)); err != nil || s != want {
			t.Errorf("desktop entry: %+v, %v, want %+v", s, err, want)
		}
		if s, err := readAgent(agentText(p, false)); err != nil || s != want {
			t.Errorf("launch agent: %+v, %v, want %+v", s, err, want)
		}
	}
}

func TestRunLine_IsWhatWindowsReads(t *testing.T) {
	for want, command := range map[string][]string{
		`"C:\Program Files\Oura Streaming\oura-streaming.exe" --hidden`: {`C:\Program Files\Oura Streaming\oura-streaming.exe`, "--hidden"},
		`"C:\o.exe" --data-dir "C:\my data\\"`:                          {`C:\o.exe`, "--data-dir", `C:\my data\`},
		`"C:\o.exe" "a\\\"b" ""`:                                        {`C:\o.exe`, `a\"b`, ""},
	} {
		if got := runLine(command); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	for mark, want := range map[string]bool{"": true, "\x02\x00": true, "\x06\x00": true, "\x03\x00\x01": false, "\x07": false} {
		if isApproved([]byte(mark)) != want {
			t.Errorf("mark %x: approved %v", mark, !want)
		}
	}
}

func TestReadEntry_AsDesktopsChangeIt(t *testing.T) {
	p := Program{ID: "oura-streaming", Name: "Oura Streaming", Path: "/usr/bin/oura-streaming"}
	ours := entryText(p, true)
	for what, c := range map[string]struct {
		text string
		want State
		fail bool
	}{
		"switched off by GNOME":         {strings.Replace(ours, "enabled=true", "enabled=false", 1), State{Hidden: true, Path: p.Path}, false},
		"removed by a settings page":    {ours + "Hidden=true\n", State{Hidden: true, Path: p.Path}, false},
		"with fields and a comment":     {"# note\n[Desktop Entry]\n#Exec=no\nExec = oura-streaming %U\n[Desktop Action x]\nExec=other\nHidden=true\n", State{On: true, Path: "oura-streaming"}, false},
		"of another system's line ends": {strings.ReplaceAll(ours, "\n", "\r\n"), State{On: true, Hidden: true, Path: p.Path}, false},
		"empty":                         {"", State{}, false},
		"with an open quote":            {"[Desktop Entry]\nExec=\"/usr/bin", State{}, true},
	} {
		t.Run(what, func(t *testing.T) {
			if s, err := readEntry(c.text); s != c.want || (err != nil) != c.fail {
				t.Errorf("%+v, %v, want %+v", s, err, c.want)
			}
		})
	}
}

func TestReadAgent_AsOthersWriteIt(t *testing.T) {
	const head, tail = `<plist version="1.0"><dict>`, `</dict></plist>`
	command := `<key>ProgramArguments</key><array><string>/a</string><string>--hidden</string></array>`
	for text, want := range map[string]State{
		head + command + `<key>RunAtLoad</key><true/>` + tail:                                  {On: true, Hidden: true, Path: "/a"},
		head + command + `<key>RunAtLoad</key><false/>` + tail:                                 {Hidden: true, Path: "/a"},
		head + command + `<key>RunAtLoad</key><true/><key>Disabled</key><true/>` + tail:        {Hidden: true, Path: "/a"},
		head + command + `<key>KeepAlive</key><dict><key>RunAtLoad</key><true/></dict>` + tail: {Hidden: true, Path: "/a"},
		head + `<key>RunAtLoad</key><true/>` + tail:                                            {},
	} {
		if s, err := readAgent(text); err != nil || s != want {
			t.Errorf("%s: %+v, %v, want %+v", text, s, err, want)
		}
	}
	if _, err := readAgent("<plist><dict>"); err == nil {
		t.Error("half a file is read as a whole one")
	}
}

func TestSet_IsWhatTheDesktopHolds(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("writes to this user's own settings elsewhere")
	}
	dir := filepath.Join(t.TempDir(), "config")
	t.Setenv("XDG_CONFIG_HOME", dir)
	p := Program{ID: "oura-streaming", Name: "Oura Streaming", Path: "/opt/my programs/oura-streaming", Args: []string{"--data-dir", "/data/100%"}}
	want := func(want State) {
		t.Helper()
		if s, err := Read(p); err != nil || s != want {
			t.Errorf("%+v, %v, want %+v", s, err, want)
		}
	}
	set := func(on, hidden bool) {
		t.Helper()
		if err := Set(p, on, hidden); err != nil {
			t.Fatal(err)
		}
	}
	want(State{})
	set(false, false)
	set(true, true)
	want(State{On: true, Hidden: true, Path: p.Path})
	path := filepath.Join(dir, "autostart", "oura-streaming.desktop")
	if tool, err := exec.LookPath("desktop-file-validate"); err == nil {
		if out, err := exec.CommandContext(t.Context(), tool, path).CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("desktop-file-validate: %v\n%s", err, out)
		}
	}
	set(true, false)
	want(State{On: true, Path: p.Path})
	set(false, false)
	want(State{})
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(p); err == nil {
		t.Error("a folder in the entry's place is read as none")
	}
}

func FuzzSplit(f *testing.F) {
	for _, command := range odd {
		f.Add(execLine(command))
		f.Add(runLine(command))
	}
	f.Fuzz(func(t *testing.T, line string) {
		if words := splitRun(line); len(words) > 0 && words[0] != "" && !slices.Equal(splitRun(runLine(words)), words) {
			t.Errorf("%q: %q", line, words)
		}
		if words, err := splitExec(line); err == nil && len(words) > 0 {
			if again, err := splitExec(execLine(words)); err != nil || !slices.Equal(again, words) {
				t.Errorf("%q: %q, %v", line, words, err)
			}
		}
	})
}
