package auth

import (
	"html"
	"io"
	"net/http"

	"oura-streaming/internal/oura"
)

const (
	sayWelcome = "Your Oura account is connected. You can close this tab and go back to Oura Streaming."
	sayScope   = "Oura does not know one of the permissions asked for. Switch the spelling of the permissions in Settings and sign in again."
)

func pageHeaders(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// showPage writes one of our own sentences. Nothing of the request, nor of
// Oura's answer, ever stands on the page.
func showPage(w http.ResponseWriter, status int, sentence string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `<!doctype html><html lang="en"><meta charset="utf-8"><title>Oura Streaming</title>`+
		`<h1>Oura Streaming</h1><p>`+html.EscapeString(sentence)+"</p></html>\n") // the browser is gone: nobody to tell
}

// pageText chooses the page's sentence by code alone.
func pageText(code oura.Code) string {
	texts := map[oura.Code]string{
		oura.CodeDenied: sayDenied, oura.CodeLoginExpired: sayCodeOver, oura.CodeClientRejected: sayClient,
		oura.CodeRedirect: sayRedirect, oura.CodeUnavailable: sayDown, oura.CodeRateLimited: sayBusy,
		oura.CodeScope: sayScope, oura.CodeInvalid: sayForeign, oura.CodeNotConfigured: sayNoClient,
	}
	if text, ok := texts[code]; ok {
		return text
	}
	return "The sign-in could not be finished. Oura Streaming shows the reason."
}
