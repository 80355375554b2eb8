package ourasim

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim/person"
)

// PersonOptions fill a cloud with one generated person: the profile, every
// document of the window, the series made on demand.
func PersonOptions(p *person.Person) Options {
	opt := Options{Profile: p.Profile(), Sources: PersonSources(p)}
	for _, d := range p.Documents() {
		opt.Documents = append(opt.Documents, PersonDoc(d))
	}
	return opt
}

// PersonSources makes the rows of a person's series on demand.
func PersonSources(p *person.Person) map[oura.DataType]RowSource {
	return map[oura.DataType]RowSource{
		oura.HeartRate: rowsOf(p.HeartRate), oura.RingBatteryLevel: rowsOf(p.Battery),
	}
}

// PersonDoc turns a generated document into one for Put.
func PersonDoc(d person.Doc) Doc { return Doc{Type: d.Type, ID: d.ID, JSON: d.JSON} }

func rowsOf(between func(from, to time.Time) iter.Seq[person.Row]) RowSource {
	return func(from, to time.Time) iter.Seq[Row] {
		return func(yield func(Row) bool) {
			for row := range between(from, to) {
				if !yield(Row(row)) {
					return
				}
			}
		}
	}
}

// Live lets p's life go on in the cloud until ctx ends: at every tick one
// document is put, the first one of today that has grown or is new, or, when
// nothing happened, a revision of one of the last week. It returns ctx's error.
func (s *Sim) Live(ctx context.Context, p *person.Person, every time.Duration) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		if err := s.liveOn(p, n); err != nil {
			return err
		}
	}
}

// liveOn takes the n-th step of Live.
func (s *Sim) liveOn(p *person.Person, n int) error {
	now := s.clock.now()
	for _, d := range p.Today(now) {
		if held, known := s.library.newest(d.Type, d.ID); !known || d.Type == oura.DailyActivity && !bytes.Equal(held, d.JSON) {
			return s.putPerson(d)
		}
	}
	week := p.DocumentsAt(oura.DayOf(now).Add(-7), "", now)
	if len(week) == 0 {
		return nil
	}
	return s.putPerson(p.Revise(week[rand.IntN(len(week))], n))
}

func (s *Sim) putPerson(d person.Doc) error {
	if _, err := s.Put(PersonDoc(d)); err != nil {
		return fmt.Errorf("live on: %w", err)
	}
	return nil
}
