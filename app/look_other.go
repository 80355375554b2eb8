//go:build !linux

package app

// desktopIsDark is not known this early.
func desktopIsDark() bool { return false }
