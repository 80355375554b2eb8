package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"oura-streaming/internal/oura"
)

// Ready is the one line that headless mode prints when it can be used.
type Ready struct {
	Ready bool   `json:"ready"`
	API   string `json:"api"`
	PID   int    `json:"pid"`
}

// Headless claims the data folder and runs the engine without a window until ctx
// ends. It prints Ready as one line of JSON to out, and what a person should
// know to diag. A second start on the same folder hands over and returns nil.
func Headless(ctx context.Context, opt Options, out, diag io.Writer) (err error) {
	claim, err := Claim(opt.DataDir)
	if errors.Is(err, ErrRunning) {
		_, err := fmt.Fprintln(diag, "Oura Streaming already runs on this data folder; it was asked to show itself.")
		return err
	} else if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, claim.Release()) }()
	e, err := Open(ctx, opt)
	if err != nil {
		return err
	}
	if err := e.ListenError(); err != nil {
		return errors.Join(err, e.Close())
	}
	e.advise(ctx, diag)
	line, err := json.Marshal(Ready{Ready: true, API: e.APIURL(), PID: os.Getpid()})
	if err == nil {
		_, err = fmt.Fprintf(out, "%s\n", line)
	}
	if err != nil {
		return errors.Join(err, e.Close())
	}
	return serveAgain(ctx, e, opt, diag)
}

// serveAgain runs e, and the next engine each time one asks for a restart. The
// folder stays claimed, and the port the same where it can be had.
func serveAgain(ctx context.Context, e *Engine, opt Options, diag io.Writer) error {
	for {
		next := e.Again(opt)
		report, stop := context.WithCancel(ctx)
		go e.reportTroubles(report, diag)
		err := e.Serve(ctx)
		stop()
		if err != nil || ctx.Err() != nil || !e.restarts() {
			return err
		}
		opt = next
		if e, err = Open(ctx, opt); err != nil {
			return err
		}
	}
}

// advise says how to use the API and what it costs to do without a keychain.
func (e *Engine) advise(ctx context.Context, diag io.Writer) {
	if !e.HasAPIToken() {
		_, _ = fmt.Fprintf(diag, "No token for the local API: make one in the window under Settings, or set %s to a long random word.\n", envAPIToken) // nobody reads diag: nothing to save
	}
	if _, _, err := e.cfg.Client(ctx); err != nil {
		_, _ = fmt.Fprintln(diag, oura.MessageOf(err))
	}
}

// reportTroubles prints each trouble once when it opens, so that whoever runs
// the program without a window hears of it.
func (e *Engine) reportTroubles(ctx context.Context, diag io.Writer) {
	wake, stop := e.status.Listen()
	defer stop()
	told := map[string]string{}
	for {
		open := map[string]string{}
		for _, t := range e.status.Snapshot().Troubles {
			open[t.Code] = t.Text
			if told[t.Code] != t.Text {
				_, _ = fmt.Fprintf(diag, "%s: %s\n", t.Title, t.Text) // as above
			}
		}
		told = open
		select {
		case <-ctx.Done():
			return
		case <-wake:
		}
	}
}
