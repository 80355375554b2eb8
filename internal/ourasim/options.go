package ourasim

import (
	"cmp"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"oura-streaming/internal/oura"
)

// Options describe one pretend cloud. The zero value works: one application
// "sim-client" with secret "sim-secret", no registered redirect, no documents.
type Options struct {
	ClientID     string
	ClientSecret string
	RedirectURIs []string // registered with the application, compared exactly

	Profile   json.RawMessage         // personal_info; its "id" is the user id
	Documents []Doc                   // there from the start, without notifications
	Series    map[oura.DataType][]Row // heartrate and ring_battery_level
	Sources   map[oura.DataType]RowSource

	Switches *Switches // nil: DefaultSwitches

	Port        int  // of the cloud's listener, 0 takes a free one
	Control     bool // open the control listener as well
	ControlPort int  // of the control listener, 0 takes a free one

	Now         func() time.Time  // nil: time.Now
	Log         *slog.Logger      // nil: silent
	Transport   http.RoundTripper // for handshakes and deliveries, nil: a plain one
	Concurrency int               // deliveries under way at once, 0: 4
	KeepEntries int               // requests, deliveries and changes the ledger keeps, 0: 50,000
}

// Doc is one document of a collection. With an empty ID the "id" inside JSON
// counts.
type Doc struct {
	Type oura.DataType   `json:"type"`
	ID   string          `json:"id"`
	JSON json.RawMessage `json:"json"`
}

// Row is one sample of a time series; TimeMS is its instant in Unix milliseconds.
type Row struct {
	TimeMS int64           `json:"time_ms"`
	JSON   json.RawMessage `json:"json"`
}

const defaultProfile = `{"id":"5a0e9d1c8b7f-4c2d6e8fa0b1c3d5","age":34,"weight":71.5,"height":1.76,"biological_sex":"female","email":"sample@example.com"}`

func (o Options) withDefaults() Options {
	o.ClientID = cmp.Or(o.ClientID, "sim-client")
	o.ClientSecret = cmp.Or(o.ClientSecret, "sim-secret")
	o.Concurrency = cmp.Or(o.Concurrency, 4)
	o.KeepEntries = cmp.Or(o.KeepEntries, 50_000)
	if o.Profile == nil {
		o.Profile = json.RawMessage(defaultProfile)
	}
	if o.Switches == nil {
		sw := DefaultSwitches()
		o.Switches = &sw
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Transport == nil {
		o.Transport = &http.Transport{MaxIdleConnsPerHost: o.Concurrency, IdleConnTimeout: 30 * time.Second}
	}
	return o
}
