package app

import (
	"context"
	"errors"
	"os/exec"
)

// showInFolder selects the file in the Explorer, which ends with status 1 also
// when all is well.
func showInFolder(ctx context.Context, path string) error {
	err := launch(ctx, "explorer.exe", "/select,", path)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return nil
	}
	return err
}
