//go:build package

package packagetest

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"debug/elf"
	"debug/pe"
	"encoding/hex"
	"encoding/json"
	"go/build"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// the returns the one file of a release whose name matches.
func the(t *testing.T, pattern string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(os.Getenv("OURA_PACKAGES"), pattern))
	if err != nil || len(found) != 1 {
		t.Fatalf("%d files match %s (%v): run build/test-package.sh", len(found), pattern, err)
	}
	return found[0]
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// tool runs a program that must succeed, and returns what it printed.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

func programs(t *testing.T) []string {
	return []string{the(t, "stage/oura-streaming"), the(t, "*-windows-amd64.exe")}
}

func TestS61_TheSameCommitGivesTheSameFiles(t *testing.T) {
	again := os.Getenv("OURA_PACKAGES_AGAIN")
	if again == "" {
		t.Skip("there is no second build to compare with")
	}
	for _, pattern := range []string{"stage/oura-streaming", "*.deb", "*.rpm", "*-amd64.exe", "*-setup.exe", "*.cdx.json", "SHA256SUMS"} {
		first := the(t, pattern)
		name, err := filepath.Rel(os.Getenv("OURA_PACKAGES"), first)
		if err != nil {
			t.Fatal(err)
		}
		a, b := sha256.Sum256(read(t, first)), sha256.Sum256(read(t, filepath.Join(again, name)))
		if a != b {
			t.Errorf("%s: %x and %x", name, a, b)
		}
		t.Logf("%x  %s", a, name)
	}
}

func TestSumsAreRight(t *testing.T) {
	dir := os.Getenv("OURA_PACKAGES")
	lines := strings.Split(strings.TrimSpace(string(read(t, filepath.Join(dir, "SHA256SUMS")))), "\n")
	if len(lines) != 5 {
		t.Errorf("%d files: %q", len(lines), lines)
	}
	for _, line := range lines {
		sum, name, _ := strings.Cut(line, "  ")
		if got := sha256.Sum256(read(t, filepath.Join(dir, name))); hex.EncodeToString(got[:]) != sum {
			t.Errorf("%s has another sum", name)
		}
	}
}

func TestSize(t *testing.T) {
	const goal = 30_000_000
	for _, p := range programs(t) {
		info, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %.1f MB", filepath.Base(p), float64(info.Size())/1e6)
		if info.Size() > goal {
			t.Errorf("%s has %d bytes, more than 30 MB", p, info.Size())
		}
	}
}

// TestS48_NothingForAttackersInTheArtefact looks for what a release must not hold.
func TestS48_NothingForAttackersInTheArtefact(t *testing.T) {
	for _, p := range programs(t) {
		info, err := buildinfo.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range info.Settings {
			if s.Key == "-tags" {
				for _, tag := range strings.Split(s.Value, ",") {
					if !slices.Contains([]string{"desktop", "production", "webkit2_41"}, tag) {
						t.Errorf("%s is built with the tag %s", p, tag)
					}
				}
			}
			if s.Key == "-trimpath" && s.Value != "true" {
				t.Errorf("%s names folders of who built it", p)
			}
		}
		text := read(t, p)
		for _, word := range []string{"OURA_STREAMING_TEST_", "sourceMappingURL=", "sourcesContent", os.Getenv("OURA_PACKAGES"), build.Default.GOPATH} {
			if word != "" && bytes.Contains(text, []byte(word)) {
				t.Errorf("%s holds %q", filepath.Base(p), word)
			}
		}
	}
}

