package ingress

import (
	"encoding/json"
	"errors"
	"strings"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

const (
	maxDepth    = 32  // nesting of a body; Oura's has 1
	maxObjectID = 128 // bytes; Oura's have 36
)

// The reasons the inspector shows for a delivery that leads to no fetch.
const (
	whyUnparsable = "Oura signed this, but it is not an announcement the program can read. The last days of its type are read again instead."
	whyObjectID   = "The document's number has an unexpected form, so it is not asked for. The last days of its type are read again instead."
	whyForeign    = "This is for another Oura account than the connected one."
	whyUnknown    = "The program does not know this type of data. The announcement is kept as it came."
)

// judge fills in what the body says and what becomes of it; account is the
// connected user. Whatever Oura has signed is kept, the verdict says as what. An
// object_id that could change the path of a request never leaves this function.
func judge(d *sqlite.Delivery, account string) {
	n, err := parse(d.Body)
	if n.UserID == "" {
		n.UserID = account // one account: it can only be ours
	}
	d.Verdict, d.Fetch, d.Reason = verdict(n, err, account)
	if d.Verdict == sqlite.VerdictAccepted && d.Late {
		d.Verdict = sqlite.VerdictLate
	}
	if !isObjectID(n.ObjectID) {
		n.ObjectID = ""
	}
	d.Notification = n
}

func verdict(n oura.Notification, err error, account string) (sqlite.Verdict, sqlite.FetchState, string) {
	info, known := oura.Lookup(n.DataType)
	switch {
	case err != nil:
		return sqlite.VerdictUnparsable, sqlite.FetchNone, whyUnparsable
	case account == "" || n.UserID != account:
		return sqlite.VerdictSetAside, sqlite.FetchNone, whyForeign
	case !known || !info.Hook:
		return sqlite.VerdictUnknownType, sqlite.FetchPending, whyUnknown
	case n.ObjectID != "" && !isObjectID(n.ObjectID):
		return sqlite.VerdictUnparsable, sqlite.FetchNone, whyObjectID
	default:
		return sqlite.VerdictAccepted, sqlite.FetchPending, ""
	}
}

// parse reads the body of a delivery. What could be read is returned with the
// error, so that at least the type may be known.
func parse(body []byte) (n oura.Notification, err error) {
	if n, ok := parseFlat(string(body)); ok {
		return n, nil
	}
	if tooDeep(body) {
		return n, errors.New("nested too deeply")
	}
	if err := json.Unmarshal(body, &n); err != nil {
		return n, err
	}
	if n.DataType == "" {
		return n, errors.New("no data_type")
	}
	return n, nil
}

// parseFlat reads what Oura sends nearly always: the known fields as plain text,
// no white space, a type among them. Anything else is left to encoding/json,
// which takes ten times as long. FuzzParse compares the two.
func parseFlat(s string) (n oura.Notification, ok bool) {
	for s, ok = strings.CutPrefix(s, "{"); ok; s, ok = strings.CutPrefix(s, ",") {
		key, afterKey, ok := cutText(s, ':')
		if !ok {
			return n, false
		}
		value, rest, ok := cutText(afterKey, 0)
		if !ok || !setField(&n, key, value) {
			return n, false
		}
		if rest == "}" {
			return n, n.DataType != ""
		}
		s = rest
	}
	return n, false
}

func setField(n *oura.Notification, key, value string) bool {
	switch key {
	case "event_type":
		n.EventType = oura.Operation(value)
	case "data_type":
		n.DataType = oura.DataType(value)
	case "object_id":
		n.ObjectID = value
	case "event_time":
		n.EventTime = value
	case "user_id":
		n.UserID = value
	default:
		return false
	}
	return true
}

// cutText cuts a JSON string of plain ASCII, and the byte after it unless that
// is 0, from the front of s.
func cutText(s string, after byte) (text, rest string, ok bool) {
	if s == "" || s[0] != '"' {
		return "", "", false
	}
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' && after == 0:
			return s[1:i], s[i+1:], true
		case c == '"':
			return s[1:i], s[min(i+2, len(s)):], i+1 < len(s) && s[i+1] == after
		case c < ' ' || c > '~' || c == '\\':
			return "", "", false
		}
	}
	return "", "", false
}

// tooDeep counts brackets outside strings.
func tooDeep(body []byte) bool {
	depth := 0
	var in scanner
	for _, c := range body {
		switch {
		case in.text(c):
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// knownType returns dt if this program can poll it, else "" for any type.
func knownType(dt oura.DataType) oura.DataType {
	if _, known := oura.Lookup(dt); !known {
		return ""
	}
	return dt
}

// isObjectID accepts 1 to 128 characters that mean nothing in a path.
func isObjectID(s string) bool {
	if len(s) == 0 || len(s) > maxObjectID {
		return false
	}
	for i := range len(s) {
		if !isIDChar(s[i]) {
			return false
		}
	}
	return true
}
