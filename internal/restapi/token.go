package restapi

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"

	"oura-streaming/internal/oura"
)

const tokenBytes = 32 // 256 bits

// NewToken makes a random token of 256 bits for the Authorization header. Keep
// its Digest; show the token itself once.
func NewToken() oura.Secret {
	var b [tokenBytes]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead
	return oura.Secret(base64.RawURLEncoding.EncodeToString(b[:]))
}

// Digest is the form in which Services.Tokens holds a token.
func Digest(token oura.Secret) [32]byte {
	return sha256.Sum256([]byte(token.Reveal()))
}

// requireToken lets a request pass that carries a known token in its
// Authorization header, and nothing else but a bare GET /health.
func requireToken(tokens func() [][32]byte, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isHealth(r) || isKnown(tokens, bearer(r)) {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("WWW-Authenticate", "Bearer")
		refuse(w, http.StatusUnauthorized, codeToken,
			"Send the token of the local API as \"Authorization: Bearer …\". Settings shows how to get one.")
	})
}

func isHealth(r *http.Request) bool {
	return r.Method == http.MethodGet && r.URL.EscapedPath() == "/health" &&
		r.URL.RawQuery == "" && r.ContentLength == 0
}

// bearer returns the token of the one Authorization header, "" for any other form.
func bearer(r *http.Request) oura.Secret {
	values := r.Header.Values("Authorization")
	if len(values) != 1 {
		return ""
	}
	scheme, token, ok := strings.Cut(values[0], " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return oura.Secret(token)
}

// isKnown compares digests, not tokens, and looks at all of them: the time it
// takes says nothing about how much of a guess was right.
func isKnown(tokens func() [][32]byte, token oura.Secret) bool {
	if tokens == nil || token == "" {
		return false
	}
	sent, known := Digest(token), 0
	for _, d := range tokens() {
		known |= subtle.ConstantTimeCompare(sent[:], d[:])
	}
	return known == 1
}
