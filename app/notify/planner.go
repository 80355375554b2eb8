package notify

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"oura-streaming/internal/hub"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/status"
)

const (
	settle   = 3 * time.Second  // a trouble that is over sooner was none
	patience = time.Minute      // in which a new engine finds again what is wrong
	longWork = 10 * time.Second // who waits longer looks elsewhere
)

// Choices are what the user wants to be told.
type Choices struct {
	Night  bool            // that last night is in
	Types  []oura.DataType // new documents of these
	Since  oura.Day        // what lies before is history and not told
	Values bool            // health values may be told
}

// Wants reports whether a new document is told; its day is "" where it has none.
func (c Choices) Wants(dt oura.DataType, day oura.Day) bool {
	return slices.Contains(c.Types, dt) && (day == "" || day >= c.Since)
}

// Document is a new document. Says is what its values come to.
type Document struct {
	Seq  int64
	Type oura.DataType
	Name string
	Day  oura.Day // "" where it has none
	Says string
}

// Planner decides what is told. All methods may be called from any goroutine; none
// waits for the system.
type Planner struct {
	send Sender
	log  *slog.Logger
	told list
	bell hub.Bell
	wake chan struct{} // room for one: a look stands for all reasons to look

	mu     sync.Mutex // guards the fields below
	run    string     // begins each number: those of an earlier run mean nothing here
	whose  owner
	prefix string
	open   map[string]*standing // troubles, by code
	until  time.Time            // when those in doubt have ended
	groups map[string]*pace
	gone   []string // sent, and to be taken back
	number int64
	system bool // the last word of the system
	why    string
}

// owner is whose data are shown.
type owner struct{ folder, user string }

// isStill reports whether what was o's is now's: who is not known yet can become
// anybody, in the same folder.
func (o owner) isStill(now owner) bool {
	return o == now || o.user == "" && (o.folder == "" || o.folder == now.folder)
}

// standing is a trouble that has not ended.
type standing struct {
	trouble status.Trouble
	seen    time.Time
	planned bool
	notice  string // that tells of it, "" until it is told
	doubt   bool   // of an earlier engine, and not found by this one
	bars    bool   // there is no engine because of it
}

// New makes a planner that tells nobody anything until Serve runs.
func New(send Sender, log *slog.Logger) *Planner {
	return &Planner{
		send: send, log: log, wake: make(chan struct{}, 1), run: strconv.FormatInt(time.Now().UnixMilli(), 36) + "-",
		open: map[string]*standing{}, groups: map[string]*pace{},
	}
}

// Enter says which folder's data are shown from now on and whose they are, "" for
// nobody's yet, and what to put before each title. What was told of another
// folder or of somebody else is taken back and forgotten.
func (p *Planner) Enter(folder, user, prefix string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.enter(owner{folder, user}, prefix)
}

// EnterFolder is Enter where it cannot be told whose data the folder holds: in the
// same one they are those of whom they were.
func (p *Planner) EnterFolder(folder, prefix string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := owner{folder: folder}
	if p.whose.folder == folder {
		now = p.whose
	}
	p.enter(now, prefix)
}

// enter does it. p.mu is held.
func (p *Planner) enter(now owner, prefix string) {
	same := p.whose.isStill(now)
	p.whose, p.prefix = now, prefix
	if same {
		return
	}
	p.open, p.groups = map[string]*standing{}, map[string]*pace{}
	for _, n := range p.told.clear() {
		if n.System {
			p.gone = append(p.gone, n.ID)
		}
	}
	p.look()
	p.bell.Ring()
}

// Restart says that an engine begins anew, which knows of no trouble yet. What was
// wrong before stands, until the engine finds it again or has had the time to.
func (p *Planner) Restart() {
	p.mu.Lock()
	for _, s := range p.open {
		s.doubt = !s.bars
	}
	p.until = time.Now().Add(patience)
	p.mu.Unlock()
	p.look()
}

// Bar tells of what keeps the engine from running. While there is none nothing is
// known of other troubles, so they stay; the next Status ends it.
func (p *Planner) Bar(t status.Trouble) {
	p.mu.Lock()
	if p.open[t.Code] == nil {
		p.open[t.Code] = &standing{trouble: t, seen: time.Now(), bars: true}
	}
	p.mu.Unlock()
	p.look()
}

