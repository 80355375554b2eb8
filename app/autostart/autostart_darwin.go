package autostart

import (
	"os"
	"path/filepath"
)

// agentPath is where the system looks for the agents of this user.
func agentPath(p Program) (string, error) {
	home, err := os.UserHomeDir()
	return filepath.Join(home, "Library", "LaunchAgents", p.ID+".plist"), err
}

// Read returns what the system holds of p.
func Read(p Program) (State, error) {
	path, err := agentPath(p)
	if err != nil {
		return State{}, err
	}
	return read(path, readAgent)
}

// Set has the system start p, or not, when the user signs in.
func Set(p Program, on, hidden bool) error {
	path, err := agentPath(p)
	if err != nil {
		return err
	}
	if !on {
		return write(path, "")
	}
	return write(path, agentText(p, hidden))
}
