package ingress

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"net/url"
	"strconv"

	"oura-streaming/internal/oura"
)

const maxChallenge = 256

// handshake answers Oura's question whether this address wants deliveries. It
// does so at any time: Oura has been seen to ask minutes after the subscription
// was made. Source: CONTRACT section 4.2.
func (h *Handler) handshake(w http.ResponseWriter, r *http.Request) {
	challenge, no := h.checkHandshake(r)
	if no != nil {
		h.refuse(w, r, *no)
		return
	}
	keepPlace(r.Context())
	h.count.handshake(h.opt.Now())
	body := `{"challenge":"` + challenge + `"}` // its form leaves nothing to escape
	head := w.Header()
	head.Set("Content-Type", "application/json")
	head.Set("Content-Length", strconv.Itoa(len(body)))
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(body)) // whoever asked may be gone
}

func (h *Handler) checkHandshake(r *http.Request) (challenge string, no *rejection) {
	token := h.opt.VerificationToken()
	if token == "" {
		return "", &rejection{status: http.StatusServiceUnavailable, reason: RejectedNoSecret, retry: retryAfter}
	}
	return readChallenge(r.URL.RawQuery, token)
}

// readChallenge returns the challenge to send back if the query proves that
// Oura knows the token. A parameter given twice counts as not given.
func readChallenge(rawQuery string, token oura.Secret) (string, *rejection) {
	query, err := url.ParseQuery(rawQuery)
	if err != nil || !sameToken(single(query["verification_token"]), token) {
		return "", unauthorized(RejectedToken)
	}
	challenge := single(query["challenge"])
	if !isChallenge(challenge) {
		return "", &rejection{status: http.StatusBadRequest, reason: RejectedChallenge, charged: true}
	}
	return challenge, nil
}

func single(values []string) string {
	if len(values) != 1 {
		return ""
	}
	return values[0]
}

// sameToken compares digests, so that neither content nor length shows in the
// time it takes. An empty token equals nothing.
func sameToken(got string, want oura.Secret) bool {
	a, b := sha256.Sum256([]byte(got)), sha256.Sum256([]byte(want.Reveal()))
	return want != "" && subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// isChallenge accepts 1 to 256 characters of A-Z a-z 0-9 . _ ~ -
func isChallenge(s string) bool {
	if len(s) == 0 || len(s) > maxChallenge {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isIDChar(c) && c != '.' && c != '~' {
			return false
		}
	}
	return true
}

// isIDChar accepts A-Z a-z 0-9 _ -
func isIDChar(c byte) bool {
	return c-'a' < 26 || c-'A' < 26 || c-'0' < 10 || c == '_' || c == '-'
}
