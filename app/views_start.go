package app

// StartView tells how the program starts and what closing its window does.
type StartView struct {
	Login   bool       `json:"login"`   // it starts when the user signs in
	Hidden  bool       `json:"hidden"`  // and then without its window
	Moved   string     `json:"moved"`   // the program that starts instead of this one, "" if none
	Fault   string     `json:"fault"`   // why login is not known, "" if it is
	Closing string     `json:"closing"` // keep, quit, or system where it is not ours to choose
	Lacks   []LackView `json:"lacks"`
}

// LackView is something that this desktop does not offer.
type LackView struct {
	What string `json:"what"` // tray, notifications or keychain
	Hint string `json:"hint"` // how to have it
}
