package restapi

import (
	"flag"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write openapi.json anew")

const goldenFile = "openapi.json"

func TestOpenAPI_IsTheCommittedDocument(t *testing.T) {
	got := ask(t, (&fake{}).handler(), http.MethodGet, "/openapi.json", nil).Body.String()
	if *update {
		if err := os.WriteFile(goldenFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Error("the API differs from openapi.json; if that is meant, run go test ./internal/restapi -update and review the difference")
	}
}

func TestOpenAPI_ListsTheCallsOfTheDesign(t *testing.T) {
	var got []string
	for _, op := range operations(t, (&fake{}).handler()) {
		got = append(got, op.method+" "+op.path)
	}
	slices.Sort(got)
	want := []string{
		"DELETE /events", "DELETE /jobs/1", "DELETE /subscriptions/1", "GET /auth/status", "GET /backups", "GET /coverage", "GET /deliveries", "GET /deliveries/1",
		"GET /documents/workout", "GET /documents/workout/doc-1", "GET /documents/workout/doc-1/revisions", "GET /events", "GET /events/1", "GET /events/stream", "GET /export", "GET /health",
		"GET /jobs", "GET /jobs/1", "GET /openapi.json", "GET /samples/heartrate", "GET /status", "GET /subscriptions",
		"POST /auth/login", "POST /auth/logout", "POST /backfill", "POST /backups", "POST /deliveries/1/refetch", "POST /jobs/1/resume", "POST /pause", "POST /resume",
		"POST /subscriptions", "POST /subscriptions/reconcile", "POST /sync",
		"PUT /subscriptions/1/renew",
	}
	if !slices.Equal(got, want) {
		t.Errorf("document lists %q", got)
	}
}

type openAPI struct {
	OpenAPI  string
	Security []map[string][]string
	Paths    map[string]map[string]struct {
		OperationID string `json:"operationId"`
		Summary     string
		Security    []map[string][]string
		Parameters  []struct{ Name, Description string }
		Responses   map[string]struct{ Content map[string]any }
	}
	Components struct {
		Schemas         map[string]any
		SecuritySchemes map[string]struct{ Type, Scheme string }
	}
}

func TestOpenAPI_IsSound(t *testing.T) {
	text := ask(t, (&fake{}).handler(), http.MethodGet, "/openapi.json", nil).Body.String()
	var doc openAPI
	decode(t, text, &doc)
	if !strings.HasPrefix(doc.OpenAPI, "3.1.") || doc.Components.SecuritySchemes[bearerScheme].Scheme != "bearer" ||
		len(doc.Security) != 1 || doc.Security[0][bearerScheme] == nil {
		t.Errorf("head is %+v", doc)
	}
	for _, ref := range regexp.MustCompile(`"\$ref": "#/components/schemas/([^"]+)"`).FindAllStringSubmatch(text, -1) {
		if doc.Components.Schemas[ref[1]] == nil {
			t.Errorf("schema %s is missing", ref[1])
		}
	}
	if strings.Contains(text, "$schema") || strings.Contains(text, "ErrorModel") || strings.Contains(text, "ErrorDetail") {
		t.Error("the library's own shapes are in the document")
	}
	ids := map[string]bool{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			if op.OperationID == "" || ids[op.OperationID] || op.Summary == "" {
				t.Errorf("%s %s: id %q, summary %q", method, path, op.OperationID, op.Summary)
			}
			ids[op.OperationID] = true
			if (len(op.Security[0][bearerScheme]) == 0) != (op.OperationID == "getHealth") {
				t.Errorf("%s has the security %v", op.OperationID, op.Security)
			}
			if op.Responses["4XX"].Content[problemType] == nil || op.Responses["5XX"].Content[problemType] == nil {
				t.Errorf("%s does not describe its refusals", op.OperationID)
			}
			for _, p := range op.Parameters {
				if p.Description == "" || !strings.HasSuffix(p.Description, ".") {
					t.Errorf("%s: %s says %q of what it takes", op.OperationID, p.Name, p.Description)
				}
			}
		}
	}
}
