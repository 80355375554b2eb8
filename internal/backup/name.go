package backup

import (
	"strings"
	"time"

	"oura-streaming/internal/private"
)

// A name is oura_streaming-2026-11-22T031500Z.db; what is not made by the calendar
// has its reason behind the time: oura_streaming-2026-11-22T031500Z-by_hand.db.
const (
	namePrefix = "oura_streaming-"
	nameEnd    = ".db"
	nameStamp  = "2006-01-02T150405Z"
	tempPrefix = private.Unfinished // of copies too: one kind of name to sweep
)

func nameOf(at time.Time, reason Reason) string {
	name := namePrefix + at.UTC().Format(nameStamp)
	if reason != Daily {
		name += "-" + string(reason)
	}
	return name + nameEnd
}

// parseName reads a name; ok is false for one that no backup has.
func parseName(name string) (at time.Time, reason Reason, ok bool) {
	middle, found := strings.CutPrefix(name, namePrefix)
	middle, ended := strings.CutSuffix(middle, nameEnd)
	if !found || !ended || len(middle) < len(nameStamp) {
		return at, "", false
	}
	at, err := time.Parse(nameStamp, middle[:len(nameStamp)])
	rest := middle[len(nameStamp):]
	if err != nil || rest == "" {
		return at, Daily, err == nil
	}
	for _, reason := range []Reason{ByHand, BeforeDeletion, BeforeUpdate} {
		if rest == "-"+string(reason) {
			return at, reason, true
		}
	}
	return at, "", false
}
