// Package autostart has the desktop start a program when the user signs in. What
// is set is read from the desktop each time and remembered nowhere: the user may
// change it there too.
package autostart

import "slices"

// hiddenFlag asks the program to start without showing its window.
const hiddenFlag = "--hidden"

// Program is what is started, under a name that is its own.
type Program struct {
	ID   string   // "oura-streaming": of files and keys
	Name string   // as people read it
	Path string   // absolute
	Args []string // but for hiddenFlag
}

// State is what the desktop holds.
type State struct {
	On     bool
	Hidden bool   // it starts without showing its window
	Path   string // the program that is started, "" when that cannot be read
}

// command is the command line of p.
func (p Program) command(hidden bool) []string {
	out := append([]string{p.Path}, p.Args...)
	if hidden {
		out = append(out, hiddenFlag)
	}
	return out
}

// stateOf reads what a command line starts.
func stateOf(command []string) State {
	s := State{On: true, Hidden: slices.Contains(command, hiddenFlag)}
	if len(command) > 0 {
		s.Path = command[0]
	}
	return s
}
