package ourasim

import (
	"encoding/json"
	"slices"
	"strings"
)

// project keeps the asked fields of each document, and those that always come:
// id, the days, the timestamp and the key. Unknown names are ignored; when no
// name is known the documents stay whole.
func project(docs []json.RawMessage, fields, key string) []json.RawMessage {
	asked := splitFields(fields)
	if len(asked) == 0 {
		return docs
	}
	parsed := make([]map[string]json.RawMessage, len(docs))
	known := false
	for i, doc := range docs {
		if json.Unmarshal(doc, &parsed[i]) != nil {
			return docs
		}
		known = known || slices.ContainsFunc(asked, func(f string) bool { _, ok := parsed[i][f]; return ok })
	}
	if !known {
		return docs
	}
	keep := append([]string{"id", "day", "start_day", "timestamp", key}, asked...)
	out := make([]json.RawMessage, len(docs))
	for i, doc := range parsed {
		out[i] = pick(doc, keep)
	}
	return out
}

func splitFields(fields string) []string {
	var out []string
	for name := range strings.SplitSeq(fields, ",") {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}

func pick(doc map[string]json.RawMessage, keep []string) json.RawMessage {
	small := map[string]json.RawMessage{}
	for _, name := range keep {
		if v, ok := doc[name]; ok {
			small[name] = v
		}
	}
	b, err := json.Marshal(small)
	if err != nil {
		return json.RawMessage("{}") // raw parts of a parsed document always marshal
	}
	return b
}
