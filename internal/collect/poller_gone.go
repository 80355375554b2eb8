package collect

import (
	"context"
	"fmt"
)

const mostAlone = 1000 // documents asked for singly in one look

// askAlone asks singly for what the store has of the days and the answers have
// not.
func (d *reading) askAlone(ctx context.Context) error {
	for _, doc := range d.vanished() {
		if d.askedLately(doc.ObjectID) {
			continue
		}
		if d.alone++; d.alone > mostAlone {
			return nil // the next round goes on
		}
		if err := d.goOn(); err != nil {
			return err
		}
		changes, err := d.singly(ctx, d.p.api, doc)
		if err != nil {
			return fmt.Errorf("single document: %w", err)
		}
		if d.seen[doc.ObjectID] {
			d.p.mu.Lock()
			d.p.state(d.dt).alone[doc.ObjectID] = d.run.now
			d.p.mu.Unlock()
		}
		if err := d.apply(ctx, changes); err != nil {
			return err
		}
	}
	return nil
}

// askedLately tells whether Oura has a document that its lists lack, so that it
// need not be asked for in every round.
func (d *reading) askedLately(id string) bool {
	d.p.mu.Lock()
	defer d.p.mu.Unlock()
	at, ok := d.p.state(d.dt).alone[id]
	return ok && d.run.now.Sub(at) < aDay
}
