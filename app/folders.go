package app

import (
	"path/filepath"
	"strings"

	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
)

// sampleFolder is where sample data lives inside a data folder of the user's
// choice: no folder ever holds both kinds of data.
const sampleFolder = "sample-data"

// DataDir returns the absolute data folder of the real or the sample data. named
// is the folder the user chose, "" for the usual one; sample data goes into it
// unless it holds real data, then into a folder inside. Codes: storage (no usual
// folder), invalid (real data where sample data lives).
func DataDir(named string, demo bool) (string, error) {
	if named == "" {
		return engine.DefaultDataDir(demo)
	}
	dir, err := filepath.Abs(named)
	if err != nil {
		return "", &oura.Error{
			Code: oura.CodeStorage, Err: err,
			Message: "The folder this was started in has gone, so " + named + " names no place. Give --data-dir a full path.",
		}
	}
	switch usual, err := engine.DefaultDataDir(false); {
	case demo && (isSample(dir) || !engine.HoldsData(dir) && (err != nil || dir != filepath.Clean(usual))):
		return dir, nil
	case isSample(dir):
		return "", &oura.Error{Code: oura.CodeInvalid, Message: "The folder " + dir + " is kept for sample data. Name another one with --data-dir."}
	case !demo:
		return dir, nil
	case err == nil && dir == filepath.Clean(usual):
		return engine.DefaultDataDir(true)
	}
	return filepath.Join(dir, sampleFolder), nil
}

// isSample reports whether dir is one of the folders that only sample data uses.
func isSample(dir string) bool {
	usual, err := engine.DefaultDataDir(true)
	return strings.EqualFold(filepath.Base(dir), sampleFolder) || err == nil && dir == filepath.Clean(usual) || engine.HoldsSampleData(dir)
}

// realDir is the folder of the real data that belongs to a sample folder.
func realDir(sample string) (string, error) {
	if strings.EqualFold(filepath.Base(sample), sampleFolder) {
		return DataDir(filepath.Dir(sample), false)
	}
	return engine.DefaultDataDir(false)
}

// other returns the options of the sample data, or those of the real data. The
// side that the program was started with keeps its own to the letter; the other
// one has a folder of its own, and so a key of its own.
func (b *backend) other(demo bool) (engine.Options, error) {
	opt := b.began
	if demo == opt.Demo {
		return opt, nil
	}
	opt.Demo, opt.KeyFile = demo, ""
	var err error
	if demo {
		if opt.DataDir, err = DataDir(opt.DataDir, true); opt.DataDir == filepath.Clean(b.began.DataDir) {
			opt.DataDir = filepath.Join(opt.DataDir, sampleFolder)
		}
	} else {
		opt.DataDir, err = realDir(opt.DataDir)
	}
	if err == nil && filepath.Clean(opt.DataDir) == filepath.Clean(b.began.DataDir) {
		err = &oura.Error{Code: oura.CodeInvalid, Message: "Sample data and your own data cannot share the folder " + opt.DataDir + ". Start again with another --data-dir."}
	}
	return opt, err
}
