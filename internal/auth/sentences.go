package auth

import "oura-streaming/internal/oura"

// What the user reads: what happened and what to do next.
const (
	sayClient    = "Oura does not accept the client ID or client secret. Copy both again from your application's page at developer.ouraring.com and sign in once more."
	sayNoClient  = "Client ID and client secret are missing. Copy both from your application's page at developer.ouraring.com into Settings."
	sayRedirect  = "Oura does not accept the redirect address. Register exactly the address shown in Setup with your application, trailing slash included, and sign in once more."
	sayCodeOver  = "The sign-in took too long or was used twice. Please sign in again."
	sayRefused   = "Oura refused the sign-in. Check client ID, client secret and redirect address of your application, then sign in again."
	sayDenied    = "You did not allow Oura Streaming to read your data, so nothing was connected. Sign in again and allow access when you are ready."
	sayExpired   = "The sign-in was not finished within ten minutes. Please sign in again."
	sayCancelled = "The sign-in was cancelled. Sign in again when you are ready."
	sayReplaced  = "A newer sign-in was started; this one no longer counts."
	sayDown      = "Oura does not answer as expected right now. Your data here is safe; please try again in a few minutes."
	sayBusy      = "Oura asks us to slow down. Please try again in a few minutes."
	sayGarbled   = "Oura's answer could not be understood. Please sign in again; if it happens again, look for a newer version of Oura Streaming."
	sayLater     = "Oura let you in but does not say who you are right now. Oura Streaming finishes the sign-in by itself as soon as Oura answers."
	sayForeign   = "This sign-in was not started here or is no longer open. Go back to Oura Streaming and sign in from there."
	sayLost      = "The connection broke while Oura was renewing our access. It is tried again by itself."
	sayConnect   = "No Oura account is connected yet. Sign in to Oura first."
	sayThisKind  = "Oura accepts our sign-in but refuses this kind of data. Sign in again and allow it, or leave that kind of data out."
	saySignIn    = "Oura no longer accepts our sign-in. Please sign in again; nothing stored here is lost."
	sayNoBrowser = "The browser could not be opened. Copy the sign-in address and open it in a browser on this computer."
	sayQuitting  = "Oura Streaming is about to quit."
	sayLock      = "The lock file in the data folder cannot be used. Check that the folder is yours and can be written, then start again."
	saySavePair  = "Oura renewed our access but it could not be saved. Free disk space; it is saved as soon as there is room."
	saySaveFirst = "Our access to Oura was not renewed because the disk cannot be written. Free disk space; it is tried again by itself."
)

func trouble(code oura.Code, message string, err error) error {
	return &oura.Error{Code: code, Message: message, Err: err}
}

// trouble says why the user has to act, nil when nothing is wrong.
func (r *record) trouble() error {
	switch r.Refused {
	case "":
		return nil
	case refusedClient:
		return trouble(oura.CodeClientRejected, r.Told, nil)
	default:
		return trouble(oura.CodeUnauthorized, r.Told, nil)
	}
}
