package export

import (
	"slices"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// Format is what an export is written as.
type Format string

// The formats. CSV of documents of several types is a zip archive with one file
// per type.
const (
	JSONL  Format = "jsonl"
	CSV    Format = "csv"
	SQLite Format = "sqlite"
)

// Kind is what an export holds.
type Kind string

// The kinds. Everything is for SQLite only, which can hold it side by side and
// adds the coverage.
const (
	Events     Kind = "events"
	Documents  Kind = "documents"
	Samples    Kind = "samples"
	Everything Kind = ""
)

// Request says what to export. Filters that are zero select all; those on events
// and days narrow only what they are about.
type Request struct {
	Format Format
	Kind   Kind
	Gzip   bool

	Types      []oura.DataType
	EventTypes []oura.Operation // events
	Sources    []oura.Source    // events
	Since      time.Time        // events received then or later
	Until      time.Time        // events received earlier
	Query      string           // events with this text

	StartDay       oura.Day // documents, samples and coverage of that day or later
	EndDay         oura.Day // and of that day or earlier; of a sample the UTC date counts
	IncludeDeleted bool     // documents
}

// Check refuses what cannot be exported, and filters that would be passed over in
// silence. Code: invalid.
func (r Request) Check() error {
	switch {
	case !slices.Contains([]Format{JSONL, CSV, SQLite}, r.Format):
		return refused("An export is written as jsonl, csv or sqlite.")
	case !slices.Contains([]Kind{Events, Documents, Samples, Everything}, r.Kind):
		return refused("An export holds events, documents or samples.")
	case r.Kind == Everything && r.Format != SQLite:
		return refused("Only a SQLite file holds everything at once. Choose events, documents or samples.")
	case r.zipped() && r.Gzip:
		return refused("CSV of several types is a zip archive already. Leave out gzip, or choose one data type.")
	}
	return r.checkFilters()
}

func (r Request) checkFilters() error {
	aboutEvents := len(r.EventTypes) > 0 || len(r.Sources) > 0 || !r.Since.IsZero() || !r.Until.IsZero() || r.Query != ""
	aboutDays := r.StartDay != "" || r.EndDay != ""
	switch {
	case aboutEvents && !r.has(Events):
		return refused("Operation, source, time and text select events. For documents and samples choose days.")
	case aboutDays && r.Kind == Events:
		return refused("Days select documents and samples. For events choose since and until.")
	case r.IncludeDeleted && !r.has(Documents):
		return refused("Only documents are kept after their deletion as such. Events tell of it by themselves.")
	case !r.Until.IsZero() && r.Until.Before(r.Since):
		return refused("The time until must not lie before since.")
	case r.EndDay != "" && r.StartDay > r.EndDay:
		return refused("The first day must not lie behind the last one.")
	}
	for _, day := range []oura.Day{r.StartDay, r.EndDay} {
		if _, err := oura.ParseDay(string(day)); day != "" && err != nil {
			return refused("There is no such day. Write days like 2026-11-22.")
		}
	}
	return nil
}

func refused(sentence string) error {
	return &oura.Error{Code: oura.CodeInvalid, Message: sentence}
}

func (r Request) has(k Kind) bool { return r.Kind == k || r.Kind == Everything }

// zipped reports whether the output is an archive of several files.
func (r Request) zipped() bool {
	return r.Format == CSV && r.Kind == Documents && len(r.Types) != 1
}

// wants reports whether rows of the type are asked for.
func (r Request) wants(dt oura.DataType) bool {
	return len(r.Types) == 0 || slices.Contains(r.Types, dt)
}

func (r Request) eventFilter() sqlite.EventFilter {
	return sqlite.EventFilter{
		Types: r.Types, EventTypes: r.EventTypes, Sources: r.Sources, Since: r.Since, Until: r.Until, Query: r.Query, Ascending: true,
	}
}

func (r Request) documentFilter() sqlite.DocumentFilter {
	return sqlite.DocumentFilter{StartDay: r.StartDay, EndDay: r.EndDay, IncludeDeleted: r.IncludeDeleted}
}

// span is the time of the samples asked for; zero ends are no limits.
func (r Request) span() (from, to time.Time) {
	if day, err := time.Parse(time.DateOnly, string(r.StartDay)); err == nil {
		from = day
	}
	if day, err := time.Parse(time.DateOnly, string(r.EndDay)); err == nil {
		to = day.AddDate(0, 0, 1)
	}
	return from, to
}
