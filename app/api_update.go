package app

import "oura-streaming/internal/config"

// UpdateAPI tells whether there is a newer version, where the user wants to know.
type UpdateAPI struct{ b *backend }

// UpdateView is what is known of a newer version.
type UpdateView struct {
	Possible bool   `json:"possible"` // this build is a release and knows whom to ask
	On       bool   `json:"on"`
	AskedAt  string `json:"askedAt"` // "" for never
	Latest   string `json:"latest"`  // "" when nothing newer is known
	Told     bool   `json:"told"`    // its notice was put away
}

// Get returns what is known now.
func (a *UpdateAPI) Get() (UpdateView, error) {
	e, err := a.b.live()
	if err != nil {
		return UpdateView{}, nil // the window asks again once there is an engine
	}
	st := e.Updates().State()
	return UpdateView{Possible: st.Possible, On: st.On, AskedAt: instant(st.AskedAt), Latest: st.Latest, Told: st.Told}, nil
}

// Switch turns the daily question on or off. Code: storage, unavailable.
func (a *UpdateAPI) Switch(on bool) error {
	e, err := a.b.live()
	if err != nil {
		return err
	}
	return e.Config().Set(a.b.ctx, config.UpdateCheck, map[bool]string{true: "on", false: "off"}[on])
}

// PutAway keeps the notice about this version from coming again.
func (a *UpdateAPI) PutAway() error {
	e, err := a.b.live()
	if err != nil {
		return err
	}
	return e.Updates().PutAway(a.b.ctx)
}

// OpenPage opens the page of the newer version in the system's browser.
func (a *UpdateAPI) OpenPage() error {
	e, err := a.b.live()
	if err != nil {
		return err
	}
	page := e.Updates().State().Page
	if err := openRelease(a.b.ctx, a.b.browse, page); err != nil {
		return err
	}
	e.NoteOpened(page)
	return nil
}
