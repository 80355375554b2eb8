package app

import "oura-streaming/internal/oura"

// DiagnosticsAPI shows what the program knows of itself, and writes to a file what it
// has shown. Nothing of it is sent anywhere.
type DiagnosticsAPI struct{ b *backend }

// DiagnosticsView is the text, as it may be given away.
type DiagnosticsView struct {
	Text string `json:"text"`
}

// Look makes the text anew. It works without an engine too: then it says why there is
// none. Code: unavailable, while the program closes.
func (a *DiagnosticsAPI) Look() (DiagnosticsView, error) {
	if err := a.b.ended(); err != nil { // its log is not cleaned any more
		return DiagnosticsView{}, err
	}
	text := a.b.diagnostics()
	a.b.looked.keep(text)
	return DiagnosticsView{Text: text}, nil
}

// Save asks for a place and writes the text there that Look gave last: what was seen,
// to the letter. It returns the file's name, "" when no place was chosen. Codes:
// invalid, storage.
func (a *DiagnosticsAPI) Save() (string, error) {
	text := a.b.looked.last()
	if text == "" {
		return "", &oura.Error{Code: oura.CodeInvalid, Message: "Look at the diagnostics first: what you have seen is saved."}
	}
	return a.b.save("Save diagnostics", "oura-streaming-diagnostics", ".txt", []byte(text))
}
