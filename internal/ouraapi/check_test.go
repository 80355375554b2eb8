package ouraapi

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"oura-streaming/internal/oura"
)

func TestF59_CheckEndsAPauseAfterFailuresButNoneThatOuraAskedFor(t *testing.T) {
	for name, retryAfter := range map[string]string{"our own pause": "", "a pause Oura asked for": "600"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				down, requests, tokens := true, 0, 0
				client := offline(func(r *http.Request) (*http.Response, error) {
					requests++
					if r.Header.Get("Authorization") != "" {
						tokens++
					}
					if down {
						resp := respond(503, "")
						if retryAfter != "" {
							resp.Header.Set("Retry-After", retryAfter)
						}
						return resp, nil
					}
					return respond(401, `{"detail":"no token"}`), nil
				})
				for range outageThreshold {
					if _, err := client.Document(t.Context(), oura.Sleep, "a"); err == nil {
						t.Fatal("no error")
					}
				}
				before := requests
				if _, err := client.Document(t.Context(), oura.Sleep, "a"); err == nil || requests != before {
					t.Fatal("the gate is open")
				}
				down = false
				err := client.Check(t.Context())
				if retryAfter != "" {
					if err == nil || requests != before {
						t.Errorf("asked in spite of Retry-After: %v", err)
					}
					time.Sleep(11 * time.Minute)
					err = client.Check(t.Context())
				}
				if err != nil || requests != before+1 || tokens != before {
					t.Errorf("check: %v, %d requests, %d with a token", err, requests-before, tokens-before)
				}
				if client.gate.check() != nil {
					t.Error("the pause goes on although Oura answers")
				}
			})
		})
	}
}

func TestF59_CheckTellsAnOutage(t *testing.T) {
	client, _ := against(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 502, "<html>") })
	if err := client.Check(t.Context()); oura.CodeOf(err) != oura.CodeUnavailable {
		t.Errorf("%v", err)
	}
}
