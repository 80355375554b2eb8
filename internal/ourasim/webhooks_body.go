package ourasim

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"oura-streaming/internal/oura"
)

// subscriptionBody is what POST and PUT send; nil means absent or null.
type subscriptionBody struct {
	CallbackURL       *string `json:"callback_url"`
	VerificationToken *string `json:"verification_token"`
	EventType         *string `json:"event_type"`
	DataType          *string `json:"data_type"`
}

func (b subscriptionBody) apply(sub *Subscription) {
	sub.token = *b.VerificationToken
	if b.CallbackURL != nil {
		sub.CallbackURL = *b.CallbackURL
	}
	if b.EventType != nil {
		sub.EventType = oura.Operation(*b.EventType)
	}
	if b.DataType != nil {
		sub.DataType = oura.DataType(*b.DataType)
	}
}

// readSubscription parses the body and answers 422 unless the required fields
// are there and every value is possible.
func readSubscription(w http.ResponseWriter, r *http.Request, sw Switches, required ...string) (subscriptionBody, bool) {
	var b subscriptionBody
	if err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1<<20)).Decode(&b); err != nil {
		answerInvalid(w, invalid{
			Type: "json_invalid", Loc: []any{"body", 0}, Msg: "JSON decode error", Input: map[string]any{},
			Ctx: map[string]any{"error": err.Error()},
		})
		return b, false
	}
	found := b.problems(required)
	if dt := b.DataType; dt != nil && slices.Contains(sw.RefusedTypes, *dt) {
		found = append(found, invalid{Type: "value_error", Loc: []any{"body", "data_type"}, Msg: "Value error", Input: *dt})
	}
	if len(found) > 0 {
		answerInvalid(w, found...)
	}
	return b, len(found) == 0
}

func (b subscriptionBody) problems(required []string) []invalid {
	given := map[string]*string{
		"callback_url": b.CallbackURL, "verification_token": b.VerificationToken,
		"event_type": b.EventType, "data_type": b.DataType,
	}
	var found []invalid
	for _, name := range required {
		if given[name] == nil {
			found = append(found, invalid{Type: "missing", Loc: []any{"body", name}, Msg: "Field required"})
		}
	}
	enums := []struct {
		name   string
		values []string
	}{{"event_type", []string{"create", "update", "delete"}}, {"data_type", hookTypes()}}
	for _, e := range enums {
		if v := given[e.name]; v != nil && !slices.Contains(e.values, *v) {
			found = append(found, badEnum(e.name, *v, e.values))
		}
	}
	if u := b.CallbackURL; u != nil && !possibleCallback(*u) {
		found = append(found, invalid{
			Type: "url_scheme", Loc: []any{"body", "callback_url"}, Msg: "URL scheme should be 'https'", Input: *u,
		})
	}
	return found
}

func badEnum(name, got string, values []string) invalid {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = "'" + v + "'"
	}
	last := len(quoted) - 1
	expected := strings.Join(quoted[:last], ", ") + " or " + quoted[last]
	return invalid{
		Type: "enum", Loc: []any{"body", name}, Msg: "Input should be " + expected, Input: got,
		Ctx: map[string]any{"expected": expected},
	}
}

// possibleCallback wants https; plain http only to loopback, where tests live.
func possibleCallback(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return false
	}
	switch u.Hostname() {
	case "127.0.0.1", "::1", "localhost":
		return u.Scheme == "http" || u.Scheme == "https"
	}
	return u.Scheme == "https"
}
