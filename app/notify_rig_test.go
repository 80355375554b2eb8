package app

import (
	"errors"
	"slices"
	"sync"

	"oura-streaming/app/notify"
)

// fakeNotes is a notification service that only remembers. Its zero value is none.
type fakeNotes struct {
	notesMu  sync.Mutex // guards the fields below
	serves   bool
	sent     []notify.Notice
	taken    []string
	answered func(id string)
}

func (f *fakeNotes) BeginNotify(answered func(id string)) error {
	f.notesMu.Lock()
	defer f.notesMu.Unlock()
	f.answered = answered
	if !f.serves {
		return refusal("There is none in this test.", errors.New("no service"))
	}
	return nil
}

func (f *fakeNotes) Notify(n notify.Notice) error {
	f.notesMu.Lock()
	defer f.notesMu.Unlock()
	f.sent = append(f.sent, n)
	return nil
}

func (f *fakeNotes) Unnotify(id string) error {
	f.notesMu.Lock()
	defer f.notesMu.Unlock()
	f.taken = append(f.taken, id)
	return nil
}

func (f *fakeNotes) EndNotify() {}

// on lists what is on the desktop now.
func (f *fakeNotes) on() (out []notify.Notice) {
	f.notesMu.Lock()
	defer f.notesMu.Unlock()
	for _, n := range f.sent {
		if !slices.Contains(f.taken, n.ID) {
			out = append(out, n)
		}
	}
	return out
}

// click is what the user does with it.
func (f *fakeNotes) click(id string) {
	f.notesMu.Lock()
	answered := f.answered
	f.notesMu.Unlock()
	answered(id)
}
