package engine

import (
	"sync"
	"time"

	"oura-streaming/internal/ingress"
	"oura-streaming/internal/status"
)

const (
	rejectionFades = time.Hour      // how long a refused request shows in the status
	quietFades     = 24 * time.Hour // as long as the rounds come more often, if webhooks missed something
)

// rejections remembers when each kind of refusal was last seen.
type rejections struct {
	mu   sync.Mutex // guards last
	last map[string]time.Time
}

// troubleOf says which trouble a refusal is a sign of, "" for none.
func troubleOf(r ingress.Reason) string {
	switch r {
	case ingress.RejectedTimestampShape, ingress.RejectedBodyShape, ingress.RejectedSignatureShape, ingress.RejectedSignature:
		return status.WrongSignatures
	case ingress.RejectedTime:
		return status.WrongTimes // hidden while the measured clock explains it
	case ingress.RejectedToken:
		return status.WrongVerification
	case ingress.RejectedTooLarge, ingress.RejectedEncoding, ingress.RejectedChallenge:
		return status.OddRequests
	case ingress.RejectedStore:
		return status.DataFolder
	default: // strangers' paths and methods, broken connections: nothing to tell
		return ""
	}
}

// rejected hears of every request that the ingress turned down.
func (e *Engine) rejected(r ingress.Reason) {
	if r == ingress.RejectedTime {
		e.reach.look() // is it our clock? Oura's next answer says so
	}
	code := troubleOf(r)
	if code == "" {
		return
	}
	e.raiseForAWhile(code, "")
}

// raiseForAWhile shows what was seen just now and has no end of its own.
func (e *Engine) raiseForAWhile(code, detail string) {
	e.refused.mu.Lock()
	defer e.refused.mu.Unlock()
	if e.refused.last == nil {
		e.refused.last = map[string]time.Time{}
	}
	e.refused.last[code] = e.opt.Now()
	e.status.RaiseCode(code, detail) // before anybody can forget the entry
}

// stored hears that a delivery was committed: the disk works again.
func (e *Engine) stored() {
	e.refused.mu.Lock()
	defer e.refused.mu.Unlock()
	if _, wasFull := e.refused.last[status.DataFolder]; wasFull {
		delete(e.refused.last, status.DataFolder)
		e.status.Clear(status.DataFolder)
	}
}

// clockIsRight forgets refusals for a wrong time: they were the clock's fault.
func (e *Engine) clockIsRight() {
	e.refused.mu.Lock()
	defer e.refused.mu.Unlock()
	delete(e.refused.last, status.WrongTimes)
	e.status.Clear(status.ClockSkew, status.WrongTimes)
}

// fadeRejections clears what has not been seen for an hour, or a day.
func (e *Engine) fadeRejections() {
	e.refused.mu.Lock()
	defer e.refused.mu.Unlock()
	for code, at := range e.refused.last {
		fades := rejectionFades
		if code == status.WebhooksQuiet {
			fades = quietFades
		}
		if code != status.DataFolder && e.opt.Now().Sub(at) > fades {
			delete(e.refused.last, code)
			e.status.Clear(code)
		}
	}
}
