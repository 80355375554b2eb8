package diagnose

import (
	"bytes"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// kept is how many lines of the log are remembered.
const kept = 500

// Ring remembers the newest lines of a log, from Info on. The zero value is ready.
// Safe for concurrent use.
type Ring struct {
	mu    sync.Mutex // guards the fields below
	lines []string
	next  int // the oldest line, once all places are taken
	gone  int // lines that were overwritten
}

// Log is what a Ring remembers, the oldest line first.
type Log struct {
	Lines []string
	Gone  int // lines before those
}

// Log returns a copy. A ring that is not there remembers nothing.
func (r *Ring) Log() Log {
	if r == nil {
		return Log{}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return Log{Lines: slices.Concat(r.lines[r.next:], r.lines[:r.next]), Gone: r.gone}
}

// Clean takes out of the lines what s knows, before what it knows is held no more.
func (r *Ring) Clean(s Sieve) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, said := range r.lines {
		r.lines[i] = s.Clean(said)
	}
}

// Write takes one line, as a handler of package slog writes it.
func (r *Ring) Write(text []byte) (int, error) {
	said := bare(oneLine(string(bytes.TrimSpace(text))))
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.lines) < kept {
		r.lines = append(r.lines, said)
		return len(text), nil
	}
	r.lines[r.next] = said
	r.next = (r.next + 1) % kept
	r.gone++
	return len(text), nil
}

// bare drops the names of what every line begins with.
func bare(said string) string {
	said = strings.TrimPrefix(said, "time=")
	said = strings.Replace(said, " level=", " ", 1)
	return strings.Replace(said, " msg=", " ", 1)
}

// Handler returns what writes into the ring, beside the handler of whoever else keeps
// the log. Of the facts in a line it takes those on a list.
func (r *Ring) Handler() slog.Handler {
	return slog.NewTextHandler(r, &slog.HandlerOptions{Level: slog.LevelInfo, ReplaceAttr: allowed})
}

// Beside adds the ring to a log.
func (r *Ring) Beside(log *slog.Logger) *slog.Logger {
	return slog.New(slog.NewMultiHandler(log.Handler(), r.Handler()))
}

// plainKeys are the facts whose words come from lists of the program's own. Errors are
// taken from any other too; what else a line holds is left out.
var plainKeys = []string{
	"part", "level", "msg", "data_type", "event_type", "kind", "round", "why", "trouble", "reason", "action", "call", "do", "host",
	"token_host", "method", "format", "where", "word", "from", "to", "since", "until", "backup", "addr", "carried",
}

// countKeys are the facts whose numbers, spans and times tell of the program and not of
// anybody's health.
var countKeys = []string{
	"time", "answer_lost", "backups", "bytes", "count", "created", "deleted", "deliveries", "events", "failed", "filtered", "job", "left", "listeners",
	"missed", "moved", "new", "port", "retry_in", "revised", "rounds_every", "samples", "scopes", "scopes_known", "seq", "since", "skipped", "spoilt",
	"status", "took", "tries", "types", "until", "wanted",
}

// refusals are the words that RFC 6749 has for why a token endpoint refuses. Another
// one comes from outside.
var refusals = []string{
	"", "invalid_request", "invalid_client", "invalid_grant", "invalid_scope", "unauthorized_client", "unsupported_grant_type",
}

const leftOut = "[left out]"

// allowed lets through what may stand in the text.
func allowed(_ []string, a slog.Attr) slog.Attr {
	v := a.Value.Resolve()
	switch v.Kind() {
	case slog.KindGroup: // each fact comes by itself
		return a
	case slog.KindString:
		return word(a.Key, v.String())
	case slog.KindAny:
		if err, ok := v.Any().(error); ok {
			return slog.String(a.Key, err.Error())
		}
		if v.Any() == nil {
			return a
		}
		return word(a.Key, v.Any())
	}
	switch {
	case !slices.Contains(countKeys, a.Key):
		return slog.String(a.Key, leftOut)
	case v.Kind() == slog.KindDuration:
		return slog.String(a.Key, v.Duration().String())
	case v.Kind() == slog.KindTime:
		return slog.String(a.Key, v.Time().UTC().Format("2006-01-02T15:04:05.000Z"))
	}
	return a
}

func word(key string, v any) slog.Attr {
	if _, is := v.(slog.Level); is && key == slog.LevelKey {
		return slog.String(key, fmt.Sprint(v))
	}
	if !slices.Contains(plainKeys, key) || !isWords(v) {
		return slog.String(key, leftOut)
	}
	said := fmt.Sprint(v)
	switch {
	case key == "word" && !slices.Contains(refusals, said), strings.HasSuffix(key, "host") && !isOurs(said):
		said = leftOut
	}
	return slog.String(key, said)
}

// isWords reports whether v is a word or a list of them: of bytes, or numbers, it is not.
func isWords(v any) bool {
	t := reflect.TypeOf(v)
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t.Kind() == reflect.String
}

// text writes as many of the newest lines as there is room for.
func (l Log) text(s Sieve, room int) string {
	if len(l.Lines) == 0 {
		return "\nLog\n  No line since the start.\n"
	}
	lines, size := make([]string, 0, len(l.Lines)), 0
	for _, said := range slices.Backward(l.Lines) {
		said = "  " + short(s.Clean(said), longestValue) + "\n"
		if size += len(said); size > room {
			break
		}
		lines = append(lines, said)
	}
	slices.Reverse(lines)
	title := "\nLog\n"
	if left := l.Gone + len(l.Lines) - len(lines); left > 0 {
		title += fmt.Sprintf("  [%d older lines left out]\n", left)
	}
	return title + strings.Join(lines, "")
}
