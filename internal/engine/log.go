package engine

import (
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"oura-streaming/internal/diagnose"
)

// NewLog returns the program's logger, which writes text to w. level is debug,
// info, warn or error; anything else means warn, since w is a person's terminal.
// Whatever looks like a secret is left out, also where a part forgot to.
func NewLog(w io.Writer, level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelWarn
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: l, ReplaceAttr: redactAttr}))
}

const redacted = "[redacted]"

// secretKeys are attribute names whose values never reach a log (S-39).
var secretKeys = []string{
	"code", "state", "token", "access_token", "refresh_token", "verification_token", "api_token",
	"authorization", "client_secret", "x-client-secret", "x-oura-signature", "signature",
}

func redactAttr(_ []string, a slog.Attr) slog.Attr {
	if slices.Contains(secretKeys, strings.ToLower(a.Key)) {
		return slog.String(a.Key, redacted)
	}
	switch a.Value.Kind() {
	case slog.KindString:
		return slog.String(a.Key, diagnose.Params(a.Value.String()))
	case slog.KindAny:
		switch v := a.Value.Any().(type) {
		case error:
			return slog.String(a.Key, diagnose.Params(v.Error()))
		case fmt.Stringer:
			return slog.String(a.Key, diagnose.Params(v.String()))
		}
	default: // numbers, times and groups hold no text of others
	}
	return a
}
