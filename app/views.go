package app

import "time"

// The views are what crosses to the window: flat, instants as RFC 3339 text with
// "" for none, documents as JSON text, slices never nil.

// StatusView is the status line and what stands behind it.
type StatusView struct {
	State          string        `json:"state"`
	Word           string        `json:"word"`
	Since          string        `json:"since"`
	NextStep       string        `json:"nextStep"`
	Demo           bool          `json:"demo"`
	Version        string        `json:"version"`
	LastSeq        int64         `json:"lastSeq"`
	EventCount     int64         `json:"eventCount"`
	LastEventAt    string        `json:"lastEventAt"`
	LastDeliveryAt string        `json:"lastDeliveryAt"`
	Troubles       []TroubleView `json:"troubles"`
	APIURL         string        `json:"apiUrl"`
	DataDir        string        `json:"dataDir"`
	KeyWhere       string        `json:"keyWhere"`
	KeyPath        string        `json:"keyPath"`
}

// TroubleView is one thing that is wrong, with its one button.
type TroubleView struct {
	Code         string `json:"code"`
	Title        string `json:"title"`
	Text         string `json:"text"`
	Severity     string `json:"severity"`
	Since        string `json:"since"`
	RemedyLabel  string `json:"remedyLabel"`
	RemedyAction string `json:"remedyAction"`
}

// SetupView is where the wizard stands.
type SetupView struct {
	Step            string     `json:"step"`
	Demo            bool       `json:"demo"`
	ClientID        string     `json:"clientId"`
	ClientSecretSet bool       `json:"clientSecretSet"`
	FromEnvironment bool       `json:"fromEnvironment"`
	RedirectURI     string     `json:"redirectUri"`
	PortalURL       string     `json:"portalUrl"`
	SignIn          SignInView `json:"signIn"`
}

// SignInView is a sign-in under way, or how the last one ended.
type SignInView struct {
	Pending       bool     `json:"pending"`
	AuthorizeURL  string   `json:"authorizeUrl"`
	ExpiresAt     string   `json:"expiresAt"`
	BrowserOpened bool     `json:"browserOpened"`
	Error         string   `json:"error"`
	ErrorCode     string   `json:"errorCode"`
	Connected     bool     `json:"connected"`
	UserID        string   `json:"userId"`
	Scopes        []string `json:"scopes"`
	MissingScopes []string `json:"missingScopes"`
}

// EventFilterView narrows the stream; empty lists and "" mean all.
type EventFilterView struct {
	DataTypes  []string `json:"dataTypes"`
	EventTypes []string `json:"eventTypes"`
	Sources    []string `json:"sources"`
	Query      string   `json:"query"`
	Before     int64    `json:"before"`
	After      int64    `json:"after"`
	Limit      int      `json:"limit"`
}

// EventPageView is one page of the stream, newest first.
type EventPageView struct {
	Rows []EventRow `json:"rows"`
	More bool       `json:"more"`
}

// CountView is a number of events.
type CountView struct {
	Count int64 `json:"count"`
	Exact bool  `json:"exact"` // false: there are more, or may be
}

// EventRow is one line of the stream.
type EventRow struct {
	Seq        int64  `json:"seq"`
	DataType   string `json:"dataType"`
	EventType  string `json:"eventType"`
	ObjectID   string `json:"objectId"`
	Day        string `json:"day"`
	Timestamp  string `json:"timestamp"`
	ReceivedAt string `json:"receivedAt"`
	Source     string `json:"source"`
	Summary    string `json:"summary"`
}

// EventDetail is one event with its document and that of the revision before.
type EventDetail struct {
	EventRow
	UserID       string `json:"userId"`
	DataJSON     string `json:"dataJson"`
	PreviousSeq  int64  `json:"previousSeq"`
	PreviousJSON string `json:"previousJson"`
}

// EventHint says that everything up to LastSeq is stored.
type EventHint struct {
	LastSeq int64 `json:"lastSeq"`
}

// TypeView is one data type that can be filtered by.
type TypeView struct {
	DataType  string `json:"dataType"`
	Hook      bool   `json:"hook"`
	Fetchable bool   `json:"fetchable"`
}

// SettingsView is what Settings can change.
type SettingsView struct {
	Theme   string        `json:"theme"`
	Filters []SavedFilter `json:"filters"` // of the stream
}

// instant writes t for the window.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}

// words turns typed words into text; the result is never nil.
func words[T ~string](in []T) []string {
	out := make([]string, len(in))
	for i, w := range in {
		out[i] = string(w)
	}
	return out
}

// typed is the way back.
func typed[T ~string](in []string) []T {
	out := make([]T, len(in))
	for i, w := range in {
		out[i] = T(w)
	}
	return out
}
