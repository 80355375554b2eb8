package engine

import (
	"context"
	"io"
	"path/filepath"

	"oura-streaming/internal/export"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/restapi"
)

// newExporter also clears what an export of an earlier run left behind.
func (e *Engine) newExporter() *export.Exporter {
	x := export.New(e.store, filepath.Join(e.opt.DataDir, exportFolder), e.opt.Now)
	if err := x.Sweep(); err != nil {
		e.log.Warn("unfinished exports not removed", "err", err)
	}
	return x
}

// ExportFile writes what r asks for to the file at path: complete, or not at all.
// Codes: invalid, storage.
func (e *Engine) ExportFile(ctx context.Context, r export.Request, path string, progress export.Progress) error {
	return e.exports.File(ctx, r, path, progress)
}

// exports serves the local API.
type exports struct{ e *Engine }

func (x exports) Export(q restapi.ExportQuery) (restapi.ExportFile, error) {
	r := export.Request{
		Format: export.Format(q.Format), Kind: export.Kind(q.Kind), Gzip: q.Gzip,
		Types: q.Types, EventTypes: q.EventTypes, Sources: q.Sources, Since: q.Since, Until: q.Until, Query: q.Query,
		StartDay: q.StartDay, EndDay: q.EndDay, IncludeDeleted: q.IncludeDeleted,
	}
	if err := r.Check(); err != nil {
		return restapi.ExportFile{}, err
	}
	return restapi.ExportFile{
		Name: r.Name(x.e.opt.Now()), ContentType: r.ContentType(),
		Write: func(ctx context.Context, w io.Writer) error {
			err := x.e.exports.Stream(ctx, r, w, nil)
			if oura.CodeOf(err) != oura.CodeRateLimited { // then nothing was given out
				x.e.auditExport(ctx, r, "over the local API", err)
			}
			return err
		},
	}, nil
}
