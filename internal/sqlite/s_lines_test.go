package sqlite

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// plainCalls open, replace or cut a file behind SQLite's back.
var plainCalls = []string{"Open", "OpenFile", "OpenInRoot", "Create", "ReadFile", "WriteFile", "Rename", "Truncate", "Link"}

// The database is never opened by plain file calls: closing such a handle would
// drop SQLite's locks. In this package one call makes a file that is not there
// yet; no other package spells its name but the one that says where it lies.
func TestS41_TheLiveDatabaseIsNeverOpenedByPlainFileCalls(t *testing.T) {
	calls := 0
	eachSource(t, ".", func(path string, file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !isPlainCall(call) {
				return true
			}
			calls++
			if len(call.Args) != 3 || !mentions(call.Args[1], "O_EXCL") || !mentions(call.Args[1], "O_CREATE") {
				t.Errorf("%s opens a file that may be the live database", path)
			}
			return true
		})
	})
	if calls != 1 {
		t.Errorf("%d plain file calls in this package, want the one that creates", calls)
	}
	uses := 0
	eachSource(t, filepath.Join("..", ".."), func(path string, file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			if text, ok := n.(*ast.BasicLit); ok && strings.Contains(text.Value, "oura_streaming.db") && !strings.HasSuffix(path, filepath.Join("engine", "folder.go")) {
				t.Errorf("%s names the database file", path)
			}
			if name, ok := n.(*ast.Ident); ok && name.Name == "databaseFile" && strings.Contains(path, "engine") {
				uses++
			}
			return true
		})
	})
	if uses != 4 {
		t.Errorf("the name of the database file is used in %d places, want where it is said, where the store is opened, where HoldsData looks whether it is there, and where diagnostics tell its size", uses)
	}
}

func isPlainCall(call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	pkg, ok := sel.X.(*ast.Ident)
	return ok && pkg.Name == "os" && slices.Contains(plainCalls, sel.Sel.Name)
}

func mentions(e ast.Expr, name string) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && id.Name == name
		return !found
	})
	return found
}

// eachSource parses the Go files below root, tests left out.
func eachSource(t *testing.T, root string, visit func(path string, file *ast.File)) {
	t.Helper()
	seen := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains([]string{"node_modules", "frontend", "build", ".git", "testdata", "bin"}, d.Name()) {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err == nil {
			seen++
			visit(path, file)
		}
		return err
	})
	if err != nil || seen < 10 {
		t.Fatalf("%d files read below %s, %v", seen, root, err)
	}
}
