//go:build !linux || !(desktop || dev) || bindings

package app

// webViewVersion is not known here.
func webViewVersion() string { return "" }
