package auth

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"oura-streaming/internal/oura"
)

const maxDescription = 200

// readRefusal reads either shape of Oura's error bodies; anything else leaves
// the status alone to speak. What form held never comes back out of it.
func readRefusal(status int, body []byte, form url.Values) *refusal {
	r := &refusal{status: status}
	if len(body) > maxAnswerBytes {
		return r
	}
	var fields map[string]any
	if json.Unmarshal(body, &fields) != nil {
		return r
	}
	text := func(name string) string {
		s, _ := fields[name].(string)
		return printable(hide(s, form))
	}
	r.word, r.description = text("error"), text("error_description")
	if r.description == "" {
		r.description = text("detail")
	}
	return r
}

// hide takes the secrets of form out of remote text.
func hide(s string, form url.Values) string {
	for _, name := range []string{"client_secret", "code", "code_verifier", "refresh_token"} {
		if secret := form.Get(name); secret != "" {
			s = strings.ReplaceAll(s, secret, oura.Secret(secret).String())
		}
	}
	return s
}

// printable keeps at most 200 printable characters of remote text on one line.
func printable(s string) string {
	kept := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, s)
	runes := []rune(strings.TrimSpace(kept))
	return string(runes[:min(len(runes), maxDescription)])
}

// aboutClient reports that client id or secret are wrong.
func (r *refusal) aboutClient() bool {
	return r.word == "invalid_client" || r.word == "unauthorized_client" ||
		r.word == "" && r.status == http.StatusUnauthorized
}

// aboutRedirect reports that the redirect address is not the registered one.
func (r *refusal) aboutRedirect() bool {
	return r.word == "invalid_redirect_uri" || strings.Contains(strings.ToLower(r.description), "redirect")
}

// loginError turns the refusal of a code into a sentence.
func (r *refusal) loginError() error {
	e := &oura.Error{Code: oura.CodeUnavailable, Err: r}
	switch {
	case r.aboutRedirect():
		e.Code, e.Message = oura.CodeRedirect, sayRedirect
	case r.aboutClient():
		e.Code, e.Message = oura.CodeClientRejected, sayClient
	case r.word == "invalid_grant":
		e.Code, e.Message = oura.CodeLoginExpired, sayCodeOver
	default:
		e.Code, e.Message = oura.CodeClientRejected, sayRefused
	}
	e.Message = quote(e.Message, r.description)
	return e
}

// quote adds Oura's own words to our sentence.
func quote(sentence, words string) string {
	if words == "" {
		return sentence
	}
	return sentence + " Oura said: “" + strings.TrimRight(words, ".") + "”."
}
