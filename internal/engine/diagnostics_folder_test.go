//go:build unix

package engine

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oura-streaming/internal/diagnose"
	"oura-streaming/internal/status"
)

// TestS42_AnUnsafeFolderIsToldWithoutItsName has programs synchronise folders of a
// name that a person chose.
func TestS42_AnUnsafeFolderIsToldWithoutItsName(t *testing.T) {
	for text, want := range map[string]string{
		"Damage. It lies in a folder that Syncthing synchronises: /data/Canary family.":             "Damage. It lies in a folder that Syncthing synchronises.",
		`It lies in a folder that Dropbox synchronises: D:\Canary family\Dropbox.`:                  "It lies in a folder that Dropbox synchronises.",
		"It lies in a folder that Canary family synchronises: /data/CloudStorage/Canary family.":    "It lies in a folder that a program synchronises.",
		"It lies in a folder that Canary Dropbox synchronises: /data/CloudStorage/Canary Dropbox-1": "It lies in a folder that a program synchronises.",
		"It lies on a network drive or a shared folder (nfs4).":                                     "It lies on a network drive or a shared folder (nfs4).",
	} {
		if got := withoutFolder(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// TestS42_TheFoldersAroundTheDataAreNotTold names what the data folder lies in, and
// where a link leads to.
func TestS42_TheFoldersAroundTheDataAreNotTold(t *testing.T) {
	place := t.TempDir()
	real := filepath.Join(place, "Canary nights", "oura")
	link := filepath.Join(place, "Canary link")
	must(t, os.MkdirAll(real, 0o700))
	must(t, os.Symlink(real, link))
	var s diagnose.Sieve
	nameFolder(&s, link, "[data folder]")
	nameFolder(&s, "/data/Canary family/oura/Canary data", "[data folder]")
	for text, want := range map[string]string{
		"look into " + link + ".":                                       "look into [data folder].",
		"look into " + real + ".":                                       "look into [data folder].",
		"look into " + filepath.Dir(real) + ".":                         "look into [path].",
		"look into /data/Canary family/oura/Canary data.":               "look into [data folder].",
		"look into /data/Canary family.":                                "look into [path].",
		"open /data/Canary family/Canary other thing: denied":           "open [path]: denied",
		"rename /data/Canary family/a b /data/Canary family/c: no room": "rename [path] [path]: no room",
		"/data and /home are everybody's":                               "/data and /home are everybody's",
	} {
		if got := s.Clean(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// TestS42_AProgramInASynchronisedFolderNamesNone looks at the whole text.
func TestS42_AProgramInASynchronisedFolderNamesNone(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	opt.DataDir = filepath.Join(t.TempDir(), "Canary family", "Dropbox", "oura")
	p := start(t, sim, opt)
	p.wait("the warning", func() string { return want(p.hasTrouble(status.FolderUnsafe), "none") })
	text := p.engine.Diagnostics(t.Context())
	if !strings.Contains(text, "It lies in a folder that Dropbox synchronises.") || strings.Contains(text, "Canary") {
		t.Error(text)
	}
}
