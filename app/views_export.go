package app

// ExportView is the screen Export: the export by hand and the scheduled one.
type ExportView struct {
	Job      ExportJobView      `json:"job"`
	Schedule ExportScheduleView `json:"schedule"`
}

// ExportChoice is what to export. For everything and for documents and samples the
// days are those of the data, for events those of their receipt.
type ExportChoice struct {
	Format         string   `json:"format"`    // sqlite | csv | jsonl
	Kind           string   `json:"kind"`      // everything | documents | events | samples
	DataTypes      []string `json:"dataTypes"` // none: all
	From           string   `json:"from"`      // "": from the first
	To             string   `json:"to"`        // "": to the last
	Operations     []string `json:"operations"`
	Sources        []string `json:"sources"`
	IncludeDeleted bool     `json:"includeDeleted"`
	Gzip           bool     `json:"gzip"`
}

// ExportJobView is the export by hand, under way or ended.
type ExportJobView struct {
	ID          int64  `json:"id"`    // 0: none since the start
	State       string `json:"state"` // "" | running | done | failed | cancelled
	Format      string `json:"format"`
	Kind        string `json:"kind"`
	Name        string `json:"name"`
	Folder      string `json:"folder"`
	Done        int64  `json:"done"`  // rows
	Total       int64  `json:"total"` // 0: not known yet
	Bytes       int64  `json:"bytes"`
	SecondsLeft int    `json:"secondsLeft"` // 0: not known
	StartedAt   string `json:"startedAt"`
	EndedAt     string `json:"endedAt"`
	Error       string `json:"error"`
}

// ExportScheduleView is the scheduled export.
type ExportScheduleView struct {
	Every   string `json:"every"` // off | daily | weekly
	Format  string `json:"format"`
	Kind    string `json:"kind"`
	Gzip    bool   `json:"gzip"`
	Keep    int    `json:"keep"`
	Folder  string `json:"folder"`
	NextAt  string `json:"nextAt"`
	LastAt  string `json:"lastAt"`
	Name    string `json:"name"` // of the last one
	Bytes   int64  `json:"bytes"`
	Kept    int    `json:"kept"`
	Running bool   `json:"running"`
	Done    int64  `json:"done"`
	Total   int64  `json:"total"`
	Error   string `json:"error"` // of the last try
}

// ExportContents is what there is to export.
type ExportContents struct {
	Types    []ExportTypeView `json:"types"` // those with anything
	FirstDay string           `json:"firstDay"`
	LastDay  string           `json:"lastDay"`
}

// ExportTypeView counts what is stored of one type.
type ExportTypeView struct {
	DataType  string `json:"dataType"`
	Documents int64  `json:"documents"`
	Events    int64  `json:"events"`
	Samples   int64  `json:"samples"`
}

// ExportEstimate tells about what an export would be.
type ExportEstimate struct {
	Name  string `json:"name"` // proposed for the file
	Rows  int64  `json:"rows"`
	Bytes int64  `json:"bytes"`
}

// ExportPreview are the first rows of an export.
type ExportPreview struct {
	Name    string     `json:"name"`    // of the table or the file they stand in
	Columns []string   `json:"columns"` // none: each row is one line
	Rows    [][]string `json:"rows"`
}
