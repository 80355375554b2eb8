package app

import "context"

// showInFolder selects the file in the Finder.
func showInFolder(ctx context.Context, path string) error {
	return launch(ctx, "/usr/bin/open", "-R", path)
}
