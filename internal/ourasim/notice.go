package ourasim

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"oura-streaming/internal/oura"
)

// Sign returns the x-oura-signature of a delivery: upper-case hex of
// HMAC-SHA256 over the timestamp header followed by the raw body.
func Sign(clientSecret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(clientSecret))
	mac.Write([]byte(timestamp))
	mac.Write(body)
	return strings.ToUpper(hex.EncodeToString(mac.Sum(nil)))
}

// field is one name and value of a body whose order matters.
type field struct {
	name  string
	value any
}

// noticeBody writes the five fields in Oura's order, then the extra ones. A
// missing object id is left out. Spaced is the style of Python's json.dumps.
func noticeBody(n oura.Notification, extra []field, spaced bool) ([]byte, error) {
	fields := []field{{"event_type", n.EventType}, {"data_type", n.DataType}}
	if n.ObjectID != "" {
		fields = append(fields, field{"object_id", n.ObjectID})
	}
	fields = append(fields, field{"event_time", n.EventTime}, field{"user_id", n.UserID})
	comma, colon := ",", ":"
	if spaced {
		comma, colon = ", ", ": "
	}
	var b bytes.Buffer
	for i, f := range append(fields, extra...) {
		if i > 0 {
			b.WriteString(comma)
		} else {
			b.WriteByte('{')
		}
		value, err := json.Marshal(f.value)
		if err != nil {
			return nil, err
		}
		b.WriteString(strconv.Quote(f.name) + colon)
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// stamp is the x-oura-timestamp of an instant.
func stamp(t time.Time, seconds bool) string {
	if seconds {
		return strconv.FormatInt(t.Unix(), 10)
	}
	return strconv.FormatInt(t.UnixMilli(), 10)
}
