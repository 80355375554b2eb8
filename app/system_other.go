//go:build !linux && !windows && !darwin

package app

// systemName is not known here.
func systemName() string { return "" }
