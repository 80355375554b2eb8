package restapi

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Condition is what a caller says who has an older answer about a single thing.
type Condition struct {
	IfNoneMatch string `header:"If-None-Match" maxLength:"1000" doc:"The ETag of an earlier answer, or several with commas: what is still that comes as 304 without a body."`
}

// single is the answer about a single thing, named by its content.
type single[T any] struct {
	Status int
	ETag   string `header:"ETag" doc:"Names this very content."`
	Body   T
}

// aboutOne describes a call about a single thing.
func aboutOne(op huma.Operation) huma.Operation {
	op.Responses["304"] = &huma.Response{
		Description: "It is still what If-None-Match names",
		Headers:     map[string]*huma.Param{"ETag": {Schema: &huma.Schema{Type: huma.TypeString}}},
	}
	return op
}

// unlessKnown answers with v, or with 304 where the caller has it.
func unlessKnown[T any](c Condition, v T) (*single[T], error) {
	hash := sha256.New()
	if err := marshal(hash, v); err != nil {
		return nil, err
	}
	out := &single[T]{
		Status: http.StatusOK, Body: v,
		ETag: `"` + base64.RawURLEncoding.EncodeToString(hash.Sum(nil)[:16]) + `"`,
	}
	if c.names(out.ETag) {
		out.Status = http.StatusNotModified
	}
	return out, nil
}

// names compares weakly, as RFC 9110 wants for this header.
func (c Condition) names(etag string) bool {
	for known := range strings.SplitSeq(c.IfNoneMatch, ",") {
		known = strings.TrimSpace(known)
		if known == "*" || strings.TrimPrefix(known, "W/") == etag {
			return true
		}
	}
	return false
}
