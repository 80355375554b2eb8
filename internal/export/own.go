package export

import "strings"

// Owns reports whether a file of that name in the program's own folder was made by
// an export.
func Owns(name string) bool { return strings.HasPrefix(name, tempPrefix) }
