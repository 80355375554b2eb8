package sqlite

import (
	"encoding/json"
	"fmt"

	"oura-streaming/internal/oura"
)

func validJSON(b []byte) bool { return json.Valid(b) }

// jsonText binds JSON as TEXT, absent JSON as NULL.
func jsonText(raw json.RawMessage) any {
	if raw == nil {
		return nil
	}
	return string(raw)
}

func invalid(format string, args ...any) error {
	return &oura.Error{
		Code:    oura.CodeInvalid,
		Message: "The value cannot be stored. Correct it and try again.",
		Err:     fmt.Errorf(format, args...),
	}
}

// list writes values as a JSON array for json_each, or NULL for "all".
func list[T ~string](values []T) (any, error) {
	if len(values) == 0 {
		return nil, nil
	}
	b, err := json.Marshal(values)
	return string(b), err
}
