package app

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"oura-streaming/internal/oura"
)

// revealLimit is how long a file manager may take to answer.
const revealLimit = 5 * time.Second

// revealFile shows a file in the system's file manager. The path is the program's
// own. This is the only place that starts another program (S-65), without a shell
// and without the variables that hold secrets.
func revealFile(ctx context.Context, path string) error {
	ctx, cancel := context.WithTimeout(ctx, revealLimit)
	defer cancel()
	if err := showInFolder(ctx, path); err != nil {
		return &oura.Error{
			Code:    oura.CodeUnavailable,
			Message: "No file manager could be opened. The file is " + path,
			Err:     err,
		}
	}
	return nil
}

// secretVariables may stand in our environment and must not reach a child's.
var secretVariables = []string{"OURA_CLIENT_SECRET", "NGROK_AUTHTOKEN", "OURA_STREAMING_API_TOKEN"}

// launch starts a program and waits until it ends or ctx does: one that still
// runs then has become the file manager.
func launch(ctx context.Context, name string, args ...string) error {
	cmd := exec.Command(name, args...) //nolint:noctx // it may outlive this program
	cmd.Env = slices.DeleteFunc(os.Environ(), func(pair string) bool {
		variable, _, _ := strings.Cut(pair, "=")
		return slices.Contains(secretVariables, variable)
	})
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }() // ends with the file manager, which the user closes
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.Canceled) {
			return ctx.Err()
		}
		return nil
	}
}
