// Package status knows what is wrong right now, in the user's words: one state
// word, and the troubles that are open with their next steps. Banner, tray,
// notifications and the local API all read the same snapshot. A trouble lasts
// until it is cleared; while something it depends on is open it stays hidden.
package status

import "time"

// State is the one word for how the program is doing.
type State string

// The states of DESIGN section 5. Setup is "Needs you" before an account exists.
const (
	Live       State = "live"
	Polling    State = "polling"
	CatchingUp State = "catching_up"
	NeedsYou   State = "needs_you"
	Offline    State = "offline"
	Paused     State = "paused"
	Setup      State = "setup"
)

// Word is the state as the user reads it.
func (s State) Word() string {
	switch s {
	case Live:
		return "Live"
	case Polling:
		return "Polling"
	case CatchingUp:
		return "Catching up"
	case Offline:
		return "Offline"
	case Paused:
		return "Paused"
	case NeedsYou, Setup:
	}
	return "Needs you"
}

// Severity says how much a trouble matters. An error means that something the
// user wants does not work at all; a warning heals by itself or costs little.
type Severity string

// The severities, mildest first.
const (
	Info    Severity = "info"
	Warning Severity = "warning"
	Error   Severity = "error"
)

// rank orders severities, worst first.
func (s Severity) rank() int {
	switch s {
	case Error:
		return 0
	case Warning:
		return 1
	case Info:
	}
	return 2
}

// Action is what the window does when the remedy's button is pressed.
type Action string

// The actions the window knows. NoAction: nothing for the user to press.
const (
	NoAction       Action = ""
	SignIn         Action = "sign_in"
	OpenSetup      Action = "open_setup"
	OpenConnection Action = "open_connection"
	OpenExport     Action = "open_export"
	Retry          Action = "retry"
)

// Remedy is the one button of a trouble.
type Remedy struct {
	Label  string
	Action Action
}

// Trouble is one thing that is wrong. Text says what happened, what still works
// where that matters, and what to do.
type Trouble struct {
	Code      string
	Title     string
	Text      string
	Severity  Severity
	DependsOn []string // hidden while one of these codes is raised
	Remedy    Remedy
	Since     time.Time
}

// needsUser reports whether the program waits for the user because of t.
func (t Trouble) needsUser() bool { return t.Severity == Error && t.Remedy.Action != NoAction }

// Snapshot is the status at one moment. Troubles are the visible ones, worst
// first, then longest open first. It shares nothing with the registry.
type Snapshot struct {
	State    State
	Word     string
	Since    time.Time
	NextStep string // "" when there is nothing to do
	Troubles []Trouble
}
