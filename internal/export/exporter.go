package export

import (
	"context"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// Source is the store, as far as an export reads it.
type Source interface {
	Events(ctx context.Context, f sqlite.EventFilter) ([]oura.Event, error)
	EventParts(ctx context.Context, f sqlite.EventFilter) ([]sqlite.Holding, error)
	LastSeq(ctx context.Context) (int64, error)
	DocumentParts(ctx context.Context, f sqlite.DocumentFilter) ([]sqlite.Holding, error)
	DocumentsAfter(ctx context.Context, f sqlite.DocumentFilter, day oura.Day, id string) ([]oura.Document, error)
	SampleParts(ctx context.Context, from, to time.Time) ([]sqlite.Holding, error)
	Samples(ctx context.Context, userID string, dt oura.DataType, from, to time.Time, after *sqlite.Sample, limit int) ([]sqlite.Sample, error)
	CoverageParts(ctx context.Context) ([]sqlite.Holding, error)
	Coverage(ctx context.Context, userID string, types []oura.DataType, from, to, today oura.Day) ([]sqlite.CoverageDay, error)
	FirstDay(ctx context.Context, userID string) (oura.Day, error)
}

// Progress hears how many rows are written and how many there will be, about. It
// is called after each page, by one goroutine, and holds the export up.
type Progress func(done, total int64)

// streamsAtOnce bounds exports over the local API: each may fill the disk with a
// file of the store's size.
const streamsAtOnce = 2

// Exporter makes exports. It is safe for concurrent use.
type Exporter struct {
	store Source
	dir   string // the program's own folder for files under way
	now   func() time.Time
	slots chan struct{}
	most  int // rows of a page, 0: as many as are good for speed
}

// New returns an exporter that reads store. In dir, which belongs to this program
// alone, it keeps what is under way; the folder is made when it is first needed.
func New(store Source, dir string, now func() time.Time) *Exporter {
	return &Exporter{store: store, dir: dir, now: now, slots: make(chan struct{}, streamsAtOnce)}
}
