package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"oura-streaming/internal/oura"
)

const (
	maxTokenBytes = 4 << 10
	maxLife       = 10 * 365 * 24 * time.Hour
)

// answer is a token endpoint's 200, types checked. Source: CONTRACT section 2.3.
type answer struct {
	Type    *string  `json:"token_type"`
	Access  string   `json:"access_token"`
	Refresh string   `json:"refresh_token"`
	Seconds *float64 `json:"expires_in"` // absent: usable until the first 401
	Scope   *string  `json:"scope"`      // absent: unknown
}

// parseAnswer checks body. Its errors never quote the body.
func parseAnswer(body []byte) (answer, error) {
	var a answer
	if err := json.Unmarshal(body, &a); err != nil {
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return answer{}, fmt.Errorf("token answer: %s is not a %s", wrong.Field, wrong.Type)
		}
		return answer{}, errors.New("token answer is not a JSON object")
	}
	switch {
	case a.Type != nil && !strings.EqualFold(*a.Type, "bearer"):
		return answer{}, errors.New("token answer: token_type is not bearer")
	case !plausible(a.Access):
		return answer{}, errors.New("token answer: no usable access_token")
	case !plausible(a.Refresh):
		return answer{}, errors.New("token answer: no usable refresh_token")
	case a.Seconds != nil && (*a.Seconds <= 0 || *a.Seconds > maxLife.Seconds()):
		return answer{}, errors.New("token answer: expires_in out of range")
	}
	return a, nil
}

// plausible accepts what can stand in an Authorization header: 1 to 4096
// printable ASCII characters without space.
func plausible(token string) bool {
	notPrintable := func(r rune) bool { return r <= ' ' || r > '~' }
	return token != "" && len(token) <= maxTokenBytes && !strings.ContainsFunc(token, notPrintable)
}

func (a answer) token(obtained time.Time) oura.Token {
	t := oura.Token{Access: oura.Secret(a.Access), Refresh: oura.Secret(a.Refresh), ObtainedAt: obtained}
	if a.Seconds != nil {
		t.ExpiresAt = obtained.Add(time.Duration(*a.Seconds * float64(time.Second)))
	}
	return t
}
