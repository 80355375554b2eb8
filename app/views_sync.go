package app

// SyncView is the screen Sync, but for the days.
type SyncView struct {
	Types       []SyncTypeView `json:"types"`
	Jobs        []JobView      `json:"jobs"`   // newest first
	Rounds      []RoundLine    `json:"rounds"` // newest first
	Round       RunningRound   `json:"round"`
	PausedUntil string         `json:"pausedUntil"` // "" without a pause, and when it lasts until resumed
	Paused      bool           `json:"paused"`
	PollMinutes int            `json:"pollMinutes"`
	Live        bool           `json:"live"`
	FirstDay    string         `json:"firstDay"` // oldest day with anything, or asked for
	Today       string         `json:"today"`
	Connected   bool           `json:"connected"`
}

// SyncTypeView tells how fresh one type is.
type SyncTypeView struct {
	DataType  string `json:"dataType"`
	Series    bool   `json:"series"`
	Days      bool   `json:"days"`      // it has days; false for ring_configuration
	LastSync  string `json:"lastSync"`  // begin of the last look that Oura answered whole
	Newest    string `json:"newest"`    // instant of the newest document or sample
	NewestDay string `json:"newestDay"` //
	Error     string `json:"error"`     // of the last look
	Allowed   bool   `json:"allowed"`
	Wanted    bool   `json:"wanted"`
	Count     int    `json:"count"` // documents or samples
}

// JobView is a request for history.
type JobView struct {
	ID          int64         `json:"id"`
	Kind        string        `json:"kind"`   // history | asked
	State       string        `json:"state"`  // queued | running | waiting | done | cancelled
	Reason      string        `json:"reason"` // why it waits
	WaitUntil   string        `json:"waitUntil"`
	From        string        `json:"from"` // "": until a year of nothing
	To          string        `json:"to"`
	DataTypes   []string      `json:"dataTypes"`
	Day         string        `json:"day"`
	DataType    string        `json:"dataType"`
	Documents   int           `json:"documents"`
	Revised     int           `json:"revised"`
	Samples     int           `json:"samples"`
	DaysDone    int           `json:"daysDone"`
	DaysTotal   int           `json:"daysTotal"`   // 0: not known
	Rate        float64       `json:"rate"`        // documents and samples a second
	SecondsLeft int           `json:"secondsLeft"` // 0: not known
	CreatedAt   string        `json:"createdAt"`
	EndedAt     string        `json:"endedAt"`
	Types       []JobTypeView `json:"types"`
}

// JobTypeView is one type of a job.
type JobTypeView struct {
	DataType  string `json:"dataType"`
	State     string `json:"state"` // reading | read | refused
	Documents int    `json:"documents"`
	Samples   int    `json:"samples"`
	Missed    int    `json:"missed"` // days left out
	Reason    string `json:"reason"`
}

// RoundLine is a round over the newest days that has ended.
type RoundLine struct {
	Kind      string `json:"kind"` // poll | hourly | daily | reconcile | catchup | sync
	StartedAt string `json:"startedAt"`
	EndedAt   string `json:"endedAt"`
	From      string `json:"from"`
	To        string `json:"to"`
	Added     int    `json:"added"`
	Revised   int    `json:"revised"`
	Deleted   int    `json:"deleted"`
	Samples   int    `json:"samples"`
	Failed    int    `json:"failed"` // types
}

// RunningRound is the round under way, in types.
type RunningRound struct {
	Running bool   `json:"running"`
	Kind    string `json:"kind"`
	Done    int    `json:"done"`
	Total   int    `json:"total"`
}

// CoverageMap has one row per type, one letter per day from From to To: c complete,
// p partial, e empty, w not worn, a not allowed, f failed, n not asked.
type CoverageMap struct {
	From string        `json:"from"`
	To   string        `json:"to"`
	Rows []CoverageRow `json:"rows"`
}

// CoverageRow are the days of one type.
type CoverageRow struct {
	DataType string `json:"dataType"`
	States   string `json:"states"`
}

// CoverageCell is what is known of one type on one day.
type CoverageCell struct {
	DataType string `json:"dataType"`
	Day      string `json:"day"`
	State    string `json:"state"`
	Reason   string `json:"reason"`
	AskedAt  string `json:"askedAt"`
	Count    int    `json:"count"`
}
