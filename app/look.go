package app

import (
	"github.com/wailsapp/wails/v2/pkg/options"

	"oura-streaming/internal/engine"
)

// ground is the colour of the window until the page is painted: that of the page
// itself, --bg in tokens.css, in the look it had last on this data folder. Before
// the first time it is that of the desktop, as far as that can be known this early.
func ground(dataDir string) *options.RGBA {
	look := engine.Look(dataDir)
	if look == "" && desktopIsDark() {
		look = engine.LookDark
	}
	if look == engine.LookDark {
		return options.NewRGB(0x0e, 0x10, 0x13)
	}
	return options.NewRGB(0xf4, 0xf5, 0xf7)
}

// NoteLook keeps whether the window is shown light or dark, for its next start.
func (a *SettingsAPI) NoteLook(look string) error {
	e, err := a.b.live()
	if err != nil {
		return err
	}
	return e.NoteLook(look)
}
