package engine

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// waysOut says which files may open a connection or start another program, and
// where what they say is noted for Contacts. Whoever adds a file here gives
// Contacts its host first.
var waysOut = map[string]string{
	"internal/ouraapi/client.go":    "Options.Watch is talks.watch",
	"internal/ouraapi/exchange.go":  "sends through that client",
	"internal/auth/auth.go":         "names the type of that client",
	"internal/auth/exchange.go":     "Options.Watch is talks.watch",
	"internal/auth/login.go":        "writes the address of the sign-in page",
	"internal/auth/logout.go":       "sends through that client",
	"internal/auth/browser.go":      "the system's browser, noted by opener",
	"internal/engine/contacts.go":   "only reads what proxy is set",
	"internal/engine/prove.go":      "the client that looks from outside, under talks.watch",
	"internal/tunnel/probe.go":      "sends through the client of prove.go",
	"internal/tunnel/reach.go":      "sends through the client of prove.go",
	"internal/tunnel/ngrok_dial.go": "NgrokOptions.Seen is talks.note",
	"internal/tunnel/ngrok_run.go":  "the agent dials through ngrok_dial.go",
	"internal/update/update.go":     "Options.Watch is talks.watch",
	"internal/engine/instance.go":   "asks the first start on this computer, at 127.0.0.1",
	"app/reveal.go":                 "the system's file manager, with a path",
	"app/reveal_linux.go":           "the same",
	"app/reveal_darwin.go":          "the same",
	"app/reveal_windows.go":         "the same",
}

// doors are what opens a connection or starts another program, by package.
var doors = map[string]*regexp.Regexp{
	"net":                          regexp.MustCompile(`^(Dial.*|Lookup.*|Dialer|Resolver|DefaultResolver)$`),
	"net/http":                     regexp.MustCompile(`^(Client|Transport|Get|Head|Post|PostForm|DefaultClient|DefaultTransport|NewRequest.*|ProxyFromEnvironment)$`),
	"crypto/tls":                   regexp.MustCompile(`^(Dial.*|Dialer|Client)$`),
	"net/http/httputil":            regexp.MustCompile(`Proxy`),
	"os/exec":                      regexp.MustCompile(`^Command`),
	"os":                           regexp.MustCompile(`^StartProcess$`),
	"net/smtp":                     regexp.MustCompile(`.`),
	"net/rpc":                      regexp.MustCompile(`^Dial`),
	"log/syslog":                   regexp.MustCompile(`.`),
	"github.com/pkg/browser":       regexp.MustCompile(`^Open`),
	"golang.ngrok.com/ngrok/v2":    regexp.MustCompile(`^(NewAgent|Listen|Forward|WithProxyURL|WithMultiLeg)$`),
	"golang.org/x/oauth2":          regexp.MustCompile(`^(NewClient|HTTPClient|Config)$`),
	"golang.org/x/net/websocket":   regexp.MustCompile(`.`),
	"github.com/gorilla/websocket": regexp.MustCompile(`^(Dialer|DefaultDialer|NewClient)$`),
}

// namedOnly are hosts that a text names and nothing talks to.
var namedOnly = []string{"oura.example.com", "hooks.example.org", "json-schema.org", "opensource.org", "www.apache.org", "name.ngrok.app", "www.apple.com"}

// released calls f for each Go file of the program itself.
func released(t *testing.T, f func(name string, file *ast.File)) {
	t.Helper()
	root := filepath.Join("..", "..")
	skip := []string{"node_modules", "frontend", "build", "bin", ".git", "testdata", "ourasim", "ngroktest", "storetest"}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains(skip, d.Name()) {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		f(filepath.ToSlash(name), file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestU18_NoOtherWayOut reads the program's source: whatever can open a connection
// is in a file that is known to note what it does.
func TestU18_NoOtherWayOut(t *testing.T) {
	used := map[string]bool{}
	released(t, func(name string, file *ast.File) {
		packages := map[string]string{} // by the name in this file
		for _, imp := range file.Imports {
			path, _ := strconv.Unquote(imp.Path.Value)
			if doors[path] == nil {
				continue
			}
			short := strings.TrimSuffix(path, "/v2")
			short = short[strings.LastIndex(short, "/")+1:]
			if imp.Name != nil {
				short = imp.Name.Name
			}
			packages[short] = path
		}
		ast.Inspect(file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok || packages[x.Name] == "" || !doors[packages[x.Name]].MatchString(sel.Sel.Name) {
				return true
			}
			if used[name] = true; waysOut[name] == "" {
				t.Errorf("%s uses %s.%s: give Contacts the host, note what is said, and name the file in waysOut", name, x.Name, sel.Sel.Name)
			}
			return true
		})
	})
	for name := range waysOut {
		if !used[name] && !strings.HasPrefix(name, "app/reveal_") {
			t.Errorf("%s is in waysOut and opens nothing", name)
		}
	}
	if len(used) < 8 {
		t.Fatalf("only %d files found: %v", len(used), used)
	}
}

// TestU18_NoOtherHostInTheSource looks for web addresses among the program's texts.
func TestU18_NoOtherHostInTheSource(t *testing.T) {
	known := slices.Clone(namedOnly)
	for _, c := range everything(t) {
		known = append(known, c.Host)
	}
	address := regexp.MustCompile(`https?://[^\s"'<>\x60)]+`)
	found := 0
	released(t, func(name string, file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, _ := strconv.Unquote(lit.Value)
			for _, a := range address.FindAllString(text, -1) {
				u, err := url.Parse(strings.TrimRight(a, ".,:…"))
				if err != nil || !strings.Contains(u.Host, ".") || strings.HasPrefix(u.Host, "127.0.0.1") {
					continue
				}
				if found++; !slices.Contains(known, u.Host) {
					t.Errorf("%s names %s, which is in no list of contacts", name, u.Host)
				}
			}
			return true
		})
	})
	if found < 5 {
		t.Fatalf("only %d addresses found", found)
	}
}
