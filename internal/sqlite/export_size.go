package sqlite

import (
	"oura-streaming/internal/oura"
)

// The bytes of an export file are told from some of its rows by SQLite's file
// format (sqlite.org/fileformat2.html): the record of each row, how records fill
// pages, what does not fit into one, and the entries of the indexes.
const (
	exportPage    = 4096
	pageRoom      = exportPage - 8 // without the header of a leaf
	cellPointer   = 2
	largestLocal  = exportPage - 35
	smallestLocal = (exportPage-12)*32/255 - 23
	overflowRoom  = exportPage - 4
	rowHead       = 8   // length and number of a row, in bytes about
	randomFill    = 0.7 // of pages whose entries come in no order
)

// EmptyExportBytes is about what an export file without rows takes: a page for
// each table and index, and the text of the views.
const EmptyExportBytes = 88 << 10

// EventBytes is about what n events take in an export file, if they are like rows.
func EventBytes(rows []oura.Event, n int64) int64 {
	return size(rows, n, eventValues, func(e oura.Event) float64 {
		return entry(e.ObjectID, "12345678") + entry(string(e.DataType), "12345678") // event_object, event_type
	})
}

// DocumentBytes is the same of documents.
func DocumentBytes(rows []oura.Document, n int64) int64 {
	return size(rows, n, documentValues, func(d oura.Document) float64 {
		return entry(d.UserID, string(d.DataType), d.ObjectID)/randomFill + entry(string(d.DataType), string(d.Day)) // key, document_day
	})
}

// SampleBytes is the same of the samples of one series.
func SampleBytes(userID string, series oura.DataType, rows []Sample, n int64) int64 {
	return size(rows, n, sampleValues(userID, series), func(Sample) float64 {
		return entry(string(series), "123456") // sample_at
	})
}

// CoverageBytes is the same of what is known of days.
func CoverageBytes(userID string, rows []CoverageDay, n int64) int64 {
	return size(rows, n, coverageValues(userID), func(c CoverageDay) float64 {
		return entry(userID, string(c.DataType), string(c.Day)) // key
	})
}

// entry is what the values and the row's number take in an index.
func entry(values ...string) float64 {
	n := cellPointer + 4 + len(values) + 3
	for _, v := range values {
		n += len(v)
	}
	return float64(n)
}

// size fills pages with rows and takes them for n rows.
func size[T any](rows []T, n int64, values func([]any, T) []any, indexed func(T) float64) int64 {
	if len(rows) == 0 {
		return 0
	}
	var p pages
	indexes := 0.0
	for _, row := range rows {
		p.add(recordBytes(values(nil, row)))
		indexes += indexed(row) * exportPage / pageRoom
	}
	return int64((p.bytes() + indexes) / float64(len(rows)) * float64(n))
}

// pages are the leaves of a table and what hangs on them.
type pages struct {
	full, overflow int
	used           int // of the page under way
}

func (p *pages) add(record int) {
	local := record
	if record > largestLocal {
		local = smallestLocal + (record-smallestLocal)%overflowRoom
		if local > largestLocal {
			local = smallestLocal
		}
		p.overflow += (record - local + overflowRoom - 1) / overflowRoom
		local += 4 // the number of the first page
	}
	cell := local + rowHead + cellPointer
	if p.used+cell > pageRoom {
		p.full++
		p.used = 0
	}
	p.used += cell
}

func (p *pages) bytes() float64 {
	return exportPage * (float64(p.full+p.overflow) + float64(p.used)/pageRoom)
}

// recordBytes is the length of a row's record.
func recordBytes(values []any) int {
	n := 1 + len(values)
	for _, v := range values {
		switch v := v.(type) {
		case string:
			n += len(v)
			if len(v) > 57 {
				n++ // its length takes two bytes in the head
			}
		case int64:
			n += 6
		case int:
			n++
		case float64:
			n += 2 // whole numbers are kept as such
		}
	}
	return n
}
