package oura

import (
	"fmt"
	"log/slog"
	"time"
)

const redacted = "[redacted]"

// Secret is text that must not reach a log, an error or a screen. Every way of
// formatting it prints "[redacted]"; Reveal is the one way out.
type Secret string

// Reveal returns the text itself. Call it only where the secret is used.
func (s Secret) Reveal() string { return string(s) }

// String, GoString, Format, MarshalText and LogValue hide the text from fmt,
// JSON and slog.
func (s Secret) String() string { return redacted }

// GoString hides the text from %#v.
func (s Secret) GoString() string { return redacted }

// Format hides the text from every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) } // fmt keeps no error

// MarshalText hides the text from JSON.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue hides the text from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// Token is one pair from Oura's token endpoint. A refresh token works once.
type Token struct {
	Access     Secret
	Refresh    Secret
	ObtainedAt time.Time
	ExpiresAt  time.Time // zero: usable until the first refusal
}

// LogValue shows when the token ends, never the token.
func (t Token) LogValue() slog.Value {
	return slog.GroupValue(slog.String("token", redacted), slog.Time("expires_at", t.ExpiresAt))
}
