//go:build !testhosts

package config

import (
	"strings"
	"testing"
)

// A release build knows Oura's hosts only, whatever the environment says.
func TestS13_ReleaseBuildReadsNoTestHosts(t *testing.T) {
	for _, name := range []string{"API_URL", "AUTHORIZE_URL", "TOKEN_URL", "NEW_TOKEN_URL", "REVOKE_URL", "NGROK_ADDR", "NGROK_CA"} {
		t.Setenv("OURA_STREAMING_TEST_"+name, "https://evil.example/")
	}
	h := Release()
	if h != Oura() || h.LoopbackHTTP {
		t.Errorf("hosts %+v, want Oura's own", h)
	}
	for _, address := range []string{h.API, h.Authorize, h.Token, h.NewToken, h.Revoke} {
		if !strings.HasPrefix(address, "https://") || !strings.Contains(address, ".ouraring.com") {
			t.Errorf("%q is no https address of Oura", address)
		}
	}
	if err := checkPublicURL("http://127.0.0.1:8001", h); err == nil {
		t.Error("a release build takes plain http as public address")
	}
}
