package engine

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/private"
)

// lookFile tells in which look the window was shown last. The next window opens
// in it, before the database is open and before the page can say anything.
const lookFile = "window.look"

// The two looks of the window.
const (
	LookLight = "light"
	LookDark  = "dark"
)

// Look returns the look in which the window on that data folder was shown last, ""
// when nobody knows.
func Look(dataDir string) string {
	path := filepath.Join(dataDir, lookFile)
	if refuseForeign(path) != nil {
		return ""
	}
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }() // only read
	text, err := io.ReadAll(io.LimitReader(f, 16))
	if look := strings.TrimSpace(string(text)); err == nil && (look == LookLight || look == LookDark) {
		return look
	}
	return ""
}

// NoteLook keeps the look in which the window is shown.
func (e *Engine) NoteLook(look string) error {
	if look != LookLight && look != LookDark {
		return &oura.Error{Code: oura.CodeInvalid, Message: "The window is either light or dark."}
	}
	if Look(e.opt.DataDir) == look {
		return nil
	}
	path := filepath.Join(e.opt.DataDir, lookFile)
	if err := refuseForeign(path); err != nil {
		return err
	}
	if err := private.Replace(path, []byte(look+"\n")); err != nil {
		return folderError(e.opt.DataDir, err)
	}
	return nil
}
