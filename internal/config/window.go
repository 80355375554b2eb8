package config

// What closing the window does, and whether its user has been told.
const (
	WindowClosing   Name = "window_closing"
	WindowCloseTold Name = "window_close_told"
)

// The values of WindowClosing.
const (
	ClosingKeeps = "keep" // the program goes on in the tray, where there is one
	ClosingQuits = "quit"
)
