package ouraapi

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// Answer is how one request to Oura fared on its way: what tells of the network
// and of the clocks, and nothing of its content. It is handed to Options.Seen
// after every request that was not given up by ourselves.
type Answer struct {
	Call   string      // method and path without values, or what it was for
	Host   string      // that was asked
	Began  time.Time   // when the request was handed to the network, by this computer's clock
	Ended  time.Time   // when the head of the answer was there, or the request had failed
	Status int         // 0: no answer came
	Header http.Header // nil without an answer
	Err    error       // why no answer came, or not all of it
}

// GivenUp reports whether err means that the caller wanted no answer any more,
// which tells nothing about Oura.
func GivenUp(ctx context.Context, err error) bool {
	return err != nil && errors.Is(ctx.Err(), context.Canceled)
}

// Note adds how the request ended; resp may be nil.
func (a *Answer) Note(resp *http.Response, err error, now time.Time) {
	a.Ended, a.Err = now, err
	if resp != nil {
		a.Status, a.Header = resp.StatusCode, resp.Header
	}
}
