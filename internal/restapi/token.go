package restapi

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"

	"oura-streaming/internal/oura"
)

const tokenBytes = 32 // 256 bits

// KnownToken is a token as this API knows it: by its digest, not by itself.
type KnownToken struct {
	ID     int64 // 0 for one that is not stored
	Digest [sha256.Size]byte
	Scope  Scope
}

// NewToken makes a random token of 256 bits for the Authorization header. Keep
// its Digest; show the token itself once.
func NewToken() oura.Secret {
	var b [tokenBytes]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead
	return oura.Secret(base64.RawURLEncoding.EncodeToString(b[:]))
}

// Digest is the form in which Services.Tokens holds a token.
func Digest(token oura.Secret) [sha256.Size]byte {
	return sha256.Sum256([]byte(token.Reveal()))
}

// requireToken lets a request pass that carries a known token in its
// Authorization header, and nothing else but a bare GET /health.
func (s *service) requireToken(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isHealth(r) {
			next.ServeHTTP(w, r)
			return
		}
		sent := bearer(r)
		known, ok := findToken(s.Tokens, sent)
		if !ok {
			s.refuseToken(w, r, sent != "")
			return
		}
		if wait := s.throttle.request(known.Digest); wait > 0 {
			refuseForNow(w, wait, "This token is used for more than 100 requests a second. Ask less often, or for more at once.")
			return
		}
		s.TokenUsed(known.ID)
		next.ServeHTTP(w, withToken(r, known))
	})
}

// refuseToken answers 401, and 429 to whoever goes on guessing at one call. A
// token that is right passes at any time: nobody shuts the owner out.
func (s *service) refuseToken(w http.ResponseWriter, r *http.Request, guessed bool) {
	if guessed {
		if wait := s.throttle.failure(s.call(r)); wait > 0 {
			refuseForNow(w, wait, "Ten tokens were refused here within a minute. Wait, and check which token you send: Settings lists them.")
			return
		}
	}
	w.Header().Set("WWW-Authenticate", "Bearer")
	text := "Send the token of the local API as \"Authorization: Bearer …\". Settings shows how to get one."
	switch {
	case guessed && s.TokensLocked():
		text = "The tokens cannot be compared while the key of the secrets is locked. Unlock the keychain of this computer, then try again."
	case guessed:
		text = "The token you sent is not known here, or was revoked. Send the token of the local API that you made in Settings, or make another one there."
	}
	refuse(w, http.StatusUnauthorized, codeToken, text)
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

// findToken compares digests, not tokens, and looks at all of them: the time it
// takes says nothing about how much of a guess was right.
func findToken(tokens func() []KnownToken, token oura.Secret) (found KnownToken, ok bool) {
	if tokens == nil || token == "" {
		return KnownToken{}, false
	}
	sent := Digest(token)
	for _, t := range tokens() {
		if subtle.ConstantTimeCompare(sent[:], t.Digest[:]) == 1 {
			found, ok = t, true
		}
	}
	return found, ok
}

// awaitRevoked waits until token is known no more, or until ctx ends.
func (s *service) awaitRevoked(ctx context.Context, token oura.Secret) (revoked bool) {
	wake, stop := s.TokenNews.Listen()
	defer stop()
	for {
		if _, known := findToken(s.Tokens, token); !known {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-wake:
		}
	}
}
