package restapi

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Scope tells how much a token opens: each opens what those before it do.
type Scope string

// The scopes of a token.
const (
	ScopeRead  Scope = "read"  // everything stored
	ScopeWrite Scope = "write" // also to ask Oura for more, to pause, and the subscriptions
	ScopeAdmin Scope = "admin" // also sign-in and sign-out, copies, and deleting
)

var scopes = []Scope{ScopeRead, ScopeWrite, ScopeAdmin}

// scopeNone is what GET /health needs.
const scopeNone Scope = ""

// Scopes returns all scopes, the smallest first.
func Scopes() []Scope { return slices.Clone(scopes) }

// Opens reports whether a token of scope s opens what needs the other.
func (s Scope) Opens(needed Scope) bool {
	has, least := slices.Index(scopes, s), slices.Index(scopes, needed)
	return least >= 0 && has >= least
}

// scopeKey is where an operation's metadata holds the least scope for it.
const scopeKey = "scope"

// needs sets the least scope for a call. operation sets read for GET and write
// for all else.
func needs(scope Scope, op huma.Operation) huma.Operation {
	op.Metadata = map[string]any{scopeKey: scope}
	return op
}

// admin makes a call one for tokens of scope admin only.
func admin(op huma.Operation) huma.Operation { return needs(ScopeAdmin, op) }

func scopeOfMethod(method string) Scope {
	if method == http.MethodGet {
		return ScopeRead
	}
	return ScopeWrite
}

// scopeOf is the least scope for a call. One that was described without a scope
// needs all.
func scopeOf(op *huma.Operation) Scope {
	if scope, ok := op.Metadata[scopeKey].(Scope); ok {
		return scope
	}
	return ScopeAdmin
}

var scopeWords = map[Scope]string{
	scopeNone:  "Needs no token.",
	ScopeRead:  "Needs a token of any scope: read, write or admin.",
	ScopeWrite: "Needs a token of scope write or admin.",
	ScopeAdmin: "Needs a token of scope admin.",
}

// describeScope writes the scope into the document, for people and, as the role
// that OpenAPI 3.1 lets a bearer scheme name, for programs.
func describeScope(_ *huma.OpenAPI, op *huma.Operation) {
	needed := scopeOf(op)
	if op.Description != "" {
		op.Description += "\n\n"
	}
	op.Description += scopeWords[needed]
	op.Security = []map[string][]string{{bearerScheme: {string(needed)}}}
	if needed == scopeNone {
		op.Security = []map[string][]string{{}}
	}
}

// checkScope refuses calls that the request's token does not open. It stands
// before the reading of parameters, so that nobody learns more than that.
func checkScope(ctx huma.Context, next func(huma.Context)) {
	needed := scopeOf(ctx.Operation())
	if needed == scopeNone || tokenOf(ctx.Context()).Scope.Opens(needed) {
		next(ctx)
		return
	}
	_, w := humago.Unwrap(ctx)
	w.Header().Set("WWW-Authenticate", `Bearer error="insufficient_scope", scope="`+string(needed)+`"`)
	refuse(w, http.StatusForbidden, codeScope,
		"This token does not open this call. Make one of scope "+string(needed)+" in Settings and use that.")
}

type tokenKey struct{}

// withToken notes which token a request came with.
func withToken(r *http.Request, t KnownToken) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), tokenKey{}, t))
}

// tokenOf returns the token of a request; without one, one that opens nothing.
func tokenOf(ctx context.Context) KnownToken {
	t, _ := ctx.Value(tokenKey{}).(KnownToken)
	return t
}
