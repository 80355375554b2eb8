package ourasim

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestSchema_EveryCollectionAnswer reads the API document and checks that each of
// its collection paths, sandbox included, is answered as its schema says.
func TestSchema_EveryCollectionAnswer(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "oura", "openapi.json"))
	if err != nil {
		t.Skip("The API document (openapi.json, revision 1.37) is not beside this repository, so the schemas cannot be checked here.")
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	if err := compiler.AddResource("https://oura.test/openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	s, _ := startPerson(t, 20)
	token := signIn(s).Access
	checked := 0
	for path := range doc.(map[string]any)["paths"].(map[string]any) {
		if !strings.Contains(path, "/usercollection/") || strings.Contains(path, "{") {
			continue
		}
		pointer := "https://oura.test/openapi.json#/paths/" + strings.ReplaceAll(path, "/", "~1") +
			"/get/responses/200/content/application~1json/schema"
		if whole, err := compiler.Compile(pointer + "/anyOf/0"); err == nil {
			checkAnswer(t, whole, get(t, s, token, path), path) // the other branch, for fields, takes anything
		} else {
			checkAnswer(t, compiler.MustCompile(pointer), get(t, s, token, path), path)
		}
		checked++
	}
	if checked != 37 {
		t.Errorf("%d collection paths checked, want 19 and 18 of the sandbox", checked)
	}
}

func checkAnswer(t *testing.T, schema *jsonschema.Schema, a answer, path string) {
	t.Helper()
	if a.StatusCode != http.StatusOK {
		t.Errorf("%s: %s", path, a.Status)
		return
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(a.body))
	if err == nil {
		err = schema.Validate(v)
	}
	if err != nil {
		t.Errorf("%s: %v\n%.300s", path, err, a.body)
	}
}
