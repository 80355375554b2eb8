package app

import (
	"context"
	"time"

	"oura-streaming/internal/engine"
)

// breath is the least time between two rounds of messages to the page. The
// first message of a burst goes out at once.
const breath = 25 * time.Millisecond

// push tells the page what changes until ctx ends. Messages are hints with a
// number or a whole view; the page reads the rest itself, so that a lost or late
// one costs nothing.
func (b *backend) push(ctx context.Context, e *engine.Engine) {
	events, stopEvents := e.Hub().Listen()
	defer stopEvents()
	troubles, stopTroubles := e.Status().Listen()
	defer stopTroubles()
	account, stopAccount := e.Auth().Listen()
	defer stopAccount()
	connection, stopConnection := e.ListenConnection()
	defer stopConnection()
	updates, stopUpdates := e.ListenUpdates()
	defer stopUpdates()
	for {
		select {
		case <-ctx.Done():
			return
		case <-events:
			b.ui.Emit(msgEvents, EventHint{LastSeq: e.Hub().Seq()})
			b.emitStatus() // it counts events
		case <-updates:
			b.ui.Emit(msgUpdate, nil)
		case <-troubles:
			b.emitStatus()
		case <-account:
			b.emitSetup()
			b.ui.Emit(msgConnection, nil)
		case <-connection:
			b.emitStatus()
			b.ui.Emit(msgConnection, nil)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(breath):
		}
	}
}

// announce sends everything at once, after the engine was swapped.
func (b *backend) announce() {
	b.showLook()
	b.emitStatus()
	b.emitSetup()
	b.ui.Emit(msgConnection, nil)
	b.ui.Emit(msgSync, nil)
	b.ui.Emit(msgData, nil)
	b.ui.Emit(msgNotices, nil)
	b.ui.Emit(msgUpdate, nil)
	if e, err := b.live(); err == nil {
		b.ui.Emit(msgExport, exportView(e))
		b.ui.Emit(msgEvents, EventHint{LastSeq: e.Hub().Seq()})
	}
}

func (b *backend) emitStatus() {
	if view, err := (&StatusAPI{b}).Snapshot(); err == nil {
		b.ui.Emit(msgStatus, view)
	}
}

func (b *backend) emitSetup() {
	if view, err := (&SetupAPI{b}).Get(); err == nil {
		b.ui.Emit(msgSetup, view)
	}
}
