package restapi

import (
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"oura-streaming/internal/oura"
)

// Exporter makes exports. Export refuses what cannot be exported; code: invalid.
type Exporter interface {
	Export(q ExportQuery) (ExportFile, error)
}

// ExportQuery is what the call was asked for; zero filters select all.
type ExportQuery struct {
	Format, Kind     string
	Gzip             bool
	Types            []oura.DataType
	EventTypes       []oura.Operation
	Sources          []oura.Source
	Since, Until     time.Time
	Query            string
	StartDay, EndDay oura.Day
	IncludeDeleted   bool
}

// ExportFile is an export to be read once. An error of Write after the first byte
// means that what was written is not the whole.
type ExportFile struct {
	Name        string // letters, digits, - _ . only
	ContentType string
	Write       func(ctx context.Context, w io.Writer) error
}

type exportInput struct {
	Format    string         `query:"format" enum:"jsonl,csv,sqlite" default:"jsonl" doc:"One of jsonl (an object per line), csv, sqlite (a database file)."`
	Kind      string         `query:"kind" enum:"events,documents,samples" doc:"One of events, documents, samples. Default: events; for sqlite all of them and the coverage."`
	DataType  []dataTypeName `query:"data_type,explode" maxItems:"64" nullable:"false" doc:"A data type such as daily_sleep (letters, digits and _, at most 64), or a series. Repeat the parameter for several. CSV of documents is one file for one type, else a zip archive with a file per type."`
	EventType string         `query:"event_type" enum:"create,update,delete" doc:"Of events, one of create, update, delete."`
	Source    string         `query:"source" enum:"webhook,poll,backfill,catchup,import" doc:"Of events, one of webhook, poll, backfill, catchup, import."`
	Since     time.Time      `query:"since" doc:"A time such as 2026-11-22T06:12:31Z (write + as %2B): events received then or later."`
	Until     time.Time      `query:"until" doc:"A time such as 2026-11-22T06:12:31Z (write + as %2B), not before since: events received earlier than that."`
	Query     string         `query:"q" maxLength:"200" doc:"A text of at most 200 characters that occurs in the event's document, its type or its id."`
	StartDay  day            `query:"start_day" doc:"A day such as 2026-11-01: documents of that day or later, samples from its 00:00 UTC on."`
	EndDay    day            `query:"end_day" doc:"A day such as 2026-11-22: documents of that day or earlier, samples to its end in UTC."`
	Deleted   bool           `query:"include_deleted" doc:"true or false: documents with those that Oura deleted."`
	Gzip      bool           `query:"gzip" doc:"true or false: packed as a .gz file."`
}

func registerExport(api huma.API, s *service) {
	op := operation(api, http.MethodGet, "/export", "exportData", "Everything stored, as a file for other programs")
	op.Description = "Changes nothing of what is stored, with one exception among all calls that read: each export leaves a row in the audit table, for data leave the program with it."
	content := map[string]*huma.MediaType{}
	for _, name := range []string{"application/x-ndjson", "text/csv", "application/zip", "application/gzip", "application/vnd.sqlite3"} {
		content[name] = &huma.MediaType{} // bytes as they are: OpenAPI 3.1 gives them no schema
	}
	op.Responses["200"] = &huma.Response{
		Description: "The file. A connection that breaks before the end means that the file is not whole.",
		Content:     content,
		Headers: map[string]*huma.Param{"Content-Disposition": {
			Description: "attachment, with a proposed file name", Schema: &huma.Schema{Type: huma.TypeString},
		}},
	}
	huma.Register(api, op, s.export)
}

func (in *exportInput) query() ExportQuery {
	q := ExportQuery{
		Format: in.Format, Kind: in.Kind, Gzip: in.Gzip, Since: in.Since, Until: in.Until, Query: in.Query,
		StartDay: oura.Day(in.StartDay), EndDay: oura.Day(in.EndDay), IncludeDeleted: in.Deleted,
	}
	if q.Kind == "" && q.Format != "sqlite" {
		q.Kind = "events"
	}
	for _, dt := range in.DataType {
		q.Types = append(q.Types, oura.DataType(dt))
	}
	slices.Sort(q.Types)
	q.Types = slices.Compact(q.Types)
	if in.EventType != "" {
		q.EventTypes = []oura.Operation{oura.Operation(in.EventType)}
	}
	if in.Source != "" {
		q.Sources = []oura.Source{oura.Source(in.Source)}
	}
	return q
}

func (s *service) export(ctx context.Context, in *exportInput) (*huma.StreamResponse, error) {
	file, err := s.Exports.Export(in.query())
	if err != nil {
		return nil, s.fail(ctx, "export", err)
	}
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		r, w := humago.Unwrap(ctx)
		s.send(r, w, file)
	}}, nil
}

// send writes the file. What fails before the first byte is told as a Problem;
// after it the connection is broken, so that nobody takes the part for the whole.
func (s *service) send(r *http.Request, w http.ResponseWriter, file ExportFile) {
	w.Header().Set("Content-Type", file.ContentType)
	w.Header().Set("Content-Disposition", `attachment; filename="`+file.Name+`"`)
	if r.Method == http.MethodHead {
		return
	}
	out := newSlowWriter(w)
	ctx, cancel := context.WithCancel(r.Context())
	var watch sync.WaitGroup
	watch.Go(func() {
		if s.awaitRevoked(ctx, bearer(r)) {
			cancel()
			out.end()
		}
	})
	defer watch.Wait()
	defer cancel()
	err := file.Write(ctx, out)
	if err == nil {
		out.wait()
		return
	}
	if out.begun || ctx.Err() != nil {
		s.Log.WarnContext(r.Context(), "export broken off", "err", err, "bytes", out.bytes)
		panic(http.ErrAbortHandler)
	}
	p := s.fail(r.Context(), "export", err).(*Problem) //nolint:errorlint,forcetypeassert // fail makes nothing else
	w.Header().Del("Content-Disposition")
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	refuse(w, p.Status, p.Code, p.Detail)
}
