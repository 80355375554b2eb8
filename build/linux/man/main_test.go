package main

import (
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"oura-streaming/internal/config"
)

func TestPage_HasEveryFlag(t *testing.T) {
	flags := regexp.MustCompile(`(?m)^  (--[a-z-]+)`).FindAllStringSubmatch(config.Usage, -1)
	if len(flags) < 6 {
		t.Fatalf("only %d flags in the help", len(flags))
	}
	text := page("v1.2.3", "2026-01-02")
	for _, f := range flags {
		if !strings.Contains(text, "\n.B "+escape(f[1])) {
			t.Errorf("the manual does not explain %s", f[1])
		}
	}
	if _, list := options(); len(list) != len(flags) {
		t.Errorf("%d flags read, want %d", len(list), len(flags))
	}
}

func TestPage_HasEveryVariable(t *testing.T) {
	var named []string
	for _, v := range said() {
		named = append(named, v[0])
	}
	for _, f := range config.Fields() {
		if f.Env != "" && !slices.Contains(named, f.Env) {
			t.Errorf("the manual does not explain %s", f.Env)
		}
	}
}

func TestPage_IsReadWithoutAWarning(t *testing.T) {
	groff, err := exec.LookPath("groff")
	if err != nil {
		t.Skip("no groff here")
	}
	cmd := exec.CommandContext(t.Context(), groff, "-man", "-Tutf8", "-ww", "-z")
	cmd.Stdin = strings.NewReader(page("v1.2.3", "2026-01-02"))
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("groff: %v\n%s", err, out)
	}
}
