package ourasim

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"iter"
	"net/http"
	"sort"
	"time"
)

// cursor is what a next_token holds: the query it belongs to and the last entry
// given. It names the entry and not its position, so that documents put or
// deleted between two pages neither repeat nor hide others.
type cursor struct {
	Path   string    `json:"p"`
	Window window    `json:"w"`
	Key    time.Time `json:"k"`
	ID     string    `json:"i,omitempty"` // documents: the last id at Key
	Given  int       `json:"g,omitempty"` // series: rows given at Key
	Fields string    `json:"f,omitempty"`
}

func (c cursor) token() string {
	b, err := json.Marshal(c)
	if err != nil {
		return "" // times beyond year 9999, which readInstant does not make
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func readToken(text, path string) (cursor, bool) {
	var c cursor
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(b, &c) != nil {
		return c, false
	}
	return c, c.Path == path
}

// documentPage cuts the next page of size from the sorted items.
func documentPage(items []item, at cursor, size int) (page []json.RawMessage, next *cursor) {
	from := 0
	if at.ID != "" {
		last := item{id: at.ID, key: at.Key}
		from = sort.Search(len(items), func(i int) bool { return compareItems(items[i], last) > 0 })
	}
	to := min(len(items), from+max(1, size))
	for _, it := range items[from:to] {
		page = append(page, it.json)
	}
	if to < len(items) {
		at.Key, at.ID = items[to-1].key, items[to-1].id
		next = &at
	}
	return page, next
}

// rowPage takes the next page of size from rows, which begin at the cursor's
// instant.
func rowPage(rows iter.Seq[Row], at cursor, size int) (page []json.RawMessage, next *cursor) {
	skip, size := at.Given, max(1, size)
	for row := range rows {
		if skip > 0 {
			skip--
			continue
		}
		if len(page) == size {
			return page, &at
		}
		page = append(page, row.JSON)
		if when := time.UnixMilli(row.TimeMS).UTC(); when.Equal(at.Key) {
			at.Given++
		} else {
			at.Key, at.Given = when, 1
		}
	}
	return page, nil
}

// answerPage writes the envelope.
func answerPage(w http.ResponseWriter, page []json.RawMessage, next string, omitNull bool) {
	var b bytes.Buffer
	b.WriteString(`{"data":[`)
	for i, doc := range page {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(doc)
	}
	b.WriteByte(']')
	switch {
	case next != "":
		b.WriteString(`,"next_token":"` + next + `"`)
	case !omitNull:
		b.WriteString(`,"next_token":null`)
	}
	b.WriteByte('}')
	answerRaw(w, http.StatusOK, b.Bytes())
}
