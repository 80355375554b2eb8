//go:build !linux && !darwin && !windows

package engine

// diskKind is not known here.
func diskKind(string) string { return "" }
