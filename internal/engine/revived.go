package engine

import (
	"context"
	"encoding/json"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

// settingRevived is the row of table setting that says that the store may lack
// something, until Oura was asked for all of it.
const settingRevived = sqlite.NoteRevived

// Why a store may lack something.
const (
	noteRestored = "restored" // the user brought a backup back
	noteDamaged  = "damaged"
	noteMissing  = "missing"
	noteCut      = "cut"      // its WAL is gone
	noteReplaced = "replaced" // somebody put an older file in its place
)

// revivedTroubles say which trouble a note is.
var revivedTroubles = map[string]string{
	noteRestored: status.StoreRestored, noteDamaged: status.StoreDamaged, noteMissing: status.StoreMissing, noteCut: status.StoreCut, noteReplaced: status.StoreReplaced,
}

// revivedNote tells where a store comes from.
type revivedNote struct {
	Why    string
	Backup string   // name, "" where there was none
	From   oura.Day // since when it may lack something, "": ever
	Job    int64    // the request for what it lacks, 0: not made yet

	Refused int   // how many backups were there and none could be used
	Revoked int64 // how many tokens of the local API ended with it
}

// after is the text of the note once it is known what was carried over.
func (n revivedNote) after(c sqlite.Carried) string {
	n.Revoked = c.Revoked
	return n.text()
}

// text is one line of words, as a setting holds it.
func (n revivedNote) text() string {
	raw, err := json.Marshal(n)
	if err != nil {
		panic(err) // words and a number always marshal
	}
	return string(raw)
}

// quote makes the JSON of a setting.
func quote(text string) string {
	raw, err := json.Marshal(text)
	if err != nil {
		panic(err) // as above
	}
	return string(raw)
}

func (e *Engine) loadRevived(ctx context.Context) error {
	rows, err := e.store.Settings(ctx)
	if err != nil || rows[settingRevived] == "" {
		return err
	}
	var text string
	if json.Unmarshal([]byte(rows[settingRevived]), &text) == nil {
		_ = json.Unmarshal([]byte(text), &e.revived) // what cannot be read is "": no note
	}
	if code, known := revivedTroubles[e.revived.Why]; known {
		e.status.RaiseCode(code, e.revivedWords()+e.revokedWords())
	}
	if e.demo != nil { // its cloud begins anew at each start: said once is enough
		return e.keepRevived(ctx, "")
	}
	return nil
}

// revokedWords says that other programs are shut out now.
func (e *Engine) revokedWords() string {
	if e.revived.Revoked == 0 {
		return ""
	}
	return " The tokens of other programs could not be told from revoked ones, so all have ended: make new ones in Settings."
}

// revivedWords says what stands in the place of what was lost.
func (e *Engine) revivedWords() string {
	if e.revived.Why == noteCut || e.revived.Why == noteReplaced {
		return ""
	}
	if e.revived.Refused > 0 {
		return "None of the backups could be used, so the program begins anew: what Oura still has is fetched, earlier events are gone from the list. The backups stay where they are."
	}
	if e.revived.Backup == "" {
		return "There was no backup, so the program begins anew: what Oura still has is fetched, earlier events are gone from the list."
	}
	at, err := e.backupTime(e.revived.Backup)
	if err != nil {
		return "A backup was brought back, and what is missing since then is fetched from Oura."
	}
	return "The backup of " + at.Local().Format("2 January 2006, 15:04") + " was brought back, and what is missing since then is fetched from Oura."
}

const (
	freshBackup    = 24 * time.Hour // at most so old, and only what came since is asked for
	revivedOverlap = 2              // days before a backup that Oura may have changed since
)

// lacksFrom is the first day that a backup may lack something of, "" for ever: of
// a fresh one its own day less the overlap, or an earlier one that was read since.
func (e *Engine) lacksFrom(ctx context.Context, made time.Time) (oura.Day, error) {
	if age := e.wall().Sub(made); age < 0 || age >= freshBackup {
		return "", nil
	}
	from := oura.DayOf(made).Add(-revivedOverlap)
	seen, err := e.store.FirstDaySeen(ctx, made.Add(-settleTime))
	if seen != "" && seen < from {
		from = seen
	}
	return from, err
}

// serveRevived asks Oura once for everything that a revived store may lack, old
// days too unless it comes from a fresh backup, and then forgets the note.
func (e *Engine) serveRevived(ctx context.Context) error {
	for e.revived.Why != "" && e.demo == nil {
		done, err := e.fillRevived(ctx)
		if err != nil {
			e.log.WarnContext(ctx, "what the store lacks is not asked for yet", "err", err)
		}
		if done {
			break
		}
		if !wait(ctx, revivedLook) {
			return ctx.Err()
		}
	}
	<-ctx.Done()
	return ctx.Err()
}

const revivedLook = 2 * time.Second

// fillRevived reports whether everything was asked for.
func (e *Engine) fillRevived(ctx context.Context) (done bool, err error) {
	if e.connectedUser() == "" {
		return false, nil
	}
	if e.revived.Job == 0 {
		job, err := e.history.Begin(ctx, e.revived.From, "", nil)
		if err != nil {
			return false, err
		}
		e.revived.Job = job.ID
		return false, e.keepRevived(ctx, quote(e.revived.text()))
	}
	job, err := e.history.Job(ctx, e.revived.Job)
	switch {
	case oura.CodeOf(err) == oura.CodeNotFound: // of another account by now
		e.revived.Job = 0
		return false, nil
	case err != nil || job.State == sqlite.JobOpen:
		return false, err
	}
	if err := e.keepRevived(ctx, ""); err != nil {
		return false, err
	}
	e.status.Clear(revivedTroubles[e.revived.Why])
	e.log.InfoContext(ctx, "what the store lacked was asked for", "why", e.revived.Why)
	return true, nil
}

func (e *Engine) keepRevived(ctx context.Context, value string) error {
	return e.store.PutSettings(ctx, map[string]string{settingRevived: value})
}
