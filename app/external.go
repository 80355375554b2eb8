package app

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/update"
)

// ouraHosts are the only pages that the window itself may name and have opened in the
// system's browser.
var ouraHosts = []string{"developer.ouraring.com", "cloud.ouraring.com"}

// openExternal opens a page of Oura's with browse, which is the system's browser (S-46).
func openExternal(ctx context.Context, browse func(ctx context.Context, address string) error, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.User != nil || !slices.Contains(ouraHosts, u.Host) {
		return errForeignPage
	}
	return openPage(ctx, browse, u)
}

// openRelease opens the page of a release, whose address this program has put together.
func openRelease(ctx context.Context, browse func(ctx context.Context, address string) error, address string) error {
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(address, update.Pages+"/") || !strings.Contains(u.Path, "/releases/") {
		return errForeignPage
	}
	return openPage(ctx, browse, u)
}

var errForeignPage = &oura.Error{Code: oura.CodeInvalid, Message: "This address is not one of the pages that the window may open."}

func openPage(ctx context.Context, browse func(ctx context.Context, address string) error, u *url.URL) error {
	if err := browse(ctx, u.String()); err != nil {
		return &oura.Error{
			Code:    oura.CodeNoBrowser,
			Message: "No browser could be opened. Open this address by hand: " + u.String(),
			Err:     err,
		}
	}
	return nil
}
