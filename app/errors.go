package app

import (
	"encoding/json"

	"oura-streaming/internal/oura"
)

// formatError is how errors cross to the window: as text, since an object would
// arrive as "[object Object]".
func formatError(err error) any {
	text, marshalErr := json.Marshal(struct {
		Code    oura.Code `json:"code"`
		Message string    `json:"message"`
	}{oura.CodeOf(err), oura.MessageOf(err)})
	if marshalErr != nil { // two strings always marshal
		return oura.MessageOf(err)
	}
	return string(text)
}
