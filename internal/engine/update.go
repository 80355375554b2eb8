package engine

import (
	"oura-streaming/internal/config"
	"oura-streaming/internal/update"
)

// newUpdates makes the part that asks for a newer version. Sample data asks nobody.
func (e *Engine) newUpdates() *update.Checker {
	opt := update.Options{
		Version: e.opt.Version, Settings: e.cfg, Watch: e.talks.watch,
		Changed: e.updateBell.Ring, Now: e.opt.Now, Log: e.log.With("part", "update"),
	}
	if e.demo != nil {
		opt.Version = ""
	}
	return update.New(opt)
}

// ListenUpdates returns a channel that gets a value when that changes, and a
// function that ends it.
func (e *Engine) ListenUpdates() (<-chan struct{}, func()) { return e.updateBell.Listen() }

// Updates gives what is known about a newer version.
func (e *Engine) Updates() *update.Checker { return e.updates }

// updateContact adds the host that is asked for a newer version.
func (e *Engine) updateContact(l *contactList) {
	use := ContactUse{UseUpdate, UseOff, ReasonChoice}
	switch {
	case e.asksForUpdates():
		use = ContactUse{Name: UseUpdate, State: UseOn}
	case !e.updates.Possible():
		use.Why = ReasonBuild
	}
	l.add(Outside, hostOf(update.Host), use)
}

func (e *Engine) asksForUpdates() bool {
	return e.updates.Possible() && e.cfg.Bool(config.UpdateCheck)
}
