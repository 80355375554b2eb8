package app

import (
	"context"
	"net/url"
	"slices"

	"oura-streaming/internal/oura"
)

// externalHosts are the only pages the window may open in the system's browser: Oura's,
// and that of a newer version, whose address the window cannot name.
var externalHosts = []string{"developer.ouraring.com", "cloud.ouraring.com", "github.com"}

// openExternal opens one of these pages with browse, which is the system's browser
// (S-46).
func openExternal(ctx context.Context, browse func(ctx context.Context, address string) error, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.User != nil || !slices.Contains(externalHosts, u.Host) {
		return &oura.Error{Code: oura.CodeInvalid, Message: "This address is not one of the pages that the window may open."}
	}
	if err := browse(ctx, u.String()); err != nil {
		return &oura.Error{
			Code:    oura.CodeNoBrowser,
			Message: "No browser could be opened. Open this address by hand: " + address,
			Err:     err,
		}
	}
	return nil
}
