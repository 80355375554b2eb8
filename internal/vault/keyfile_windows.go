package vault

import "os"

// openPlain opens path for reading; load has refused links before.
func openPlain(path string) (*os.File, error) { return os.Open(path) }

// ownedByUs relies on the folder: it lies in the user's local profile, whose
// access list admits the user only.
func ownedByUs(os.FileInfo) bool { return true }

func tighten(*os.File) error { return nil } // Go shows no access list as mode bits
