// Command sbom lists what a release is made of: a CycloneDX document of its Go
// modules, as the built programs name them themselves, and of the npm packages that
// the lock file names; and the licenses of all that is inside, in one text.
//
//	go run ./build/sbom -version V -epoch SECONDS -out SBOM -licenses TEXT PROGRAM...
package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

func main() {
	version := flag.String("version", "", "of the release")
	epoch := flag.Int64("epoch", 0, "when its commit was made, in seconds")
	root := flag.String("root", ".", "the repository")
	out := flag.String("out", "", "where the document goes")
	licenses := flag.String("licenses", "", "where the licenses go, \"\" for nowhere")
	flag.Parse()
	if err := run(*root, *version, time.Unix(*epoch, 0).UTC(), *out, *licenses, flag.Args()); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "sbom:", err) // nobody else to tell
		os.Exit(1)
	}
}

func run(root, version string, at time.Time, out, licenses string, programs []string) error {
	goParts, err := modules(programs)
	if err != nil {
		return err
	}
	npm, err := packages(filepath.Join(root, "frontend"))
	if err != nil {
		return err
	}
	copied, err := vendored(filepath.Join(root, "internal", "restapi", "docs", "README.md"))
	if err != nil {
		return err
	}
	parts := append(append(goParts, npm...), copied)
	text, err := json.MarshalIndent(document(version, at, parts), "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(out, append(text, '\n'), 0o644); err != nil {
		return err
	}
	if licenses == "" {
		return nil
	}
	notices, err := collect(root, parts)
	if err != nil {
		return err
	}
	return os.WriteFile(licenses, notices, 0o644)
}

// The parts of a CycloneDX document that we write.
type (
	bom struct {
		Format       string       `json:"bomFormat"`
		SpecVersion  string       `json:"specVersion"`
		Serial       string       `json:"serialNumber"`
		Version      int          `json:"version"`
		Metadata     metadata     `json:"metadata"`
		Components   []component  `json:"components"`
		Dependencies []dependency `json:"dependencies"`
	}
	metadata struct {
		Timestamp string    `json:"timestamp"`
		Component component `json:"component"`
	}
	component struct {
		Type     string     `json:"type"`
		Ref      string     `json:"bom-ref"`
		Group    string     `json:"group,omitempty"`
		Name     string     `json:"name"`
		Version  string     `json:"version"`
		Scope    string     `json:"scope,omitempty"` // "excluded": builds the program and is not inside
		Hashes   []hash     `json:"hashes,omitempty"`
		Licenses []license  `json:"licenses,omitempty"`
		PURL     string     `json:"purl"`
		Props    []property `json:"properties,omitempty"`
		dir      string     // where its license lies
	}
	hash struct {
		Algorithm string `json:"alg"`
		Content   string `json:"content"`
	}
	license struct {
		Expression string `json:"expression"`
	}
	property struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	dependency struct {
		Ref string   `json:"ref"`
		On  []string `json:"dependsOn"`
	}
)

const (
	included = "required"
	excluded = "excluded"
)

// document is the same for the same release, to its last byte.
func document(version string, at time.Time, parts []component) bom {
	self := component{
		Type: "application", Ref: "pkg:generic/oura-streaming@" + version, Name: "oura-streaming", Version: version,
		Licenses: []license{{"MIT"}}, PURL: "pkg:generic/oura-streaming@" + version,
	}
	inside := dependency{Ref: self.Ref, On: []string{}}
	seed := self.Ref
	for _, c := range parts {
		seed += "\n" + c.Ref
		if c.Scope == included {
			inside.On = append(inside.On, c.Ref)
		}
	}
	return bom{
		Format: "CycloneDX", SpecVersion: "1.5", Serial: "urn:uuid:" + uuid(seed), Version: 1,
		Metadata:   metadata{Timestamp: at.Format(time.RFC3339), Component: self},
		Components: parts, Dependencies: []dependency{inside},
	}
}

// uuid makes a number of version 8 out of what it stands for.
func uuid(seed string) string {
	b := sha256.Sum256([]byte(seed))
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// modules reads which modules the programs were built of; one that is in several
// comes once.
func modules(programs []string) ([]component, error) {
	if len(programs) == 0 {
		return nil, errors.New("no program is named")
	}
	var out []component
	seen := map[string]bool{}
	add := func(c component) {
		if !seen[c.Ref] {
			seen[c.Ref] = true
			out = append(out, c)
		}
	}
	for _, program := range programs {
		info, err := buildinfo.ReadFile(program)
		if err != nil {
			return nil, fmt.Errorf("read what %s is made of: %w", program, err)
		}
		std := strings.TrimPrefix(strings.Fields(info.GoVersion)[0], "go")
		add(component{
			Type: "library", Ref: "pkg:golang/std@" + std, Name: "std", Version: std, Scope: included,
			Licenses: []license{{"BSD-3-Clause"}}, PURL: "pkg:golang/std@" + std, dir: runtime.GOROOT(), //nolint:staticcheck // run by go run, beside that very toolchain
		})
		for _, m := range info.Deps {
			if m.Replace != nil {
				m = m.Replace
			}
			ref := "pkg:golang/" + m.Path + "@" + m.Version
			c := component{Type: "library", Ref: ref, Name: m.Path, Version: m.Version, Scope: included, PURL: ref}
			if m.Sum != "" {
				c.Props = []property{{"go:sum", m.Sum}}
			}
			add(c)
		}
	}
	return out, nil
}
