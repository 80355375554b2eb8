package autostart

import (
	"os"
	"path/filepath"
)

// entryPath is where desktops look for the entries of this user.
func entryPath(p Program) (string, error) {
	dir, err := os.UserConfigDir()
	return filepath.Join(dir, "autostart", p.ID+".desktop"), err
}

// Read returns what the desktop holds of p.
func Read(p Program) (State, error) {
	path, err := entryPath(p)
	if err != nil {
		return State{}, err
	}
	return read(path, readEntry)
}

// Set has the desktop start p, or not, when the user signs in.
func Set(p Program, on, hidden bool) error {
	path, err := entryPath(p)
	if err != nil {
		return err
	}
	if !on {
		return write(path, "")
	}
	return write(path, entryText(p, hidden))
}
