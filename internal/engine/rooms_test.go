package engine

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "oura-streaming/"

// Layers of DESIGN section 2. Each room may import those below it; rooms of one
// layer do not know each other.
var (
	ground  = []string{"internal/oura", "internal/failpoint", "internal/private", "internal/diagnose"}
	tools   = append([]string{"internal/sqlite", "internal/ouraapi", "internal/hub", "internal/status", "internal/vault", "internal/config"}, ground...)
	middle  = append([]string{"internal/auth", "internal/collect", "internal/subscribe", "internal/ingress", "internal/tunnel", "internal/restapi", "internal/retention", "internal/export", "internal/backup", "internal/metrics", "internal/update"}, tools...)
	pretend = []string{"internal/ourasim", "internal/ourasim/person"}
)

// mayImport lists what the rooms that are not plain members of a layer may import.
var mayImport = map[string][]string{
	"":                             append([]string{"app", "internal/engine"}, tools...),
	"app":                          append([]string{"app/notify", "app/tray", "app/autostart", "build/icons", "internal/engine"}, middle...),
	"app/autostart":                {"internal/private"},
	"app/notify":                   {"internal/status", "internal/hub", "internal/oura"},
	"app/tray":                     {"internal/status", "internal/hub"},
	"app/tray/traytest":            nil,
	"internal/engine":              append(slices.Clone(pretend), middle...),
	"internal/oura":                nil,
	"internal/metrics":             {"internal/oura"},
	"internal/diagnose":            nil,
	"internal/failpoint":           nil,
	"internal/private":             nil,
	"internal/ourasim":             {"internal/oura", "internal/config", "internal/ourasim/person"},
	"internal/ourasim/person":      {"internal/oura"},
	"internal/ourasim/cmd/ourasim": append([]string{"internal/oura", "internal/config"}, pretend...),
	"internal/storetest":           {"internal/oura", "internal/sqlite"},
	"internal/ngroktest":           nil,
}

// onlyIn says which room alone may know an outside library.
var onlyIn = map[string]string{
	"modernc.org/sqlite":            "internal/sqlite",
	"github.com/wailsapp/wails":     "app",
	"github.com/zalando/go-keyring": "internal/vault",
	"github.com/danielgtaylor/huma": "internal/restapi",
	"golang.ngrok.com/ngrok":        "internal/tunnel",
	"golang.ngrok.com/muxado":       "internal/ngroktest",
	"github.com/pkg/browser":        "internal/auth",
	"golang.org/x/oauth2":           "internal/auth",
	"fyne.io/systray":               "app/tray",
	"github.com/santhosh-tekuri":    "internal/ourasim/person",
}

func TestRooms_ArrowsPointOneWay(t *testing.T) {
	rooms := importsByRoom(t)
	if len(rooms) < 12 {
		t.Fatalf("only %d rooms found: %v", len(rooms), slices.Sorted(maps.Keys(rooms)))
	}
	for room, imports := range rooms {
		allowed, known := allowedFor(room)
		if !known {
			t.Errorf("room %q stands in no layer: add it to DESIGN's picture and to this test", room)
			continue
		}
		for _, path := range imports {
			if inner, ok := strings.CutPrefix(path, module); ok && !slices.Contains(allowed, inner) {
				t.Errorf("%s imports %s: that arrow does not exist", room, inner)
			}
			for library, home := range onlyIn {
				if strings.HasPrefix(path, library) && room != home {
					t.Errorf("%s imports %s, which only %s may know", room, path, home)
				}
			}
		}
	}
}

func TestRooms_WordsNeedTheStandardLibraryOnly(t *testing.T) {
	for _, path := range importsByRoom(t)["internal/oura"] {
		if strings.Contains(strings.Split(path, "/")[0], ".") {
			t.Errorf("internal/oura imports %s", path)
		}
	}
}

func allowedFor(room string) (allowed []string, known bool) {
	if allowed, ok := mayImport[room]; ok {
		return allowed, true
	}
	if slices.Contains(tools, room) {
		return ground, true
	}
	return tools, slices.Contains(middle, room)
}

// importsByRoom reads the imports of all Go files but tests.
func importsByRoom(t *testing.T) map[string][]string {
	t.Helper()
	root := filepath.Join("..", "..")
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatal(err)
	}
	rooms := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "frontend" || d.Name() == "build" || d.Name() == ".git" || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		room, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		room = strings.TrimPrefix(filepath.ToSlash(room), ".")
		for _, imp := range file.Imports {
			name, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				return err
			}
			rooms[room] = append(rooms[room], name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rooms
}
