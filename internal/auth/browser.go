package auth

import (
	"context"
	"errors"
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

// Open starts the browser and waits at most five seconds for it to complain.
func (SystemBrowser) Open(ctx context.Context, url string) error {
	quietBrowser()
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
