package ingress

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"net/http"
	"strconv"
	"time"

	"oura-streaming/internal/oura"
)

// The headers of a delivery, in Go's canonical spelling.
const (
	timestampHeader = "X-Oura-Timestamp"
	signatureHeader = "X-Oura-Signature"
)

// The forms of the body that a signature was seen to cover.
const (
	FormRaw     = "raw"     // the bytes as sent
	FormCompact = "compact" // without white space between JSON tokens, as Oura's own sample hashes it
)

// previousSecretFor is how long deliveries signed with the secret before the
// present one are still accepted.
const previousSecretFor = 24 * time.Hour

// AcceptedSecrets returns the client secrets that may have signed a delivery at now:
// the current one and, for 24 hours after it was changed, the one before.
func AcceptedSecrets(current, previous oura.Secret, changedAt, now time.Time) []oura.Secret {
	var out []oura.Secret
	if current != "" {
		out = append(out, current)
	}
	if age := now.Sub(changedAt); previous != "" && age >= 0 && age <= previousSecretFor {
		out = append(out, previous)
	}
	return out
}

// signed is a delivery whose signature is right.
type signed struct {
	timestamp string // header as sent
	sentAt    time.Time
	body      []byte // the bytes the signature covers; may share the buffer read into
	form      string
	secret    int // index of the secret that signed it
}

// verify checks headers and signature without reading the body's meaning. The
// signature is HMAC-SHA256 over timestamp and body with nothing in between, so
// the shapes of both are checked first: a digit moved from one to the other
// would not change it. Source: CONTRACT section 4.3, S-22 to S-24.
func (k *keyed) verify(header http.Header, body []byte, secrets []oura.Secret) (signed, *rejection) {
	timestamp := single(header[timestampHeader])
	sentAt, ok := parseTimestamp(timestamp)
	if !ok {
		return signed{}, unauthorized(RejectedTimestampShape)
	}
	if len(body) == 0 || body[0] != '{' {
		return signed{}, unauthorized(RejectedBodyShape)
	}
	var want [sha256.Size]byte
	signature := single(header[signatureHeader])
	if len(signature) != hex.EncodedLen(len(want)) {
		return signed{}, unauthorized(RejectedSignatureShape)
	}
	if _, err := hex.Decode(want[:], []byte(signature)); err != nil {
		return signed{}, unauthorized(RejectedSignatureShape)
	}
	if i := k.signedBy(secrets, timestamp, body, want); i >= 0 {
		return signed{timestamp, sentAt, body, FormRaw, i}, nil
	}
	if tight := compact(body); len(tight) < len(body) {
		if i := k.signedBy(secrets, timestamp, tight, want); i >= 0 {
			return signed{timestamp, sentAt, tight, FormCompact, i}, nil
		}
	}
	return signed{}, unauthorized(RejectedSignature)
}

// signedBy returns the index of the secret that signed, or -1.
func (k *keyed) signedBy(secrets []oura.Secret, timestamp string, body []byte, want [sha256.Size]byte) int {
	for i, s := range secrets {
		if got := k.sum(s, timestamp, body); s != "" && hmac.Equal(got[:], want[:]) {
			return i
		}
	}
	return -1
}

// keyed keeps the hash of the secret used last: to key it anew takes longer than
// to hash a delivery. Not safe for concurrent use.
type keyed struct {
	key oura.Secret
	mac hash.Hash // keyed with key, nil before the first use
}

func (k *keyed) sum(key oura.Secret, timestamp string, body []byte) (out [sha256.Size]byte) {
	if k.mac == nil || k.key != key {
		k.key, k.mac = key, hmac.New(sha256.New, []byte(key.Reveal()))
	}
	k.mac.Reset()
	k.mac.Write([]byte(timestamp)) // a hash takes all it is given
	k.mac.Write(body)
	k.mac.Sum(out[:0])
	return out
}

// parseTimestamp reads 10 digits as seconds and 13 as milliseconds since 1970.
// Source: a recorded delivery had 13, Oura's document has 10.
func parseTimestamp(s string) (time.Time, bool) {
	if len(s) != 10 && len(s) != 13 {
		return time.Time{}, false
	}
	for i := range len(s) {
		if s[i]-'0' > 9 {
			return time.Time{}, false
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	if len(s) == 10 {
		return time.Unix(n, 0), true
	}
	return time.UnixMilli(n), true
}

// compact returns the body without the white space that JSON allows between
// tokens. It knows strings but does not parse: the body is not trusted yet.
func compact(body []byte) []byte {
	out := make([]byte, 0, len(body))
	var in scanner
	for _, c := range body {
		if in.text(c) || (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
			out = append(out, c)
		}
	}
	return out
}

// scanner tells the bytes of JSON strings from the rest, one byte at a time.
type scanner struct{ inside, escaped bool }

// text reports whether c, the next byte, belongs to a string, quotes included.
func (s *scanner) text(c byte) bool {
	switch {
	case s.escaped:
		s.escaped = false
	case s.inside:
		s.escaped, s.inside = c == '\\', c != '"'
	default:
		s.inside = c == '"'
		return s.inside
	}
	return true
}
