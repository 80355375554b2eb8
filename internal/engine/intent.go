package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/private"
)

// intentFile says what the next Open has to do before it opens the database.
const intentFile = "intent.json"

// What an intent can ask for.
const (
	doRestore = "restore" // bring a backup back
	doHeal    = "heal"    // read the database through, and replace it if it is damaged
)

// intent is what one run leaves to the next.
type intent struct {
	Do     string   `json:"do"`
	Backup string   `json:"backup,omitempty"` // name of a backup
	From   oura.Day `json:"from,omitempty"`   // since when that may lack something, "": ever
}

// intents carry out what was asked for. They run before the database is opened,
// may be cut off anywhere and are then called again. An error keeps the intent
// and ends the start; what the program can do without is a trouble instead.
var intents = map[string]func(*Engine, context.Context, intent) error{
	doRestore: (*Engine).carryOutRestore,
	doHeal:    (*Engine).carryOutHeal,
	doErase:   (*Engine).carryOutErase,
}

// stage leaves an intent to the next Open and asks for it.
func (e *Engine) stage(in intent) error {
	err := e.writeIntent(in)
	if err == nil {
		e.askRestart()
	}
	return err
}

// writeIntent leaves an intent to the next Open. Nothing takes the place of the one
// to delete everything, and healing not that of a backup: that one is read through
// anyway. Once the engine is closed the next one may have carried out all there was.
func (e *Engine) writeIntent(in intent) error {
	text, err := json.Marshal(in)
	if err != nil {
		return err
	}
	e.restart.writing.Lock()
	defer e.restart.writing.Unlock()
	switch {
	case e.restart.over:
		return &oura.Error{Code: oura.CodeUnavailable, Message: "The program is ending or opening again. Wait a moment, then try again."}
	case e.restart.staged == doErase && in.Do != doErase, e.restart.staged == doRestore && in.Do == doHeal:
		return nil
	}
	if err := private.Replace(e.intentPath(), text); err != nil {
		return folderError(e.opt.DataDir, err)
	}
	e.restart.staged = in.Do
	return nil
}

// carryOut does what the last run left to this one.
func (e *Engine) carryOut(ctx context.Context) error {
	text, err := os.ReadFile(e.intentPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return folderError(e.opt.DataDir, err)
	}
	var in intent
	err = json.Unmarshal(text, &in)
	do, known := intents[in.Do]
	if err != nil || !known {
		e.log.ErrorContext(ctx, "intent not understood and dropped", "do", in.Do, "err", err)
		return e.dropIntent()
	}
	if err := do(e, ctx, in); err != nil {
		return fmt.Errorf("%s: %w", in.Do, err)
	}
	return e.dropIntent()
}

func (e *Engine) dropIntent() error {
	if err := os.Remove(e.intentPath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return folderError(e.opt.DataDir, err)
	}
	return nil
}

func (e *Engine) intentPath() string { return filepath.Join(e.opt.DataDir, intentFile) }
