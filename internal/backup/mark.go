package backup

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"oura-streaming/internal/private"
)

// Mark is kept outside the database, so that its loss is noticed and no number is
// given out twice after it.
type Mark struct {
	Seq    int64 `json:"seq"`    // no event number above it was ever given out; after a good end the last one
	Ticket int64 `json:"ticket"` // the same of tickets
	Open   bool  `json:"open"`   // the database was not closed

	// Word is in the database too (sqlite.StoreWord), and there in its WAL alone as
	// long as can be: one that was not closed and has another word lacks changes.
	// Next is the word of a change that may or may not have been made.
	Word string `json:"word"`
	Next string `json:"next,omitempty"`

	ReadMS int64 `json:"read_ms,omitempty"` // when the database was last read through and found sound, unix ms
}

const markFile = "store.mark"

// ReadMark returns the mark of a data folder and whether it has one. One that
// cannot be read still says that there was a database.
func ReadMark(dir string) (m Mark, ok bool, err error) {
	text, err := os.ReadFile(filepath.Join(dir, markFile))
	if errors.Is(err, fs.ErrNotExist) {
		return m, false, nil
	} else if err != nil {
		return m, false, folderError(err)
	}
	if json.Unmarshal(text, &m) != nil {
		return Mark{Open: true}, true, nil
	}
	return m, true, nil
}

// Marked reports whether a database was ever opened in a data folder.
func Marked(dir string) bool { return exists(filepath.Join(dir, markFile)) }

// Write keeps the mark of a data folder, synced.
func (m Mark) Write(dir string) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return folderError(private.Replace(filepath.Join(dir, markFile), text))
}
