package autostart

import (
	"errors"

	"golang.org/x/sys/windows/registry"
)

// The keys of this user: what starts, and what the user has stopped from doing so
// in the system's own settings.
const (
	runKey      = `Software\Microsoft\Windows\CurrentVersion\Run`
	approvedKey = `Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run`
)

// Read returns what the system holds of p.
func Read(p Program) (State, error) {
	key, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.QUERY_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return State{}, nil
	} else if err != nil {
		return State{}, err
	}
	defer func() { _ = key.Close() }() // only read
	line, _, err := key.GetStringValue(p.ID)
	if errors.Is(err, registry.ErrNotExist) {
		return State{}, nil
	} else if err != nil {
		return State{}, err
	}
	s := stateOf(splitRun(line))
	s.On = s.Path != "" && isApproved(approval(p))
	return s, nil
}

// approval is nil where the system holds none.
func approval(p Program) []byte {
	key, err := registry.OpenKey(registry.CURRENT_USER, approvedKey, registry.QUERY_VALUE)
	if err != nil {
		return nil
	}
	defer func() { _ = key.Close() }() // only read
	mark, _, err := key.GetBinaryValue(p.ID)
	if err != nil {
		return nil
	}
	return mark
}

// Set has the system start p, or not, when the user signs in. Who switches it on
// here takes back what was switched off in the system's settings.
func Set(p Program, on, hidden bool) error {
	key, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if err != nil {
		return err
	}
	defer func() { _ = key.Close() }() // what was written is written
	if !on {
		return remove(key, p.ID)
	}
	if err := key.SetStringValue(p.ID, runLine(p.command(hidden))); err != nil {
		return err
	}
	approved, err := registry.OpenKey(registry.CURRENT_USER, approvedKey, registry.SET_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	defer func() { _ = approved.Close() }() // as above
	return remove(approved, p.ID)
}

func remove(key registry.Key, name string) error {
	if err := key.DeleteValue(name); !errors.Is(err, registry.ErrNotExist) {
		return err
	}
	return nil
}
