package app

import (
	"oura-streaming/app/notify"
	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
)

// NoticesAPI lists what was told, and changes what will be.
type NoticesAPI struct{ b *backend }

// Get returns the list and the choices.
func (a *NoticesAPI) Get() (NoticesView, error) {
	view := NoticesView{Notices: each(a.b.notices.List(), noticeView), System: "none", Types: []string{}, Offered: words(oura.Fetchable())}
	shown, why := a.b.notices.System()
	if shown {
		view.System = "shown"
	}
	view.Why = why
	if e, err := a.b.live(); err == nil {
		c := noticeChoices(e.Config())
		view.Sleep, view.Values, view.Types = c.Night, c.Values, words(c.Types)
	}
	return view, nil
}

func noticeView(n notify.Notice) NoticeView {
	return NoticeView{ID: n.ID, Group: n.Group, Title: n.Title, Body: n.Body, Route: string(n.Action), At: instant(n.At), Read: n.Read, Over: n.Over}
}

// Read marks one as read, all of them for "".
func (a *NoticesAPI) Read(id string) error {
	a.b.notices.Read(id)
	return nil
}

// SaveSleep chooses whether it is told that last night is in.
func (a *NoticesAPI) SaveSleep(on bool) error { return a.save(config.NotifySleep, onOff(on)) }

// SaveValues chooses whether health values may be told.
func (a *NoticesAPI) SaveValues(on bool) error { return a.save(config.NotifyValues, onOff(on)) }

// SaveTypes chooses whose new documents are told. Code: invalid.
func (a *NoticesAPI) SaveTypes(types []string) error {
	list := make([]oura.DataType, len(types))
	for i, dt := range types {
		list[i] = oura.DataType(dt)
	}
	return a.save(config.NotifyTypes, config.JoinTypes(list))
}

// Test sends a notification. Code: unavailable.
func (a *NoticesAPI) Test() error {
	err := a.b.notices.Try()
	if err == nil {
		return nil
	}
	_, why := a.b.notices.System()
	if why == "" {
		why = "The system did not take the notification."
	}
	return &oura.Error{Code: oura.CodeUnavailable, Message: why, Err: err}
}

func (a *NoticesAPI) save(n config.Name, value string) error {
	e, err := a.b.live()
	if err != nil {
		return err
	}
	if err := e.Config().Set(a.b.ctx, n, value); err != nil {
		return err
	}
	a.b.ui.Emit(msgNotices, nil)
	return nil
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
