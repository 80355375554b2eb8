package collect

import (
	"slices"

	"oura-streaming/internal/oura"
)

// wanted lists the document types the user wants.
func (p *Poller) wanted() []oura.DataType {
	return slices.DeleteFunc(slices.Clone(p.opt.Types()), func(dt oura.DataType) bool {
		info, known := oura.Lookup(dt)
		return !known || info.Kind != oura.KindDocument
	})
}

// series lists the types that have rows and no documents.
func series() (out []oura.DataType) {
	for _, info := range oura.Catalogue() {
		if info.Kind == oura.KindSeries {
			out = append(out, info.Type)
		}
	}
	return out
}

func isSeries(dt oura.DataType) bool {
	info, _ := oura.Lookup(dt)
	return info.Kind == oura.KindSeries
}
