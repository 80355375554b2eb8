package app

// DataView is the data part of Settings.
type DataView struct {
	DataDir          string         `json:"dataDir"`
	DatabaseBytes    int64          `json:"databaseBytes"`
	BackupsBytes     int64          `json:"backupsBytes"`
	SetAsideBytes    int64          `json:"setAsideBytes"` // what was damaged, or replaced by a restore
	Events           int64          `json:"events"`
	Documents        int64          `json:"documents"`
	Samples          int64          `json:"samples"`
	BackupsOn        bool           `json:"backupsOn"`
	Undoable         bool           `json:"undoable"` // a backup is made before something is deleted
	Backups          []BackupView   `json:"backups"`  // newest first
	Rules            RetentionRules `json:"rules"`
	Tokens           []TokenView    `json:"tokens"` // newest first
	EnvironmentToken bool           `json:"environmentToken"`
	APIURL           string         `json:"apiUrl"`
	ExportFolder     string         `json:"exportFolder"` // of scheduled exports: stays when all data is deleted; "" without
	OthersFiles      []string       `json:"othersFiles"`  // in the data folder, and not this program's: they stay too
	Work             DataWork       `json:"work"`
}

// BackupView is one backup.
type BackupView struct {
	Name      string `json:"name"`
	MadeAt    string `json:"madeAt"`
	SizeBytes int64  `json:"sizeBytes"`
	Reason    string `json:"reason"` // daily | weekly | by_hand | before_deletion | before_update
	Verified  bool   `json:"verified"`
}

// BackupContents is what a look inside a backup found.
type BackupContents struct {
	Name      string `json:"name"`
	MadeAt    string `json:"madeAt"`
	SizeBytes int64  `json:"sizeBytes"`
	Events    int64  `json:"events"`
	Documents int64  `json:"documents"`
	Samples   int64  `json:"samples"`
	FirstDay  string `json:"firstDay"`
	LastDay   string `json:"lastDay"`
	Problem   string `json:"problem"` // why it cannot be brought back, "" when it can
}

// RetentionRules say how much is kept; 0 keeps everything.
type RetentionRules struct {
	EventsDays     int `json:"eventsDays"`
	EventsCount    int `json:"eventsCount"`
	DeliveriesDays int `json:"deliveriesDays"`
	SamplesDays    int `json:"samplesDays"`
}

// RetentionCounts are what rules would delete now.
type RetentionCounts struct {
	Events     int64  `json:"events"`
	Deliveries int64  `json:"deliveries"`
	Samples    int64  `json:"samples"`
	OldestKept string `json:"oldestKept"` // when the oldest event that stays was received
}

// Deletion is what was deleted or is about to be, and the backup that undoes it.
type Deletion struct {
	Count  int64  `json:"count"`
	Backup string `json:"backup"` // "": nothing had to go, or backups are off
}

// TokenView is one token of the local API.
type TokenView struct {
	ID     int64  `json:"id"`
	Name   string `json:"name"`
	Scope  string `json:"scope"` // read | write | admin
	MadeAt string `json:"madeAt"`
	UsedAt string `json:"usedAt"`
}

// MadeToken is a token just made. It is told this once.
type MadeToken struct {
	ID    int64  `json:"id"`
	Token string `json:"token"`
}

// DataWork is what is being done to the data, and how the last work that ran by
// itself failed.
type DataWork struct {
	Kind  string `json:"kind"` // "" | backup | prune
	Done  int64  `json:"done"` // bytes of a backup, rows of a deletion
	Total int64  `json:"total"`
	Error string `json:"error"`
}
