package app

// NoticesView is what the user was told outside the window, or would have been, and
// what the user wants to be told.
type NoticesView struct {
	Notices []NoticeView `json:"notices"` // newest first
	System  string       `json:"system"`  // shown | none: whether the system shows notifications
	Why     string       `json:"why"`     // why it does not
	Sleep   bool         `json:"sleep"`
	Values  bool         `json:"values"`
	Types   []string     `json:"types"`   // whose new documents are told
	Offered []string     `json:"offered"` // types to choose from
}

// NoticeView is one thing that was told.
type NoticeView struct {
	ID    string `json:"id"`
	Group string `json:"group"` // needs | night | documents | work | program
	Title string `json:"title"`
	Body  string `json:"body"`
	Route string `json:"route"` // where it leads: "#/night/2026-11-22"
	At    string `json:"at"`
	Read  bool   `json:"read"`
	Over  bool   `json:"over"` // a trouble that has ended
}