// Status looks at the troubles there are now.
func (p *Planner) Status(snap status.Snapshot) {
	now := time.Now()
	p.mu.Lock()
	for code, s := range p.open {
		there := slices.ContainsFunc(snap.Troubles, func(t status.Trouble) bool { return t.Code == code && needsUser(t) })
		s.doubt = s.doubt && !there
		if !there && !s.doubt {
			p.end(code, s)
		}
	}
	for _, t := range snap.Troubles {
		switch {
		case p.open[t.Code] != nil || !needsUser(t):
		case snap.State == status.Setup && t.Remedy.Action != status.Retry: // the wizard asks for it
		default:
			p.open[t.Code] = &standing{trouble: t, seen: now}
		}
	}
	p.mu.Unlock()
	p.look()
}

// end forgets a trouble that has ended and takes back what tells of it, unless the
// same notice tells of another one that stands. p.mu is held.
func (p *Planner) end(code string, s *standing) {
	delete(p.open, code)
	if g := p.groups[GroupNeeds]; g != nil {
		g.drop(func(n Notice) bool { return n.Code == code })
	}
	if s.notice == "" {
		return
	}
	for _, other := range p.open {
		if other.notice == s.notice {
			return
		}
	}
	p.gone = append(p.gone, s.notice)
	p.told.change(func(n Notice) bool { return n.ID == s.notice }, func(n *Notice) { n.Over, n.Read = true, true })
	p.bell.Ring()
}

func needsUser(t status.Trouble) bool {
	return t.Severity == status.Error && t.Remedy.Action != status.NoAction
}

// Night tells that the sleep of a day is in. Says, its values in words, is left
// out unless values may be told.
func (p *Planner) Night(day oura.Day, says string, c Choices) {
	if !c.Values {
		says = ""
	}
	p.add(night(day, says))
}

// Documents tells of those of these new documents that c wants.
func (p *Planner) Documents(list []Document, c Choices) {
	for _, d := range list {
		if !c.Wants(d.Type, d.Day) {
			continue
		}
		if !c.Values {
			d.Says = ""
		}
		p.add(document(d))
	}
}

// Work tells of the end of work, where that was long.
func (p *Planner) Work(w Work) {
	if w.Ended.Sub(w.Began) > longWork {
		p.add(work(w))
	}
}

// Say tells something of the program itself.
func (p *Planner) Say(code, title, body string, to Target) {
	p.add(Notice{Code: code, Title: title, Body: body, Group: GroupProgram, Action: to, Label: open})
}

func (p *Planner) add(n Notice) {
	n.At = time.Now()
	p.mu.Lock()
	p.wait(n)
	p.mu.Unlock()
	p.look()
}

// wait puts n among what is to be told. p.mu is held.
func (p *Planner) wait(n Notice) {
	g := p.groups[n.Group]
	if g == nil {
		g = &pace{}
		p.groups[n.Group] = g
	}
	g.add(n)
}

// Try sends a notice to see whether it arrives. It waits for the system.
func (p *Planner) Try() error {
	n := Notice{Code: "test", Title: "This is a test", Body: "Notifications of Oura Streaming look like this.", Group: GroupProgram, Action: "#/settings/notices", Label: open, At: time.Now()}
	p.mu.Lock()
	n = p.named(n)
	p.mu.Unlock()
	err := p.deliver(&n)
	p.told.add(n)
	p.bell.Ring()
	return err
}

// List returns what was told, the newest first.
func (p *Planner) List() []Notice { return p.told.newest() }

// Find returns a notice that was told.
func (p *Planner) Find(id string) (Notice, bool) { return p.told.find(id) }

// Read marks a notice as read, and all of them for "". What is read in the window
// need not be shown outside any longer.
func (p *Planner) Read(id string) {
	fits := func(n Notice) bool { return (id == "" || n.ID == id) && !n.Read }
	p.mu.Lock()
	some := p.told.change(fits, func(n *Notice) {
		n.Read = true
		if n.System && !n.Needs { // what still needs the user stays until it ends
			p.gone = append(p.gone, n.ID)
		}
	})
	p.mu.Unlock()
	if some {
		p.look()
		p.bell.Ring()
	}
}

// System reports whether the system shows notifications, by its last word, and if
// not, why.
func (p *Planner) System() (shown bool, why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.system, p.why
}

