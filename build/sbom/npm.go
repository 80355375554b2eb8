package main

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// lockFile is what we read of package-lock.json, form 3.
type lockFile struct {
	Form     int                `json:"lockfileVersion"`
	Packages map[string]npmPart `json:"packages"`
}

type npmPart struct {
	Version      string            `json:"version"`
	Integrity    string            `json:"integrity"`
	License      string            `json:"license"`
	Dependencies map[string]string `json:"dependencies"`
}

// packages lists all that the lock file names. What the page imports, with what
// that needs, is inside the program; the rest only builds and tests it.
func packages(frontend string) ([]component, error) {
	raw, err := os.ReadFile(filepath.Join(frontend, "package-lock.json"))
	if err != nil {
		return nil, err
	}
	var lock lockFile
	if err := json.Unmarshal(raw, &lock); err != nil {
		return nil, fmt.Errorf("package-lock.json: %w", err)
	}
	if lock.Form != 3 {
		return nil, fmt.Errorf("package-lock.json has form %d: this reads form 3", lock.Form)
	}
	roots, err := imported(filepath.Join(frontend, "src"))
	if err != nil {
		return nil, err
	}
	inside := closure(lock.Packages, roots)
	var out []component
	for _, path := range slices.Sorted(maps.Keys(lock.Packages)) {
		if path == "" {
			continue // our own
		}
		c, err := npmComponent(path, lock.Packages[path])
		if err != nil {
			return nil, err
		}
		if inside[path] {
			c.Scope, c.dir = included, filepath.Join(frontend, filepath.FromSlash(path))
		}
		out = append(out, c)
	}
	return slices.CompactFunc(sortedByRef(out), func(a, b component) bool { return a.Ref == b.Ref }), nil
}

// sortedByRef puts, of one package in two folders, that which is inside first.
func sortedByRef(list []component) []component {
	slices.SortStableFunc(list, func(a, b component) int {
		return cmp.Or(cmp.Compare(a.Ref, b.Ref), cmp.Compare(b.Scope, a.Scope))
	})
	return list
}

func npmComponent(path string, p npmPart) (component, error) {
	name := path[strings.LastIndex(path, "node_modules/")+len("node_modules/"):]
	group, short, scoped := strings.Cut(name, "/")
	if !scoped {
		group, short = "", name
	}
	purl := "pkg:npm/" + strings.Replace(name, "@", "%40", 1) + "@" + p.Version
	c := component{Type: "library", Ref: purl, Group: group, Name: short, Version: p.Version, Scope: excluded, PURL: purl}
	if p.License != "" {
		c.Licenses = []license{{p.License}}
	}
	if sum, ok := strings.CutPrefix(p.Integrity, "sha512-"); ok {
		b, err := base64.StdEncoding.DecodeString(sum)
		if err != nil {
			return c, fmt.Errorf("integrity of %s: %w", name, err)
		}
		c.Hashes = []hash{{"SHA-512", hex.EncodeToString(b)}}
	}
	return c, nil
}

var importForm = regexp.MustCompile(`(?:from|import|import\(|url\()\s*['"]((?:@[a-z0-9][\w.-]*/)?[a-z0-9][\w.-]*)(?:/[^'"]*)?['"]`)

// imported lists the packages that the page's source names, its tests left out.
func imported(src string) ([]string, error) {
	found := map[string]bool{}
	err := filepath.WalkDir(src, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".test.ts") || !slices.Contains([]string{".ts", ".svelte", ".css"}, filepath.Ext(path)) {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range importForm.FindAllSubmatch(text, -1) {
			found[string(m[1])] = true
		}
		return err
	})
	return slices.Sorted(maps.Keys(found)), err
}

// closure follows dependencies as Node finds them: nested folders first.
func closure(all map[string]npmPart, names []string) map[string]bool {
	inside := map[string]bool{}
	var visit func(from, name string)
	visit = func(from, name string) {
		for base := from; ; {
			path := strings.TrimPrefix(base+"/node_modules/"+name, "/")
			if p, ok := all[path]; ok {
				if inside[path] {
					return
				}
				inside[path] = true
				for dep := range p.Dependencies {
					visit(path, dep)
				}
				return
			}
			if base == "" {
				return // built in, or optional and not for this system
			}
			base = base[:max(strings.LastIndex(base, "/node_modules/"), 0)]
		}
	}
	for _, name := range names {
		visit("", name)
	}
	return inside
}

var swaggerForm = regexp.MustCompile(`swagger-ui-dist@(\d+\.\d+\.\d+)`)

// vendored is the one package whose files lie in the repository itself.
func vendored(readme string) (component, error) {
	text, err := os.ReadFile(readme)
	if err != nil {
		return component{}, err
	}
	m := swaggerForm.FindSubmatch(text)
	if m == nil {
		return component{}, fmt.Errorf("%s names no version of swagger-ui-dist", readme)
	}
	purl := "pkg:npm/swagger-ui-dist@" + string(m[1])
	return component{
		Type: "library", Ref: purl, Name: "swagger-ui-dist", Version: string(m[1]), Scope: included,
		Licenses: []license{{"Apache-2.0"}}, PURL: purl, dir: filepath.Dir(readme),
	}, nil
}
