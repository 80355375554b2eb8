package engine

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"

	"oura-streaming/internal/private"
)

// placeFile tells where the window stood last. The next one opens there, before the
// database is open.
const placeFile = "window.place"

// Place is where the window stands, in the toolkit's pixels. Width 0 means: unknown.
type Place struct {
	Width     int  `json:"width"`
	Height    int  `json:"height"`
	X         int  `json:"x"` // of one screen; unknown unless Placed
	Y         int  `json:"y"`
	Placed    bool `json:"placed"`
	Maximised bool `json:"maximised"` // the rest is where it stands when it is not
}

// mostPixels is more than any screen has.
const mostPixels = 1 << 15

// WindowPlace returns where the window on that data folder stood last.
func WindowPlace(dataDir string) Place {
	path := filepath.Join(dataDir, placeFile)
	if refuseForeign(path) != nil {
		return Place{}
	}
	f, err := os.Open(path)
	if err != nil {
		return Place{}
	}
	defer func() { _ = f.Close() }() // only read
	var p Place
	if err := json.NewDecoder(io.LimitReader(f, 1<<10)).Decode(&p); err != nil || !p.isSane() {
		return Place{}
	}
	return p
}

func (p Place) isSane() bool {
	return p.Width > 0 && p.Width < mostPixels && p.Height > 0 && p.Height < mostPixels &&
		p.X > -mostPixels && p.X < mostPixels && p.Y > -mostPixels && p.Y < mostPixels
}

// NoteWindowPlace keeps where the window stands. The folder must be ours.
func NoteWindowPlace(dataDir string, p Place) error {
	if !p.isSane() || WindowPlace(dataDir) == p {
		return nil
	}
	path := filepath.Join(dataDir, placeFile)
	if err := refuseForeign(path); err != nil {
		return err
	}
	text, err := json.Marshal(p)
	if err == nil {
		err = private.Replace(path, append(text, '\n'))
	}
	if err != nil {
		return folderError(dataDir, err)
	}
	return nil
}
