package app

import (
	"strings"
	"time"

	"oura-streaming/app/notify"
	"oura-streaming/internal/backup"
	"oura-streaming/internal/config"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/restapi"
)

// What has to be typed before something is deleted.
const (
	clearWord = "delete"
	eraseWord = "erase"
)

// DataAPI is the data part of Settings. Backups are named by what Get lists; no
// method takes a path (S-45).
type DataAPI struct{ b *backend }

// Get returns where everything lies, backups, rules and tokens.
func (a *DataAPI) Get() (DataView, error) {
	e, err := a.b.live()
	if err != nil {
		return emptyData(), err
	}
	return dataView(a.b.ctx, e, &a.b.copying)
}

// Contacts returns every host that the program talks to by the settings as they
// are now, and for what: what leaves this computer, and nothing else does.
func (a *DataAPI) Contacts() (ContactsView, error) {
	e, err := a.b.live()
	if err != nil {
		return ContactsView{Contacts: []ContactView{}}, err
	}
	return contactsView(a.b.ctx, e)
}

// OpenFolder shows the data folder in the system's file manager.
func (a *DataAPI) OpenFolder() error {
	e, err := a.b.live()
	if err != nil {
		return err
	}
	return a.b.reveal(a.b.ctx, e.Store().Path())
}

// OpenDocs opens the local API's own page about itself in the system's browser.
func (a *DataAPI) OpenDocs() error {
	e, err := a.b.live()
	if err != nil {
		return err
	}
	address := e.APIURL() + "/docs"
	if err := a.b.browse(a.b.ctx, address); err != nil {
		return &oura.Error{Code: oura.CodeNoBrowser, Message: "No browser could be opened. Open this address by hand: " + address, Err: err}
	}
	return nil
}

// SetBackups turns the backups that are made by themselves on or off.
func (a *DataAPI) SetBackups(on bool) error {
	return a.with(func(e *engine.Engine) error {
		return e.Config().Set(a.b.ctx, config.Backups, map[bool]string{true: "on", false: "off"}[on])
	})
}

// BackUp makes a backup and returns once it is checked.
func (a *DataAPI) BackUp() error {
	return a.with(func(e *engine.Engine) error {
		began := time.Now()
		err := a.b.copyOut(e, func() error {
			_, err := e.BackUp(a.b.ctx, backup.ByHand)
			return err
		})
		a.b.worked(notify.Backup, began, err)
		return err
	})
}

// InspectBackup looks inside a backup.
func (a *DataAPI) InspectBackup(name string) (BackupContents, error) {
	e, err := a.b.live()
	if err != nil {
		return BackupContents{}, err
	}
	c, err := e.InspectBackup(a.b.ctx, name)
	if err != nil {
		return BackupContents{}, err
	}
	view := BackupContents{
		Name: name, MadeAt: instant(c.MadeAt), Events: c.Events, Documents: c.Documents, Samples: c.Samples,
		FirstDay: string(c.FirstDay), LastDay: string(c.LastDay), Problem: c.Problem,
	}
	all, err := e.Backups(a.b.ctx)
	for _, b := range all {
		if b.Name == name {
			view.SizeBytes = b.SizeBytes
		}
	}
	return view, err
}

// Restore brings a backup back. It returns once the program runs on its data; what
// was there before is set aside. With an error the program runs on the data of before.
func (a *DataAPI) Restore(name string) (err error) {
	began := time.Now()
	defer func() { a.b.worked(notify.Restore, began, err) }()
	next, err := a.anew(func(e *engine.Engine) error { return e.StageRestore(a.b.ctx, name) })
	if err != nil {
		return err
	}
	return next.RestoreError()
}

// RemoveBackup deletes a backup.
func (a *DataAPI) RemoveBackup(name string) error {
	return a.with(func(e *engine.Engine) error { return e.RemoveBackup(a.b.ctx, name) })
}

