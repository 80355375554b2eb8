package engine

import "sync"

// restart is the wish of this engine to be closed and opened again.
type restart struct {
	once  sync.Once
	asked chan struct{}

	writing sync.Mutex // one intent at a time; guards erasing
	erasing bool
}

func newRestart() restart { return restart{asked: make(chan struct{})} }

// RestartAsked is closed when this engine has to be closed and opened again,
// because something can only be done while the database is closed. Serve then ends
// by itself; who runs the engine calls Open with Again's options.
func (e *Engine) RestartAsked() <-chan struct{} { return e.restart.asked }

func (e *Engine) askRestart() { e.restart.once.Do(func() { close(e.restart.asked) }) }

func (e *Engine) restarts() bool {
	select {
	case <-e.restart.asked:
		return true
	default:
		return false
	}
}

// Again returns the options of the next engine in this one's place: opt, and where
// any port was asked for, the port that this one has. Ask before Serve ends.
func (e *Engine) Again(opt Options) Options {
	if port := e.door.open(); port != 0 && e.wantedPort() == 0 {
		opt.Port = port
	}
	return opt
}
