package export

import (
	"cmp"
	"path/filepath"
	"regexp"
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

const scheduledStamp = "2006-01-02T150405Z"

// scheduledName is what ScheduledName gives, and nobody else is likely to.
var scheduledName = regexp.MustCompile(`^oura-scheduled-(everything|events|documents|samples)-\d{4}-\d\d-\d\dT\d{6}Z\.(db|jsonl|csv|zip|db\.gz|jsonl\.gz|csv\.gz)$`)

// ScheduledName is the name of an export that is made by itself, such as
// oura-scheduled-everything-2026-11-22T030000Z.db.
func (r Request) ScheduledName(now time.Time) string {
	return "oura-scheduled-" + string(cmp.Or(r.Kind, "everything")) + "-" + now.UTC().Format(scheduledStamp) + r.extension()
}

// IsScheduledName reports whether a file has a name of that form.
func IsScheduledName(name string) bool { return scheduledName.MatchString(name) }

// Complete adds the usual ending to a path that has none.
func (r Request) Complete(path string) string {
	if filepath.Ext(path) == "" {
		return path + r.extension()
	}
	return path
}
