package config

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// Usage is what --help prints.
const Usage = `Oura Streaming keeps your Oura ring's data live and complete on this computer.

  oura-streaming [--demo] [--headless] [--hidden] [--data-dir DIR] [--port N] [--version]

  --demo          sample data from a pretend ring; your own data is not touched
                  (it has a folder of its own, sample-data inside DIR)
  --headless      no window: local API only, one line of JSON when ready
  --hidden        start without showing the window
  --data-dir DIR  folder for the database and everything else
  --port N        port of the local API on 127.0.0.1 and ::1 (0: any free one; default 8000)
  --version       print the version
`

// Flags are the command line.
type Flags struct {
	Demo, Headless, Hidden, Version bool
	DataDir                         string // "": the usual one
	Port                            int    // -1: as set
}

// ParseFlags reads the command line. Its errors are sentences without a full
// stop; flag.ErrHelp asks for Usage.
func ParseFlags(args []string) (Flags, error) {
	var f Flags
	set := flag.NewFlagSet("oura-streaming", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.BoolVar(&f.Demo, "demo", false, "")
	set.BoolVar(&f.Headless, "headless", false, "")
	set.BoolVar(&f.Hidden, "hidden", false, "")
	set.BoolVar(&f.Version, "version", false, "")
	set.StringVar(&f.DataDir, "data-dir", "", "")
	set.IntVar(&f.Port, "port", -1, "")
	if err := set.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return f, err
		}
		return f, fmt.Errorf("the command line is not understood: %w", err)
	}
	switch {
	case set.NArg() > 0:
		return f, fmt.Errorf("the command line is not understood: %q is no option", set.Arg(0))
	case given(set, "data-dir") && strings.TrimSpace(f.DataDir) == "":
		return f, errors.New("--data-dir names no folder: leave it out for the usual one")
	case given(set, "port") && (f.Port < 0 || f.Port > 65535):
		return f, errors.New("--port must be a number from 0 to 65535")
	}
	return f, nil
}

// given reports whether the command line names the flag at all.
func given(set *flag.FlagSet, name string) (found bool) {
	set.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}
