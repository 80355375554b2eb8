package export

import (
	"encoding/json"
	"strings"

	"oura-streaming/internal/oura"
)

// layout says where a type's fields go.
type layout struct {
	columns []string
	place   map[string]int  // path of a field to its column
	inner   map[string]bool // paths of objects whose fields have columns
}

func layoutOf(dt oura.DataType) layout {
	l := layout{columns: Columns(dt), place: map[string]int{}, inner: map[string]bool{}}
	for i, path := range Fields(dt) {
		l.place[path] = len(documentMeta) + i
		for n := strings.LastIndexByte(path, '.'); n > 0; n = strings.LastIndexByte(path[:n], '.') {
			l.inner[path[:n]] = true
		}
	}
	return l
}

// row returns the cells of a document.
func (l layout) row(d oura.Document) []string {
	cells := make([]string, len(l.columns))
	copy(cells, []string{
		safe(d.ObjectID), safe(d.UserID), safe(string(d.Day)), string(appendInt(nil, int64(d.Revisions))),
		stamp(d.FirstSeen), stamp(d.LastSeen), stamp(d.DeletedAt),
	})
	more := map[string]json.RawMessage{}
	var top map[string]json.RawMessage
	if d.Data != nil && json.Unmarshal(d.Data, &top) != nil {
		more[""] = d.Data // not an object: nothing to take apart
	}
	dropSame(top, "id", d.ObjectID)
	dropSame(top, "day", string(d.Day))
	l.spread("", top, cells, more)
	if len(more) > 0 {
		cells[len(cells)-1] = jsonOf(more)
	}
	return cells
}

// dropSame drops a field that a column in front tells already.
func dropSame(fields map[string]json.RawMessage, name, told string) {
	var text string
	if json.Unmarshal(fields[name], &text) == nil && text == told {
		delete(fields, name)
	}
}

// spread puts fields into their cells, and into more what has no cell.
func (l layout) spread(prefix string, fields map[string]json.RawMessage, cells []string, more map[string]json.RawMessage) {
	for name, raw := range fields {
		path := prefix + name
		if i, ok := l.place[path]; ok && !strings.Contains(name, ".") {
			cells[i] = cellOf(raw)
			continue
		}
		var nested map[string]json.RawMessage
		if l.inner[path] && !strings.Contains(name, ".") && json.Unmarshal(raw, &nested) == nil {
			l.spread(path+".", nested, cells, more) // of null there is nothing
			continue
		}
		more[path] = raw
	}
}

// jsonOf writes what is left as one object, by name.
func jsonOf(more map[string]json.RawMessage) string {
	var out strings.Builder
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(more) // its values come from a document that was read
	return strings.ToValidUTF8(strings.TrimSuffix(out.String(), "\n"), "\uFFFD")
}
