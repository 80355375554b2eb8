package sqlite

import (
	"bytes"
	"encoding/json"
	"time"

	"oura-streaming/internal/oura"
)

// PartState is where one type of a job is within the cut under way.
type PartState string

// The states of a part.
const (
	PartReading PartState = "reading"
	PartRead    PartState = "read"    // this cut
	PartRefused PartState = "refused" // for good: the grant or the membership does not open it
)

// Part is how far one type of a job has come.
type Part struct {
	DataType   oura.DataType
	State      PartState
	CutTo      oura.Day  // last day of the cut this part is in
	WindowFrom oura.Day  // first day of the window whose pages are being read
	Mark       string    // where the next page begins, "" for the first
	Held       []Sample  // rows of a page's last instant, which the next page may complete
	Fresh      SampleSum // the window's new and changed rows that no event tells of yet
	Begun      time.Time // when the window's first page was asked for, zero: not yet
	Found      int       // documents or rows in this cut, known ones too
	Documents  int       // new ones in the whole job
	Revised    int       // documents and rows that replaced others
	Samples    int       // new ones
	Missed     int       // days that could not be read and were left out
	Reason     string    // why it was refused, or days were left out, for the user
	At         time.Time // when it was stored
}

const partColumns = `
	SELECT job_id, data_type, state, cut_to, window_from, mark, held, fresh, begun_ms, found, documents, revised, samples, missed, reason, at_ms
	FROM progress `

func scanPart(scan func(...any) error) (jobID int64, p Part, err error) {
	var held, fresh []byte
	var begun, at int64
	err = scan(&jobID, &p.DataType, &p.State, &p.CutTo, &p.WindowFrom, &p.Mark, &held, &fresh,
		&begun, &p.Found, &p.Documents, &p.Revised, &p.Samples, &p.Missed, &p.Reason, &at)
	if err == nil && held != nil {
		err = json.Unmarshal(held, &p.Held)
	}
	if err == nil && fresh != nil {
		err = json.Unmarshal(fresh, &p.Fresh)
	}
	p.Begun, p.At = fromMS(begun), fromMS(at)
	return jobID, p, err
}

func putPart(t *tx, jobID int64, p Part, held any) error {
	const q = `
		INSERT INTO progress (job_id, data_type, state, cut_to, window_from, mark, held, fresh,
			begun_ms, found, documents, revised, samples, missed, reason, at_ms)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (job_id, data_type) DO UPDATE SET
			state = excluded.state, cut_to = excluded.cut_to, window_from = excluded.window_from, mark = excluded.mark,
			held = excluded.held, fresh = excluded.fresh, begun_ms = excluded.begun_ms, found = excluded.found,
			documents = excluded.documents, revised = excluded.revised, samples = excluded.samples, missed = excluded.missed,
			reason = excluded.reason, at_ms = excluded.at_ms`
	var fresh any
	if p.Fresh.Count > 0 {
		text, err := json.Marshal(p.Fresh)
		if err != nil {
			return err
		}
		fresh = string(text)
	}
	_, err := t.exec(q, jobID, string(p.DataType), string(p.State), string(p.CutTo), string(p.WindowFrom), p.Mark,
		held, fresh, ms(p.Begun), p.Found, p.Documents, p.Revised, p.Samples, p.Missed, p.Reason, ms(p.At))
	return err
}

// heldText writes held rows as JSON with their extras letter for letter, no rows as NULL.
func heldText(rows []Sample) (any, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(rows); err != nil {
		return nil, invalid("held rows: %w", err)
	}
	return b.String(), nil
}
