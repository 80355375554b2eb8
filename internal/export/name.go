package export

import (
	"cmp"
	"strings"
	"time"

	"oura-streaming/internal/oura"
)

// Name proposes a file name, such as oura-events-2026-11-22.jsonl.gz. It holds
// letters, digits, - _ and . only, whatever the request says.
func (r Request) Name(now time.Time) string {
	what := string(cmp.Or(r.Kind, "everything"))
	if len(r.Types) == 1 {
		what = plain(string(r.Types[0]))
	}
	return "oura-" + what + "-" + string(oura.DayOf(now)) + r.extension()
}

// plain keeps what is safe in a file name on every system.
func plain(text string) string {
	return strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' {
			return c
		}
		return '_'
	}, text)
}

func (r Request) extension() string {
	end := "." + string(r.Format)
	switch {
	case r.zipped():
		return ".zip"
	case r.Format == SQLite:
		end = ".db"
	}
	if r.Gzip {
		end += ".gz"
	}
	return end
}

// ContentType is the media type of the output.
func (r Request) ContentType() string {
	switch {
	case r.zipped():
		return "application/zip"
	case r.Gzip:
		return "application/gzip"
	case r.Format == SQLite:
		return "application/vnd.sqlite3"
	case r.Format == CSV:
		return "text/csv; charset=utf-8; header=present"
	default:
		return "application/x-ndjson"
	}
}
