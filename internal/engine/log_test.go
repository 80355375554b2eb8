package engine

import (
	"errors"
	"log/slog"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
)

func TestS39_LogsHoldNoSecret(t *testing.T) {
	const canary = "canary-7f3a"
	var text strings.Builder
	log := NewLog(&text, "debug")
	log.Info("asked", "url", "https://x.example/cb?code="+canary+"&state="+canary)
	log.Info("asked", "err", errors.New(`Get "https://x.example?verification_token=`+canary+`": refused`))
	log.Info("asked", "header", "Authorization: Bearer "+canary)
	log.Info("asked", "X-Oura-Signature", canary, "token", canary)
	log.Info("asked", "secret", oura.Secret(canary), "pair", oura.Token{Access: canary, Refresh: canary})
	log.Info("asked", slog.Group("request", slog.String("client_secret", canary)))
	if strings.Contains(text.String(), canary) {
		t.Errorf("a secret reached the log:\n%s", text.String())
	}
	if got := strings.Count(text.String(), redacted); got < 8 {
		t.Errorf("%d redactions, want 8 at least:\n%s", got, text.String())
	}
}
