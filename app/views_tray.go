package app

import "oura-streaming/app/tray"

// TrayView says whether the desktop shows the program in its tray, and if not, how
// to have it.
type TrayView struct {
	Tray string `json:"tray"` // shown or none
	Hint string `json:"hint"` // "" when shown
}

// NavigateView asks the page to go somewhere.
type NavigateView struct {
	Route string `json:"route"` // as in its address: "#/settings"
}

func trayView(icon trayIcon) TrayView {
	if icon.Hosted() {
		return TrayView{Tray: "shown"}
	}
	return TrayView{Tray: "none", Hint: tray.Hint}
}

// Tray tells whether the desktop shows the program in its tray.
func (a *SettingsAPI) Tray() (TrayView, error) { return trayView(a.b.tray()), nil }
