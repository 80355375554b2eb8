//go:build testhosts

package config

import (
	"cmp"
	"os"
)

// Release reports the hosts this build talks to. A test build takes them from
// the environment, so that the whole program can run against a simulator.
func Release() Hosts {
	h := Oura()
	h.LoopbackHTTP = true
	h.API = cmp.Or(os.Getenv("OURA_STREAMING_TEST_API_URL"), h.API)
	h.Authorize = cmp.Or(os.Getenv("OURA_STREAMING_TEST_AUTHORIZE_URL"), h.Authorize)
	h.Token = cmp.Or(os.Getenv("OURA_STREAMING_TEST_TOKEN_URL"), h.Token)
	h.NewToken = cmp.Or(os.Getenv("OURA_STREAMING_TEST_NEW_TOKEN_URL"), h.NewToken)
	h.Revoke = cmp.Or(os.Getenv("OURA_STREAMING_TEST_REVOKE_URL"), h.Revoke)
	h.NgrokAddr = os.Getenv("OURA_STREAMING_TEST_NGROK_ADDR")
	h.NgrokCAFile = os.Getenv("OURA_STREAMING_TEST_NGROK_CA")
	return h
}
