package export

import (
	"archive/zip"
	"io"
	"time"

	"oura-streaming/internal/oura"
)

// archive writes documents of several types: a CSV file for each type that has
// any, named after it, in one zip.
type archive struct {
	*table // the file under way
	zip    *zip.Writer
	made   time.Time
	now    oura.DataType
}

func newZip(out io.Writer, made time.Time) *archive {
	return &archive{table: &table{}, zip: zip.NewWriter(out), made: made}
}

func (a *archive) Documents(dt oura.DataType, rows []oura.Document) error {
	if a.now != dt {
		if err := a.next(dt); err != nil {
			return err
		}
	}
	return a.table.Documents(dt, rows)
}

func (a *archive) next(dt oura.DataType) error {
	if err := a.end(); err != nil {
		return err
	}
	file, err := a.zip.CreateHeader(&zip.FileHeader{Name: plain(string(dt)) + ".csv", Method: zip.Deflate, Modified: a.made})
	if err != nil {
		return err
	}
	a.now = dt
	a.table, err = newTable(Request{Format: CSV, Kind: Documents, Types: []oura.DataType{dt}}, file)
	return err
}

func (a *archive) end() error {
	if a.now == "" {
		return nil
	}
	return a.flush()
}

// Close writes the list of files at the end, without which it is no archive.
func (a *archive) Close() error {
	if err := a.end(); err != nil {
		return err
	}
	return a.zip.Close()
}
