package ourasim

import (
	"iter"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim/person"
)

// PersonOptions fill a cloud with one generated person: the profile, every
// document of the window, the heart rate made on demand.
func PersonOptions(p *person.Person) Options {
	opt := Options{
		Profile: p.Profile(),
		Sources: map[oura.DataType]RowSource{oura.HeartRate: rowsOf(p.HeartRate)},
	}
	for _, d := range p.Documents() {
		opt.Documents = append(opt.Documents, PersonDoc(d))
	}
	return opt
}

// PersonDoc turns a generated document into one for Put.
func PersonDoc(d person.Doc) Doc { return Doc{Type: d.Type, ID: d.ID, JSON: d.JSON} }

func rowsOf(make func(from, to time.Time) iter.Seq[person.Row]) RowSource {
	return func(from, to time.Time) iter.Seq[Row] {
		return func(yield func(Row) bool) {
			for row := range make(from, to) {
				if !yield(Row(row)) {
					return
				}
			}
		}
	}
}
