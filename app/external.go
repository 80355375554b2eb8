package app

import (
	"context"
	"net/url"
	"slices"

	"oura-streaming/internal/auth"
	"oura-streaming/internal/oura"
)

// externalHosts are the only pages the window may open in the system's browser.
var externalHosts = []string{"developer.ouraring.com", "cloud.ouraring.com"}

// openExternal opens a page of Oura's in the system's browser (S-46).
func openExternal(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.User != nil || !slices.Contains(externalHosts, u.Host) {
		return &oura.Error{Code: oura.CodeInvalid, Message: "This address is not one of Oura's pages, so it is not opened."}
	}
	if err := (auth.SystemBrowser{}).Open(ctx, address); err != nil {
		return &oura.Error{
			Code:    oura.CodeNoBrowser,
			Message: "No browser could be opened. Open this address by hand: " + address,
			Err:     err,
		}
	}
	return nil
}
