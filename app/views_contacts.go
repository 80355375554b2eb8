package app

import (
	"context"

	"oura-streaming/internal/engine"
)

// ContactsView is what leaves this computer: every host that is talked to.
type ContactsView struct {
	StartedAt string        `json:"startedAt"` // nothing is known of talks before
	Demo      bool          `json:"demo"`
	Contacts  []ContactView `json:"contacts"`
}

// ContactView is one host.
type ContactView struct {
	Host   string       `json:"host"`   // "" while it is not known
	Place  string       `json:"place"`  // outside | browser | here
	LastAt string       `json:"lastAt"` // when it was last talked to
	Uses   []ContactUse `json:"uses"`
}

// ContactUse is one thing that a host is talked to for.
type ContactUse struct {
	Name  string `json:"name"`  // engine.UseName
	State string `json:"state"` // on | needed | asked | off
	Why   string `json:"why"`   // engine.UseReason, "" without
}

func contactsView(ctx context.Context, e *engine.Engine) (ContactsView, error) {
	view := ContactsView{StartedAt: instant(e.StartedAt()), Demo: e.IsDemo(), Contacts: []ContactView{}}
	list, err := e.Contacts(ctx)
	for _, c := range list {
		uses := make([]ContactUse, 0, len(c.Uses))
		for _, u := range c.Uses {
			uses = append(uses, ContactUse{Name: string(u.Name), State: string(u.State), Why: string(u.Why)})
		}
		view.Contacts = append(view.Contacts, ContactView{Host: c.Host, Place: string(c.Place), LastAt: instant(c.LastAt), Uses: uses})
	}
	return view, err
}
