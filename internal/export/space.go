package export

import (
	"fmt"
	"os"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// meter remembers how far an export came.
type meter struct {
	next        Progress
	done, total int64
}

func (m *meter) note(done, total int64) {
	m.done, m.total = done, total
	if m.next != nil {
		m.next(done, total)
	}
}

// fullError gives a full disk a sentence that names the space the export would
// have taken, judged by how much the rows so far took in the file at path.
func fullError(err error, path string, m *meter) error {
	if err == nil || !sqlite.IsFull(err) {
		return err
	}
	text := "The disk is full. Free some space there, or export to another folder."
	if info, statErr := os.Stat(path); statErr == nil && m.done > 0 {
		need := float64(info.Size()) * float64(m.total) / float64(m.done) / 1e6
		text = fmt.Sprintf("The disk is full: the export needs about %.0f MB. Free some space there, or export to another folder.", max(need, 1))
	}
	return &oura.Error{Code: oura.CodeStorage, Message: text, Err: err}
}
