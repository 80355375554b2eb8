package ourasim

import (
	"cmp"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"oura-streaming/internal/oura"
)

// version is one state of a document; nil JSON means deleted. It shows from the
// instant visible on.
type version struct {
	json    json.RawMessage
	visible time.Time
	key     time.Time
	keyed   bool // key was read from json
}

// library holds the documents.
type library struct {
	mu   sync.Mutex
	docs map[oura.DataType]map[string][]version // guarded by mu; newest version last
}

func newLibrary() *library {
	return &library{docs: map[oura.DataType]map[string][]version{}}
}

// put stores a version and tells whether the document was there before. Versions
// that can no longer show are dropped.
func (l *library) put(dt oura.DataType, id string, doc json.RawMessage, visible, now time.Time) oura.Operation {
	l.mu.Lock()
	defer l.mu.Unlock()
	byID := l.docs[dt]
	if byID == nil {
		byID = map[string][]version{}
		l.docs[dt] = byID
	}
	all := byID[id]
	op := oura.Create
	if n := len(all); n > 0 && all[n-1].json != nil {
		op = oura.Update
	}
	if i := visibleIndex(all, now); i > 0 {
		all = slices.Clone(all[i:])
	}
	byID[id] = append(all, version{json: doc, visible: visible})
	return op
}

// visibleIndex returns the newest version that shows at now, or -1.
func visibleIndex(all []version, now time.Time) int {
	for i := len(all) - 1; i >= 0; i-- {
		if !all[i].visible.After(now) {
			return i
		}
	}
	return -1
}

// remove puts a deletion on top. It reports whether the document was there.
func (l *library) remove(dt oura.DataType, id string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.docs[dt][id]
	if len(all) == 0 || all[len(all)-1].json == nil {
		return false
	}
	l.docs[dt][id] = []version{{visible: now}}
	return true
}

// visible returns a document as the REST side shows it at now.
func (l *library) visible(dt oura.DataType, id string, now time.Time) (json.RawMessage, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.docs[dt][id]
	if i := visibleIndex(all, now); i >= 0 && all[i].json != nil {
		return all[i].json, true
	}
	return nil, false
}

// newest returns the last state of a document, visible or not.
func (l *library) newest(dt oura.DataType, id string) (doc json.RawMessage, known bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.docs[dt][id]
	if len(all) == 0 {
		return nil, false
	}
	return all[len(all)-1].json, true
}

// ids returns the known ids of a type in order.
func (l *library) ids(dt oura.DataType) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]string, 0, len(l.docs[dt]))
	for id := range l.docs[dt] {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// item is a document on its way into a page.
type item struct {
	id   string
	key  time.Time
	json json.RawMessage
}

func compareItems(a, b item) int { return cmp.Or(a.key.Compare(b.key), cmp.Compare(a.id, b.id)) }

// list returns the visible documents of c inside w, oldest first. Without a key
// (ring_configuration) every document counts, in the order of ids.
func (l *library) list(c collection, w window, now time.Time) []item {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []item
	for id, all := range l.docs[c.typ] {
		i := visibleIndex(all, now)
		if i < 0 || all[i].json == nil {
			continue
		}
		v := &all[i]
		if !v.keyed {
			v.key, v.keyed = keyInstant(c, v.json), true
		}
		if c.key == "" || w.holds(v.key) {
			out = append(out, item{id, v.key, v.json})
		}
	}
	slices.SortFunc(out, compareItems)
	return out
}
