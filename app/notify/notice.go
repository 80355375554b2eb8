package notify

import "time"

// Target is where a notice leads, as in the window's address: "#/connection".
type Target string

// Groups of notices: those of one group are counted and joined together.
const (
	GroupNeeds     = "needs"     // the program needs the user
	GroupNight     = "night"     // last night is in
	GroupDocuments = "documents" // new documents of chosen types
	GroupWork      = "work"      // long work has ended
	GroupProgram   = "program"   // of the program itself
)

// Notice is one thing that is told.
type Notice struct {
	ID     string // of this run
	Code   string // of the trouble, the data type or the work; "" for several
	Title  string // plain text
	Body   string // plain text
	Group  string
	Action Target
	Label  string // of the button that leads there
	At     time.Time
	Needs  bool // the program waits for the user
	Read   bool
	Over   bool // a trouble that has ended
	System bool // the system's service took it
}

// Sender tells the user outside the window.
type Sender interface {
	Send(Notice) error
	// Withdraw takes back what was sent; one that has gone by itself is no error.
	Withdraw(id string) error
	// Available reports whether the system shows what is sent, and if not, why.
	Available() (ok bool, why string)
}
