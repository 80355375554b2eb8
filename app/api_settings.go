package app

import "oura-streaming/internal/config"

// SettingsAPI reads and changes what belongs to the window itself.
type SettingsAPI struct{ b *backend }

// Get returns the window's settings.
func (a *SettingsAPI) Get() (SettingsView, error) {
	e, err := a.b.live()
	if err != nil {
		return SettingsView{Filters: []SavedFilter{}}, nil // the window keeps the look it has
	}
	return SettingsView{Theme: e.Config().Get(config.Theme), Filters: decodeFilters(e.Config().Get(config.StreamFilters))}, nil
}

// SetTheme chooses system, light or dark.
func (a *SettingsAPI) SetTheme(theme string) error {
	e, err := a.b.live()
	if err != nil {
		return err
	}
	return e.Config().Set(a.b.ctx, config.Theme, theme)
}

// SaveFilters keeps the stream's named filters, in this order. Code: invalid.
func (a *SettingsAPI) SaveFilters(filters []SavedFilter) error {
	e, err := a.b.live()
	if err != nil {
		return err
	}
	text, err := encodeFilters(filters)
	if err != nil {
		return err
	}
	return e.Config().Set(a.b.ctx, config.StreamFilters, text)
}

// PlanDeletion tells of what the window will delete once the time to undo it has
// passed, so that it is done as well when the program is quit before. Codes: invalid,
// unavailable.
func (a *SettingsAPI) PlanDeletion(key string) error {
	planned, err := a.b.planning()
	if err != nil {
		return err
	}
	return planned.plan(key)
}

// DropDeletion takes that back: it was undone, or is done.
func (a *SettingsAPI) DropDeletion(key string) error {
	planned, err := a.b.planning()
	if err != nil {
		return err
	}
	planned.drop(key)
	return nil
}