// Listen returns a channel that gets a token whenever the list or the system's
// word has changed, and the way to give it up.
func (p *Planner) Listen() (wake <-chan struct{}, stop func()) { return p.bell.Listen() }

func (p *Planner) look() {
	select {
	case p.wake <- struct{}{}:
	default: // a look is due already
	}
}

// Serve tells what is to be told until ctx ends. It is the one that waits for the
// system.
func (p *Planner) Serve(ctx context.Context) error {
	p.ask()
	for {
		timer := time.NewTimer(p.tell(time.Now()))
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-p.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// ask hears whether the system shows anything.
func (p *Planner) ask() {
	ok, why := p.send.Available()
	p.mu.Lock()
	changed := ok != p.system || why != p.why
	p.system, p.why = ok, why
	p.mu.Unlock()
	if changed {
		p.bell.Ring()
	}
}

// idle is how long nothing is looked at when nothing waits.
const idle = time.Hour

// tell takes back what has ended and tells what is due. It returns after how long
// to look again.
func (p *Planner) tell(now time.Time) (wait time.Duration) {
	p.mu.Lock()
	next := p.settled(now)
	gone, whose := p.gone, p.whose
	p.gone = nil
	var due []Notice
	for _, name := range slices.Sorted(maps.Keys(p.groups)) {
		g := p.groups[name]
		for _, of := range g.take(now) {
			due = append(due, p.compose(of, now))
		}
		next = sooner(next, g.due())
	}
	p.mu.Unlock()
	for _, id := range gone {
		if err := p.send.Withdraw(id); err != nil {
			p.log.Debug("notification not withdrawn", "err", err)
		}
	}
	for i := range due {
		_ = p.deliver(&due[i]) // the list tells it as well
		p.keep(due[i], whose)
	}
	if len(due) > 0 {
		p.bell.Ring()
	}
	if next.IsZero() {
		return idle
	}
	return next.Sub(now)
}

// sooner is the earlier of two times, of which zero is never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// keep puts a notice into the list. One whose trouble ended while it was sent, or
// that is about somebody else's data by now, is taken back at once.
func (p *Planner) keep(n Notice, whose owner) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !whose.isStill(p.whose) {
		p.gone = append(p.gone, n.ID)
		p.look()
		return
	}
	if n.Needs && !p.stands(n.ID) {
		n.Over, n.Read = true, true
		p.gone = append(p.gone, n.ID)
		p.look()
	}
	p.told.add(n)
}

func (p *Planner) stands(id string) bool {
	for _, s := range p.open {
		if s.notice == id {
			return true
		}
	}
	return false
}

// settled plans what stands long enough, ends what has been in doubt for too long
// and returns when there will be more of it. p.mu is held.
func (p *Planner) settled(now time.Time) (next time.Time) {
	for _, code := range slices.Sorted(maps.Keys(p.open)) {
		s := p.open[code]
		due := s.seen.Add(settle)
		switch {
		case s.doubt && p.until.After(now):
			next = sooner(next, p.until)
		case s.doubt:
			p.end(code, s)
		case s.planned:
		case due.After(now):
			next = sooner(next, due)
		default:
			s.planned = true
			title, body := trouble(code)
			to, label := leads(s.trouble.Remedy)
			p.wait(Notice{Code: code, Title: title, Body: body, Group: GroupNeeds, Action: to, Label: label, At: now, Needs: true})
		}
	}
	return next
}

// compose makes the notice that stands for some. p.mu is held.
func (p *Planner) compose(of []Notice, now time.Time) Notice {
	n := of[0]
	if len(of) > 1 {
		n = joined(of)
	}
	n.At = now
	n = p.named(n)
	if n.Needs {
		for _, one := range of {
			if s := p.open[one.Code]; s != nil {
				s.notice = n.ID
			}
		}
	}
	return n
}

// named gives a notice its number and the words before its title. p.mu is held.
func (p *Planner) named(n Notice) Notice {
	p.number++
	n.ID, n.Title = p.run+strconv.FormatInt(p.number, 10), p.prefix+n.Title
	return n
}

// deliver hands n to the system and notes what it says.
func (p *Planner) deliver(n *Notice) error {
	err := p.send.Send(*n)
	n.System = err == nil
	if err != nil {
		p.log.Debug("notification not shown", "group", n.Group, "err", err)
	}
	p.ask()
	return err
}
