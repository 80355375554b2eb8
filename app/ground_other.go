//go:build !linux || !(desktop || dev) || bindings

package app

import "github.com/wailsapp/wails/v2/pkg/options"

// paintWindows has nothing to add to what the framework does.
func paintWindows(*options.RGBA) (ok bool) { return true }

// largestScreen is known elsewhere only once there is a window, which the system
// keeps on its screen.
func largestScreen() screen { return screen{} }
