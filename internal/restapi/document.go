package restapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

type documentOutput struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

// registerDocument adds GET /openapi.json. Call it after all others.
func registerDocument(api huma.API) {
	var doc []byte // set below, once the call itself is in the document
	op := operation(api, http.MethodGet, "/openapi.json", "getOpenAPI", "This description, as OpenAPI 3.1")
	op.Responses["200"] = &huma.Response{
		Description: "The OpenAPI document",
		Content:     map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Type: huma.TypeObject}}},
	}
	huma.Register(api, op, func(context.Context, *struct{}) (*documentOutput, error) {
		return &documentOutput{ContentType: "application/json", Body: doc}, nil
	})
	doc = renderDocument(api.OpenAPI())
}

// renderDocument drops the schemas of huma's error shape, which never leaves
// this API. The document is the same at every start.
func renderDocument(o *huma.OpenAPI) []byte {
	schemas := o.Components.Schemas.Map()
	delete(schemas, "ErrorModel")
	delete(schemas, "ErrorDetail")
	doc, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		panic(fmt.Errorf("render OpenAPI document: %w", err)) // a call was described wrongly; every start would show it
	}
	return append(doc, '\n')
}
