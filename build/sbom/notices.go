package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// noticeForm are the files whose text must go along with a program.
var noticeForm = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|copyright|patents)([.-].*)?$|\.LICENSE\.txt$|^OFL\.txt$`)

// collect joins the licenses of all that is inside. A part without one is an
// error: it could not be handed on.
func collect(root string, parts []component) ([]byte, error) {
	dirs, err := moduleFolders(root)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("Oura Streaming contains the following works of others.\n")
	for _, c := range parts {
		if c.Scope != included {
			continue
		}
		dir := c.dir
		if dir == "" {
			dir = dirs[c.Name+"@"+c.Version]
		}
		texts, err := notices(dir)
		if err != nil {
			return nil, fmt.Errorf("license of %s: %w", c.Ref, err)
		}
		if len(texts) == 0 && len(c.Licenses) > 0 {
			texts = []string{"License: " + c.Licenses[0].Expression + " (the package holds no text of it)"}
		}
		if len(texts) == 0 {
			return nil, fmt.Errorf("no license found for %s in %q", c.Ref, dir)
		}
		rule := strings.Repeat("=", 78)
		fmt.Fprintf(&b, "\n%s\n%s %s\n%s\n\n%s\n", rule, strings.TrimPrefix(c.Group+"/"+c.Name, "/"), c.Version, rule, strings.Join(texts, "\n\n"))
	}
	return b.Bytes(), nil
}

func notices(dir string) ([]string, error) {
	if dir == "" {
		return nil, errors.New("its folder is not known")
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() || !noticeForm.MatchString(e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		if line := strings.TrimSpace(string(text)); !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	return out, nil
}

// moduleFolders says where the source of each module lies, by "path@version".
func moduleFolders(root string) (map[string]string, error) {
	cmd := exec.Command("go", "list", "-m", "-json", "all")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	raw, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list modules: %w", err)
	}
	out := map[string]string{}
	for dec := json.NewDecoder(bytes.NewReader(raw)); ; {
		var m struct{ Path, Version, Dir string }
		if err := dec.Decode(&m); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		out[m.Path+"@"+m.Version] = m.Dir
	}
}
