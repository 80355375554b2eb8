//go:build !unix

package sqlite

import "io/fs"

// On Windows files inherit the access list of the user's profile.
func ownedByUs(fs.FileInfo) bool { return true }

func tighten(string, fs.FileInfo, fs.FileMode) error { return nil }
