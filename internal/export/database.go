package export

import (
	"context"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// database writes a SQLite file. The context of the export is kept, since Writer
// has none and each insert should end with it.
type database struct {
	ctx  context.Context
	file *sqlite.ExportFile
}

func newDatabase(ctx context.Context, path string) (*database, error) {
	file, err := sqlite.CreateExport(ctx, path, views())
	return &database{ctx, file}, err
}

// views are one per type this program knows.
func views() (out []sqlite.ExportView) {
	for _, info := range oura.Catalogue() {
		if info.Kind == oura.KindDocument {
			out = append(out, sqlite.ExportView{Type: info.Type, Fields: Fields(info.Type)})
		}
	}
	for _, s := range seriesValues {
		out = append(out, sqlite.ExportView{Type: s.series, Value: s.value, Fields: s.fields})
	}
	return out
}

func (d *database) Events(rows []oura.Event) error { return d.file.AddEvents(d.ctx, rows) }

func (d *database) Documents(_ oura.DataType, rows []oura.Document) error {
	return d.file.AddDocuments(d.ctx, rows)
}

func (d *database) Samples(userID string, series oura.DataType, rows []sqlite.Sample) error {
	return d.file.AddSamples(d.ctx, userID, series, rows)
}

func (d *database) Coverage(userID string, rows []sqlite.CoverageDay) error {
	return d.file.AddCoverage(d.ctx, userID, rows)
}

// Close finishes the file.
func (d *database) Close() error { return d.file.Close(d.ctx) }