// TestS48_ThePageLoadsNothingFromElsewhere looks at the page that was packed.
func TestS48_ThePageLoadsNothingFromElsewhere(t *testing.T) {
	dist := filepath.Join(os.Getenv("OURA_PACKAGES"), "..", "..", "frontend", "dist")
	// Names that are no addresses to load: name spaces, and texts that a person reads.
	named := regexp.MustCompile(`^https?://(www\.w3\.org/|svelte\.dev/|localhost|127\.0\.0\.1|developer\.ouraring\.com|cloud\.ouraring\.com|dashboard\.ngrok\.com|github\.com/|[a-z.-]*example\.(com|org)|name\.ngrok\.app)`)
	loads := regexp.MustCompile(`(?i)(src|href)\s*=\s*["']?(https?:)?//|url\(\s*["']?(https?:)?//|@import\s+["'](https?:)?//|import\(\s*["'](https?:)?//`)
	program, files := read(t, the(t, "stage/oura-streaming")), 0
	err := filepath.WalkDir(dist, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == ".gitkeep" {
			return err
		}
		files++
		text := read(t, path)
		if !bytes.Contains(program, text) {
			t.Errorf("%s is not in the program", path)
		}
		if filepath.Ext(path) == ".map" || loads.Match(text) {
			t.Errorf("%s loads from elsewhere or is a source map: %q", path, loads.Find(text))
		}
		if filepath.Ext(path) != ".woff2" {
			for _, address := range regexp.MustCompile("https?://[a-zA-Z0-9][^\\s\"'`<>)\\\\]*").FindAllString(string(text), -1) {
				if !named.MatchString(address) {
					t.Errorf("%s names %s", filepath.Base(path), address)
				}
			}
		}
		return nil
	})
	if err != nil || files < 4 {
		t.Fatalf("%d files looked at: %v", files, err)
	}
}

func TestS64_EveryModuleInTheProgramsIsListed(t *testing.T) {
	var doc struct {
		Components []struct{ PURL, Scope string }
	}
	if err := json.Unmarshal(read(t, the(t, "*.cdx.json")), &doc); err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	npm := 0
	for _, c := range doc.Components {
		listed[c.PURL] = c.Scope == "required"
		if strings.HasPrefix(c.PURL, "pkg:npm/") {
			npm++
		}
	}
	for _, p := range programs(t) {
		info, err := buildinfo.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range info.Deps {
			if !listed["pkg:golang/"+m.Path+"@"+m.Version] {
				t.Errorf("%s of %s is not listed", m.Path, filepath.Base(p))
			}
		}
		t.Logf("%s: %d modules", filepath.Base(p), len(info.Deps))
	}
	if npm < 50 {
		t.Errorf("only %d npm packages are listed", npm)
	}
	t.Logf("%d parts, %d of them from npm", len(doc.Components), npm)
}

func TestWindows_HasIconManifestAndOnlySystemLibraries(t *testing.T) {
	path := the(t, "*-windows-amd64.exe")
	f, err := pe.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	head, ok := f.OptionalHeader.(*pe.OptionalHeader64)
	if !ok || f.Machine != pe.IMAGE_FILE_MACHINE_AMD64 || head.Subsystem != pe.IMAGE_SUBSYSTEM_WINDOWS_GUI {
		t.Errorf("machine %#x, head %T: want a 64-bit program with a window", f.Machine, f.OptionalHeader)
	}
	for _, flag := range []uint16{pe.IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE, pe.IMAGE_DLLCHARACTERISTICS_NX_COMPAT, pe.IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA} {
		if head.DllCharacteristics&flag == 0 {
			t.Errorf("protection %#x is off", flag)
		}
	}
	rsrc := f.Section(".rsrc")
	if rsrc == nil {
		t.Fatal("there are no resources")
	}
	data, err := rsrc.Data()
	if err != nil {
		t.Fatal(err)
	}
	for what, want := range map[string][]byte{
		"the icon's largest picture":   read(t, filepath.Join("..", "icons", "app-256.png")),
		"pixels by monitor":            []byte("permonitorv2,permonitor"),
		"long paths":                   []byte(">true</longPathAware>"),
		"UTF-8":                        []byte(">UTF-8</activeCodePage>"),
		"no more rights than the user": []byte(`level="asInvoker"`),
		"the version":                  utf16("ProductVersion"),
		"the name":                     utf16("Oura Streaming"),
	} {
		if !bytes.Contains(data, want) {
			t.Errorf("the resources lack %s", what)
		}
	}
	libraries, err := f.ImportedLibraries()
	if err != nil {
		t.Fatal(err)
	}
	symbols, err := f.ImportedSymbols()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range symbols {
		_, library, _ := strings.Cut(s, ":")
		libraries = append(libraries, library)
	}
	slices.Sort(libraries)
	for _, library := range slices.Compact(libraries) {
		t.Logf("imports %s", library)
		if !slices.Contains([]string{"kernel32.dll", "ntdll.dll", "advapi32.dll", "user32.dll", "ws2_32.dll", "winmm.dll"}, strings.ToLower(library)) {
			t.Errorf("imports %s, which not every Windows has", library)
		}
	}
}

