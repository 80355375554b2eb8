package auth

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"

	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
)

// ouraHosts are the only hosts that ever see a client secret, code or token.
// Source: CONTRACT section 1.
var ouraHosts = []string{"api.ouraring.com", "cloud.ouraring.com", "moi.ouraring.com"}

// checkHosts refuses sign-in addresses that are not https at Oura. Only demo
// mode and test builds may use loopback.
func checkHosts(h config.Hosts) error {
	for _, address := range []string{h.Authorize, h.Token, h.NewToken, h.Revoke} {
		if address != "" && !allowed(address, h.LoopbackHTTP) {
			return &oura.Error{
				Code:    oura.CodeInvalid,
				Message: "The sign-in address does not belong to Oura, so nothing was sent to it. Reinstall Oura Streaming from its original source.",
				Err:     fmt.Errorf("address %q is not on the list", address),
			}
		}
	}
	return nil
}

func allowed(address string, loopback bool) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Fragment != "" || u.RawQuery != "" {
		return false
	}
	if loopback && (u.Scheme == "http" || u.Scheme == "https") && isLoopback(u.Hostname()) {
		return true
	}
	return u.Scheme == "https" && slices.Contains(ouraHosts, u.Host)
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
