package engine

import "sync"

// restart is the wish of this engine to be closed and opened again.
type restart struct {
	once  sync.Once
	asked chan struct{}

	writing   sync.Mutex // one intent at a time; guards the fields below
	staged    string     // what the last intent is to do, "": none was left
	restoring bool       // a backup was asked for, and is looked into or waits for the restart
	over      bool       // this engine is closed: the next one has its own intents
}

// beginRestore reports whether no other backup is being brought back.
func (r *restart) beginRestore() bool {
	r.writing.Lock()
	defer r.writing.Unlock()
	if r.restoring || r.staged == doErase {
		return false
	}
	r.restoring = true
	return true
}

// endRestore takes the wish for a backup back.
func (r *restart) endRestore() {
	r.writing.Lock()
	defer r.writing.Unlock()
	r.restoring = false
}

// end refuses every later intent.
func (r *restart) end() {
	r.writing.Lock()
	defer r.writing.Unlock()
	r.over = true
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
