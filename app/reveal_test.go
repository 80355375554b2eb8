package app

import (
	"context"
	"go/parser"
	"go/token"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"

	"oura-streaming/internal/oura"
)

// TestS65_OnlyRevealStartsPrograms reads the imports of everything but tests.
func TestS65_OnlyRevealStartsPrograms(t *testing.T) {
	approved := []string{
		filepath.Join("..", "app", "reveal.go"), filepath.Join("..", "app", "reveal_windows.go"),
		filepath.Join("..", "build", "sbom", "notices.go"), // no part of the program: it asks the Go tool where modules lie
	}
	var found []string
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains([]string{"node_modules", ".git", "frontend", "bin"}, d.Name()) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, imported := range file.Imports {
			if name, err := strconv.Unquote(imported.Path.Value); err != nil || name == "os/exec" {
				found = append(found, path)
			}
		}
		return nil
	})
	slices.Sort(found)
	if err != nil || !slices.Equal(found, approved) {
		t.Errorf("os/exec is imported by %q, approved are %q; %v", found, approved, err)
	}
}

// fakeProgram puts a stand-in for a program first in PATH, which notes its
// arguments and its environment.
func fakeProgram(t *testing.T, name string) (noted string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in is a script")
	}
	dir := t.TempDir()
	noted = filepath.Join(dir, "noted")
	script := "#!/bin/sh\nprintf '%s\\n' \"$#\" \"$@\" > " + noted + "\nenv >> " + noted + "\n"
	if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	return noted
}

func TestReveal_OpensTheFolderWithoutASecretOrAShell(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("how Linux does it")
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	noted := fakeProgram(t, "xdg-open")
	for _, name := range secretVariables {
		t.Setenv(name, "canary-77")
	}
	dir := filepath.Join(t.TempDir(), "odd; $(touch x) 'name'")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := revealFile(t.Context(), filepath.Join(dir, "file.db")); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(noted)
	if err != nil || !strings.HasPrefix(string(text), "1\n"+dir+"\n") || strings.Contains(string(text), "canary-77") {
		t.Errorf("started with %s, %v", text, err)
	}
	t.Setenv("PATH", t.TempDir())
	if err := revealFile(t.Context(), filepath.Join(dir, "file.db")); oura.CodeOf(err) != oura.CodeUnavailable || !strings.Contains(oura.MessageOf(err), "file.db") {
		t.Errorf("without a file manager: %v, want the path to look for by hand", err)
	}
}

// manager is a file manager on the session bus.
type manager struct{ shown chan []string }

func (m manager) ShowItems(items []string, _ string) *dbus.Error {
	m.shown <- items
	return nil
}

func TestReveal_SelectsTheFileWhereAFileManagerListens(t *testing.T) {
	if runtime.GOOS != "linux" || os.Getenv("DBUS_SESSION_BUS_ADDRESS") == "" {
		t.Skip("needs a session bus: dbus-run-session -- go test")
	}
	bus, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bus.Close() })
	m := manager{make(chan []string, 1)}
	const name = "org.freedesktop.FileManager1"
	if err := bus.Export(m, "/org/freedesktop/FileManager1", name); err != nil {
		t.Fatal(err)
	}
	if reply, err := bus.RequestName(name, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Skip("another file manager has the name")
	}
	noted := fakeProgram(t, "xdg-open")
	path := "/tmp/with space/ünï#1.db"
	if err := revealFile(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse((<-m.shown)[0])
	if err != nil || u.Scheme != "file" || u.Path != path {
		t.Errorf("shown %v, %v", u, err)
	}
	if _, err := os.Stat(noted); err == nil {
		t.Error("the folder was opened as well")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := showInFolder(ended, path); err == nil {
		t.Error("shown although the program ends")
	}
}