// PreviewRetention counts what rules would delete now.
func (a *DataAPI) PreviewRetention(rules RetentionRules) (RetentionCounts, error) {
	e, err := a.b.live()
	if err != nil {
		return RetentionCounts{}, err
	}
	c, err := e.RetentionPreview(a.b.ctx, rules.rules())
	return RetentionCounts{Events: c.Events, Deliveries: c.Deliveries, Samples: c.Samples, OldestKept: instant(c.OldestKeptEvent)}, err
}

// SaveRetention keeps rules and begins to delete what they let go, once a backup
// holds it.
func (a *DataAPI) SaveRetention(rules RetentionRules) (d Deletion, err error) {
	err = a.with(func(e *engine.Engine) error {
		if err := e.SetRetention(a.b.ctx, rules.rules()); err != nil {
			return err
		}
		gone, err := e.ApplyRetention(a.b.ctx)
		d = Deletion{Count: gone.Counts.Events + gone.Counts.Deliveries + gone.Counts.Samples, Backup: gone.Backup}
		return err
	})
	return d, err
}

// ClearEvents deletes all events once a backup holds them, when the right word was
// typed. Documents and samples stay.
func (a *DataAPI) ClearEvents(word string) (d Deletion, err error) {
	if err := typedRight(word, clearWord); err != nil {
		return d, err
	}
	err = a.with(func(e *engine.Engine) error {
		n, made, err := e.ClearEvents(a.b.ctx)
		d = Deletion{Count: n, Backup: made.Name}
		return err
	})
	a.b.announce() // lists are empty now
	return d, err
}

// DeleteAll deletes everything this program keeps, when the right word was typed,
// and returns once it has begun anew. Sample data are left instead.
func (a *DataAPI) DeleteAll(word string) error {
	if err := typedRight(word, eraseWord); err != nil {
		return err
	}
	_, err := a.anew(func(e *engine.Engine) error {
		if e.IsDemo() {
			return &oura.Error{Code: oura.CodeInvalid, Message: "These are sample data. Leave them to delete your own."}
		}
		return e.StageErase(a.b.ctx)
	})
	return err
}

// MakeToken makes a token of the local API for another program.
func (a *DataAPI) MakeToken(name, scope string) (made MadeToken, err error) {
	err = a.with(func(e *engine.Engine) error {
		token, info, err := e.MakeToken(a.b.ctx, name, restapi.Scope(scope))
		made = MadeToken{ID: info.ID, Token: token.Reveal()}
		return err
	})
	return made, err
}

// RevokeToken ends a token at once.
func (a *DataAPI) RevokeToken(id int64) error {
	return a.with(func(e *engine.Engine) error { return e.RevokeToken(a.b.ctx, id) })
}

func (a *DataAPI) with(do func(*engine.Engine) error) error {
	e, err := a.b.live()
	if err != nil {
		return err
	}
	err = do(e)
	a.b.ui.Emit(msgData, nil)
	return err
}

// anew stages something that is done while the database is closed, and returns
// once the next engine runs in this one's place.
func (a *DataAPI) anew(stage func(*engine.Engine) error) (*engine.Engine, error) {
	if !a.b.renewing.TryLock() {
		return nil, &oura.Error{Code: oura.CodeInvalid, Message: "The program is being opened again already. Wait until that has ended."}
	}
	defer a.b.renewing.Unlock()
	e, err := a.b.live()
	if err != nil {
		return nil, err
	}
	next := e.Again(a.b.options())
	if err := stage(e); err != nil {
		return nil, err
	}
	a.b.again(e, next)
	return a.b.live()
}

// typedRight refuses to go on unless the word was typed.
func typedRight(typed, word string) error {
	if strings.EqualFold(strings.TrimSpace(typed), word) {
		return nil
	}
	return &oura.Error{Code: oura.CodeInvalid, Message: "Nothing was deleted. Type the word “" + word + "” to go on."}
}
