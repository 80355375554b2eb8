package restapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"oura-streaming/internal/oura"
)

// apiVersion is the version of the calls, not of the program.
const apiVersion = "1.0.0"

const bearerScheme = "bearer"

// newConfig is huma without its own routes, links and error shape.
func newConfig() huma.Config {
	format := huma.Format{Marshal: marshal, Unmarshal: json.Unmarshal}
	c := huma.DefaultConfig("Oura Streaming local API", apiVersion)
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", "", nil
	c.Formats = map[string]huma.Format{"application/json": format, "json": format}
	c.Transformers = []huma.Transformer{asProblem}
	c.RejectUnknownQueryParameters = true
	c.Info.Description = "The events of your own Oura ring, kept on this computer. " +
		"Every call but GET /health needs the header Authorization: Bearer with a token of this installation, whose scope opens it."
	c.Info.License = &huma.License{Name: "MIT", Identifier: "MIT"}
	c.Servers = []*huma.Server{{URL: "/"}}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		bearerScheme: {Type: "http", Scheme: "bearer", Description: "A token made in Settings, or the one in OURA_STREAMING_API_TOKEN. " +
			"Its scope is read, write or admin; a call says which it needs."},
	}
	c.Security = []map[string][]string{{bearerScheme: {}}}
	c.OnAddOperation = append(c.OnAddOperation, describeScope)
	return c
}

// marshal writes v in one piece. It panics instead of returning an error, since
// huma would write half an answer; the panic becomes a 500.
func marshal(w io.Writer, v any) error {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false) // Oura's text stays as it came
	if err := enc.Encode(v); err != nil {
		panic(fmt.Errorf("marshal answer: %w", err))
	}
	_, err := w.Write(buf.Bytes())
	return err
}

// asProblem turns huma's own refusals into ours. (Replacing huma.NewError would
// do the same for the whole process; this does it for this API.)
func asProblem(ctx huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	switch {
	case !ok:
		return v, nil
	case m.Status >= http.StatusInternalServerError:
		return newProblem(m.Status, oura.CodeInternal, oura.MessageOf(errors.New(m.Detail))), nil
	case len(m.Errors) == 0:
		return newProblem(m.Status, codeInvalid, "The request cannot be used: "+m.Detail+"."), nil
	default:
		return newProblem(m.Status, codeInvalid, sentence(ctx.Operation(), m.Errors[0])), nil
	}
}

// sentence names the parameter and what it takes; the doc text of each
// parameter opens with that. The value given is not repeated.
func sentence(op *huma.Operation, e *huma.ErrorDetail) string {
	where, name, _ := strings.Cut(e.Location, ".")
	if where == "body" {
		return fmt.Sprintf("The body cannot be used at %q: %s.", e.Location, e.Message)
	}
	name, _, _ = strings.Cut(name, "[")
	for _, p := range op.Parameters {
		if p.Name == name {
			return fmt.Sprintf("Parameter %s cannot be used as given. It takes: %s", name, p.Description)
		}
	}
	names := parameterNames(op)
	if len(names) == 0 {
		return "This call takes no parameters. Leave out what follows the \"?\"."
	}
	return fmt.Sprintf("One of the parameters is not known here. This call takes: %s.", strings.Join(names, ", "))
}

func parameterNames(op *huma.Operation) []string {
	var names []string
	for _, p := range op.Parameters {
		if p.In == "query" {
			names = append(names, p.Name)
		}
	}
	slices.Sort(names)
	return names
}

// operation is the start of every call's description: its refusals are Problems,
// and its scope follows from the method.
func operation(api huma.API, method, path, id, summary string) huma.Operation {
	schema := api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")
	content := map[string]*huma.MediaType{problemType: {Schema: schema}}
	return huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary,
		Metadata: map[string]any{scopeKey: scopeOfMethod(method)},
		Responses: map[string]*huma.Response{
			"4XX": {Description: "Refused", Content: content},
			"5XX": {Description: "Failed at Oura, on the disk, or in the program", Content: content},
		},
	}
}
