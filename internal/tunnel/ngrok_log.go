package tunnel

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
)

// redactor takes the authtoken out of text: the service quotes it in refusals.
type redactor struct{ token string }

func (r redactor) text(s string) string {
	if r.token == "" {
		return s
	}
	return strings.ReplaceAll(s, r.token, "[redacted]")
}

// staleBeat comes one heartbeat after every loss, for the connection that is
// already gone. A live connection that falls silent is told by its loss.
const staleBeat = "heartbeat timeout, terminating session"

// agentLog takes the ngrok library's records into ours: without the authtoken,
// its errors as warnings, because it tries again, its news as debug, because
// State tells them, and its debug records not at all: they hold whole messages.
type agentLog struct {
	next   slog.Handler
	redact redactor
}

// Enabled is slog.Handler's.
func (l agentLog) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelInfo && l.next.Enabled(ctx, ourLevel(level))
}

// Handle is slog.Handler's.
func (l agentLog) Handle(ctx context.Context, r slog.Record) error {
	level := ourLevel(r.Level)
	if r.Message == staleBeat {
		level = slog.LevelDebug
	}
	if !l.next.Enabled(ctx, level) {
		return nil
	}
	out := slog.NewRecord(r.Time, level, l.redact.text(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		out.AddAttrs(l.redact.attr(a))
		return true
	})
	return l.next.Handle(ctx, out)
}

// WithAttrs is slog.Handler's.
func (l agentLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return agentLog{l.next.WithAttrs(l.redact.attrs(attrs)), l.redact}
}

// WithGroup is slog.Handler's.
func (l agentLog) WithGroup(name string) slog.Handler {
	return agentLog{l.next.WithGroup(name), l.redact}
}

func ourLevel(level slog.Level) slog.Level {
	if level >= slog.LevelWarn {
		return slog.LevelWarn
	}
	return slog.LevelDebug
}

func (r redactor) attrs(attrs []slog.Attr) []slog.Attr {
	out := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		out[i] = r.attr(a)
	}
	return out
}

// attr makes text of whatever may hold text: errors, structs, pointers.
func (r redactor) attr(a slog.Attr) slog.Attr {
	v := a.Value.Resolve()
	switch v.Kind() {
	case slog.KindString:
		v = slog.StringValue(r.text(v.String()))
	case slog.KindGroup:
		v = slog.GroupValue(r.attrs(v.Group())...)
	case slog.KindAny:
		v = slog.StringValue(r.text(fmt.Sprint(v.Any())))
	default: // numbers, instants, truth values
	}
	return slog.Attr{Key: a.Key, Value: v}
}
