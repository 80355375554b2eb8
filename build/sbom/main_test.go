package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// made runs the command on this very test program.
func made(t *testing.T) (text []byte, doc bom, licenses string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	out, third := filepath.Join(dir, "sbom.json"), filepath.Join(dir, "third.txt")
	root := filepath.Join("..", "..")
	if _, err := os.Stat(filepath.Join(root, "frontend", "node_modules", "svelte")); err != nil {
		third = "" // licenses of the page lie in its packages
	}
	if err := run(root, "v1.2.3", time.Unix(1795391913, 0).UTC(), out, third, []string{self}); err != nil {
		t.Fatal(err)
	}
	if text, err = os.ReadFile(out); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	if third != "" {
		raw, err := os.ReadFile(third)
		if err != nil {
			t.Fatal(err)
		}
		licenses = string(raw)
	}
	return text, doc, licenses
}

func TestS64_EveryModuleAndPackageIsListed(t *testing.T) {
	_, doc, licenses := made(t)
	if doc.Format != "CycloneDX" || doc.SpecVersion != "1.5" || doc.Metadata.Component.Version != "v1.2.3" || doc.Metadata.Timestamp != "2026-11-22T23:58:33Z" {
		t.Errorf("head: %+v", doc.Metadata)
	}
	find := func(ref string) component {
		i := slices.IndexFunc(doc.Components, func(c component) bool { return c.PURL == ref })
		if i < 0 {
			t.Errorf("%s is not listed", ref)
			return component{}
		}
		return doc.Components[i]
	}
	self, _ := os.Executable() // made has asked already
	info, err := buildinfo.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range info.Deps {
		find("pkg:golang/" + m.Path + "@" + m.Version)
	}
	raw, err := os.ReadFile(filepath.Join("..", "..", "frontend", "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	var lock lockFile
	if err := json.Unmarshal(raw, &lock); err != nil {
		t.Fatal(err)
	}
	for path, p := range lock.Packages {
		if path == "" {
			continue
		}
		name := strings.Replace(path[strings.LastIndex(path, "node_modules/")+len("node_modules/"):], "@", "%40", 1)
		if c := find("pkg:npm/" + name + "@" + p.Version); len(c.Hashes) != 1 || len(c.Hashes[0].Content) != 128 {
			t.Errorf("%s: hashes %v", path, c.Hashes)
		}
	}
	for _, c := range doc.Components {
		inside := slices.Contains([]string{"svelte", "uplot", "inter", "clsx", "swagger-ui-dist", "std"}, c.Name)
		if builds := slices.Contains([]string{"vite", "typescript", "vitest"}, c.Name); inside && c.Scope != included || builds && c.Scope != excluded {
			t.Errorf("%s: scope %s", c.PURL, c.Scope)
		}
		if c.Scope == included != slices.Contains(doc.Dependencies[0].On, c.Ref) {
			t.Errorf("%s: scope %s does not agree with the dependencies", c.PURL, c.Scope)
		}
	}
	for _, words := range []string{"SIL OPEN FONT LICENSE", "Copyright 2009 The Go Authors", "Leon Sorokin", "Svelte Contributors"} {
		if licenses != "" && !strings.Contains(licenses, words) {
			t.Errorf("the licenses lack %q", words)
		}
	}
}

func TestDocument_IsTheSameForTheSameRelease(t *testing.T) {
	a, _, _ := made(t)
	b, doc, _ := made(t)
	if !bytes.Equal(a, b) {
		t.Error("two runs differ")
	}
	other := document("v1.2.4", time.Time{}, nil)
	if other.Serial == doc.Serial || len(doc.Serial) != len("urn:uuid:")+36 {
		t.Errorf("serial number %s, of another release %s", doc.Serial, other.Serial)
	}
	refs := map[string]bool{}
	for _, c := range doc.Components {
		if refs[c.Ref] {
			t.Errorf("%s comes twice", c.Ref)
		}
		refs[c.Ref] = true
	}
}

func TestClosure_FindsTheNearestFolder(t *testing.T) {
	all := map[string]npmPart{
		"node_modules/a":                {Dependencies: map[string]string{"b": "1", "built-in": "1"}},
		"node_modules/a/node_modules/b": {Dependencies: map[string]string{"c": "1"}},
		"node_modules/b":                {},
		"node_modules/c":                {Dependencies: map[string]string{"a": "1"}},
		"node_modules/d":                {},
	}
	got := closure(all, []string{"a"})
	want := []string{"node_modules/a", "node_modules/a/node_modules/b", "node_modules/c"}
	if len(got) != len(want) || slices.ContainsFunc(want, func(p string) bool { return !got[p] }) {
		t.Errorf("got %v, want %v", got, want)
	}
}