func utf16(text string) (out []byte) {
	for _, r := range text {
		out = append(out, byte(r), 0)
	}
	return out
}

func TestWindows_InstallerIsForOneUser(t *testing.T) {
	f, err := pe.Open(the(t, "*-setup.exe"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, err := f.Section(".rsrc").Data()
	if err != nil || !bytes.Contains(data, []byte(`level="asInvoker"`)) && !bytes.Contains(data, []byte(`level="user"`)) {
		t.Errorf("the installer asks for more rights than the user has (%v)", err)
	}
	script := string(read(t, filepath.Join("..", "windows", "installer.nsi")))
	for _, word := range []string{"RequestExecutionLevel user", `"$LOCALAPPDATA\Programs\`, "HKCU", "Your data stays where it is"} {
		if !strings.Contains(script, word) {
			t.Errorf("the installer's script lacks %q", word)
		}
	}
	for _, bad := range []string{"HKLM", "RMDir /r", `Delete "$LOCALAPPDATA`, "inetc", "NSISdl"} {
		if strings.Contains(script, bad) {
			t.Errorf("the installer's script holds %q", bad)
		}
	}
}

func TestLinux_NeedsOnlyWhatThePackageNames(t *testing.T) {
	f, err := elf.Open(the(t, "stage/oura-streaming"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	libraries, err := f.ImportedLibraries()
	if err != nil {
		t.Fatal(err)
	}
	known := regexp.MustCompile(`^lib(gtk-3|gdk-3|gdk_pixbuf-2\.0|webkit2gtk-4\.1|javascriptcoregtk-4\.1|soup-3\.0|gio-2\.0|gobject-2\.0|glib-2\.0|gmodule-2\.0|cairo|pango.*|atk-1\.0|harfbuzz|c|m|pthread|dl|resolv|rt)(-[0-9.]+)?\.so`)
	for _, l := range libraries {
		if !known.MatchString(l) && !strings.HasPrefix(l, "ld-linux") {
			t.Errorf("needs %s, which no dependency brings", l)
		}
	}
	t.Log(libraries)
}

func TestDeb_PassesItsCheckers(t *testing.T) {
	deb := the(t, "*.deb")
	out, _ := exec.CommandContext(t.Context(), "lintian", "--allow-root", deb).CombinedOutput() // its status counts warnings of its own, too
	t.Logf("lintian: %q", out)
	if regexp.MustCompile(`(?m)^[EW]: `).Match(out) {
		t.Errorf("lintian:\n%s", out)
	}
	dir := t.TempDir()
	tool(t, "dpkg-deb", "-x", deb, dir)
	if out := tool(t, "desktop-file-validate", filepath.Join(dir, "usr/share/applications/oura-streaming.desktop")); out != "" {
		t.Errorf("desktop-file-validate: %s", out)
	}
	t.Log(tool(t, "appstreamcli", "validate", "--no-net", filepath.Join(dir, "usr/share/metainfo/io.github.oura_streaming.OuraStreaming.metainfo.xml")))
}

func TestRPM_HasTheSameProgram(t *testing.T) {
	rpm := the(t, "*.rpm")
	list := tool(t, "rpm", "-qlp", rpm)
	for _, path := range []string{"/usr/bin/oura-streaming", "/usr/share/applications/oura-streaming.desktop", "/usr/share/man/man1/oura-streaming.1.gz", "/usr/share/licenses/oura-streaming/LICENSE", "/usr/share/icons/hicolor/scalable/apps/oura-streaming.svg"} {
		if !strings.Contains(list, path+"\n") {
			t.Errorf("the .rpm lacks %s", path)
		}
	}
	sum := sha256.Sum256(read(t, the(t, "stage/oura-streaming")))
	if !strings.Contains(tool(t, "rpm", "-qp", "--dump", rpm), hex.EncodeToString(sum[:])) {
		t.Error("the .rpm has another program")
	}
}
