package auth

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/pkg/browser"
)

// Opener shows an address to the user.
type Opener interface {
	// Open returns an error when the address certainly was not shown.
	Open(ctx context.Context, url string) error
}

// browserLimit is how long to wait for a helper program such as xdg-open to
// fail. One that still runs has become the browser.
const browserLimit = 5 * time.Second

// SystemBrowser opens addresses in the user's own browser, never in a window of
// this program.
type SystemBrowser struct{}

var quietBrowser = sync.OnceFunc(func() {
	browser.Stdout, browser.Stderr = nil, nil // a helper's chatter would land in our output
})

// secretVariables may stand in our environment and must not reach a child's.
// Source: DESIGN section 6.
var secretVariables = []string{"OURA_CLIENT_SECRET", "NGROK_AUTHTOKEN", "OURA_STREAMING_API_TOKEN"}

// Open starts the browser and waits at most five seconds for it to complain.
// The browser inherits our environment, so the variables that hold secrets are
// removed from it for good: the settings read them once, at the start.
func (SystemBrowser) Open(ctx context.Context, url string) error {
	quietBrowser()
	for _, name := range secretVariables {
		if err := os.Unsetenv(name); err != nil {
			return fmt.Errorf("hide %s from the browser: %w", name, err)
		}
	}
	return openWithin(ctx, browserLimit, url, browser.OpenURL)
}

func openWithin(ctx context.Context, limit time.Duration, url string, open func(string) error) error {
	failed := make(chan error, 1)
	go func() { failed <- open(url) }() // ends with the helper; a browser in the foreground may keep it for hours
	wait := time.NewTimer(limit)
	defer wait.Stop()
	select {
	case err := <-failed:
		return err
	case <-wait.C:
		return nil
	case <-ctx.Done():
		return errors.Join(errors.New("browser not waited for"), ctx.Err())
	}
}
