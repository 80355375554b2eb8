package app

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
)

// hex is the window's first colour as the page writes it.
func hex(dataDir string) string {
	c := ground(dataDir)
	return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
}

// pageGrounds are the colours of the page's ground in tokens.css, light and dark.
func pageGrounds(t *testing.T) (light, dark string) {
	t.Helper()
	css, err := os.ReadFile(filepath.Join("..", "frontend", "src", "lib", "ui", "tokens.css"))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`--bg:\s*(#[0-9a-f]{6});`).FindAllStringSubmatch(string(css), -1)
	if len(found) != 2 {
		t.Fatalf("tokens.css gives --bg %d colours, want 2", len(found))
	}
	return found[0][1], found[1][1]
}

func TestGround_IsThatOfThePageInItsLastLook(t *testing.T) {
	light, dark := pageGrounds(t)
	home(t)
	t.Setenv("GTK_THEME", "")
	opt := engineOptions(t, "", false)
	if got := hex(opt.DataDir); got != light {
		t.Errorf("before the first time: %s, want %s", got, light)
	}
	b, _ := begin(t, opt)
	api := &SettingsAPI{b}
	for _, tc := range []struct{ look, want string }{{"dark", dark}, {"light", light}, {"dark", dark}, {"dark", dark}} {
		if err := api.NoteLook(tc.look); err != nil {
			t.Fatal(err)
		}
		if got := hex(opt.DataDir); got != tc.want {
			t.Errorf("after %s: %s, want %s", tc.look, got, tc.want)
		}
	}
	for _, look := range []string{"", "system", "dark\n", "../x", strings.Repeat("dark", 1<<20)} {
		if err := api.NoteLook(look); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("%.20q: %v, want it refused", look, err)
		}
	}
	if got := hex(opt.DataDir); got != dark {
		t.Errorf("after what was refused: %s, want %s", got, dark)
	}
	if info, err := os.Stat(filepath.Join(opt.DataDir, "window.look")); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info.Mode(), err)
	}
}

func TestGround_OfTheSampleDataIsNotThatOfTheOwn(t *testing.T) {
	home(t)
	t.Setenv("GTK_THEME", "")
	opt := engineOptions(t, "", false)
	light := hex(opt.DataDir)
	b, _ := begin(t, opt)
	if err := b.enter(true); err != nil {
		t.Fatal(err)
	}
	if err := (&SettingsAPI{b}).NoteLook("dark"); err != nil {
		t.Fatal(err)
	}
	if got := hex(opt.DataDir); got != light {
		t.Errorf("the window of the own data opens in %s", got)
	}
}

func TestGround_OfWhatNobodyWrote(t *testing.T) {
	home(t)
	t.Setenv("GTK_THEME", "")
	light, dark := pageGrounds(t)
	for name, plant := range map[string]func(path string) error{
		"a folder":        func(path string) error { return os.Mkdir(path, 0o700) },
		"a link":          func(path string) error { return os.Symlink(os.DevNull, path) },
		"another word":    func(path string) error { return os.WriteFile(path, []byte("purple"), 0o600) },
		"a long file":     func(path string) error { return os.WriteFile(path, []byte(strings.Repeat("dark\n", 1<<16)), 0o600) },
		"nothing at all":  func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"no folder there": func(path string) error { return os.Remove(filepath.Dir(path)) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := plant(filepath.Join(dir, "window.look")); err != nil {
				t.Fatal(err)
			}
			if got := hex(dir); got != light {
				t.Errorf("%s, want %s", got, light)
			}
		})
	}
	if runtime.GOOS != "linux" {
		return
	}
	for theme, want := range map[string]string{"Adwaita:dark": dark, "Adwaita-dark": dark, "Adwaita": light, "Darkness": light} {
		t.Setenv("GTK_THEME", theme)
		if got := hex(t.TempDir()); got != want {
			t.Errorf("under GTK_THEME=%s: %s, want %s", theme, got, want)
		}
	}
	t.Setenv("GTK_THEME", "")
	config := filepath.Join(os.Getenv("XDG_CONFIG_HOME"), "gtk-3.0")
	if err := os.MkdirAll(config, 0o700); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"[Settings]\ngtk-application-prefer-dark-theme=1\n":        dark,
		"[Settings]\ngtk-application-prefer-dark-theme = true\n":   dark,
		"[Settings]\ngtk-theme-name=Yaru-dark\n":                   dark,
		"[Settings]\ngtk-application-prefer-dark-theme=0\nno line": light,
	} {
		if err := os.WriteFile(filepath.Join(config, "settings.ini"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := hex(t.TempDir()); got != want {
			t.Errorf("with %q: %s, want %s", text, got, want)
		}
	}
}

func TestNoteLook_NeedsTheFolderToBeOurs(t *testing.T) {
	home(t)
	opt := engineOptions(t, "", false)
	b, _ := begin(t, opt)
	path := filepath.Join(opt.DataDir, "window.look")
	other := filepath.Join(t.TempDir(), "other")
	if err := os.WriteFile(other, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(other, path); err != nil {
		t.Skip("no links here")
	}
	if err := (&SettingsAPI{b}).NoteLook(engine.LookDark); oura.CodeOf(err) != oura.CodeStorage {
		t.Errorf("through a link: %v, want it refused", err)
	}
	if text, err := os.ReadFile(other); err != nil || string(text) != "mine" {
		t.Errorf("the link's file holds %q, %v", text, err)
	}
}
