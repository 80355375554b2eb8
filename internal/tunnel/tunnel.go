// Package tunnel gives the ingress a public address and tells how that address
// is doing: one of the user's ngrok account, the user's own URL, or none at all.
// Promise: whatever kind it is, it serves the handler it is given and nothing
// else, and it opens no port but on loopback addresses; ngrok needs none, its
// requests come over the connection that the program opened.
package tunnel

import (
	"context"
	"net/http"
	"time"
)

// Tunnel is a way for Oura to reach this program.
type Tunnel interface {
	// Serve answers requests from the public address with h until ctx ends or
	// the address is lost, and returns why, with ngrok after two seconds at
	// most. No connection is left then, nor a goroutine of ours unless the log
	// names a late step of closing; the ngrok library's own end when they next
	// look at their heartbeat, within half a minute, but for one that stays
	// when the end meets the answer to a heartbeat. Serve may be called again,
	// but not twice at the same time.
	Serve(ctx context.Context, h http.Handler) error
	// State tells how the address is doing now.
	State() State
	// Listen returns a channel that gets a token after each change of State.
	Listen() (wake <-chan struct{}, stop func())
}

// Kind names a way of being reached.
type Kind string

// The kinds.
const (
	KindNgrok  Kind = "ngrok"
	KindOwnURL Kind = "own_url"
	KindNone   Kind = "none"
)

// Word is the state of an address in one word.
type Word string

// The words. Online means that our side is ready; whether the outside leads
// here is what Probe finds out. Reconnecting is for kinds with a connection of
// their own that comes back by itself.
const (
	Off          Word = "off"
	Starting     Word = "starting"
	Online       Word = "online"
	Reconnecting Word = "reconnecting"
	Refused      Word = "refused"
)

// State is how an address is doing.
type State struct {
	Kind      Kind
	URL       string // public address without trailing slash, "" while there is none
	LocalAddr string // where the user's proxy must forward to, "" while not listening
	Word      Word
	Since     time.Time // of Word
	Err       error     // why it is refused or reconnecting

	// Of the service behind the address, "" and 0 where there is none or it has
	// not told.
	Account, Plan, Region string
	Latency               time.Duration // of the last heartbeat, there and back
	Notice                string        // what the service wants the user to know

	PolicyRefused bool // the service filters nothing before requests reach this computer
}
